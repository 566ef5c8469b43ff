// Reaching into values: fields, methods, elements, dynamic types.
#include "compiler/go/types/identical.h"
#include "compiler/go/types/universe.h"
#include "compiler/lower/statements.h"
#include "compiler/lower/values.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::lower {

using rules::Expr;

namespace {

bool IsPointer(const go::Type* type) {
  return go::UnderlyingAs<go::PointerType>(type) != nullptr;
}

bool IsLiteral(const Expr& expr) {
  return std::holds_alternative<rules::Literal>(expr.node);
}

GoExpr Select(const GoExpr& base, llvm::StringRef name) {
  return {.text = At(base, kPrimary) + "." + name.str(), .stable = base.stable};
}

/// What an index may not reach: the array behind a pointer counts as the array.
const go::ArrayType* ArrayBehind(const go::Type* type) {
  if (const auto* pointer = go::UnderlyingAs<go::PointerType>(type)) type = pointer->element;
  return go::UnderlyingAs<go::ArrayType>(type);
}

}  // namespace

/// Through the embedded fields; what comes back still has to select the name itself.
Values::Operand Values::FollowPath(const Expr& base, const go::Selection& selection) {
  Operand at{Value(base), base.type};
  for (const go::SelectionStep& step : selection.path) {
    if (step.through_pointer) GuardNotNil(at.value, at.type);
    at = {Select(at.value, step.field->name()), step.field->type()};
  }
  return at;
}

GoExpr Values::Of(const Expr&, const rules::FieldSelect& n) {
  Operand at = FollowPath(*n.base, n.selection);
  if (n.selection.through_pointer) GuardNotNil(at.value, at.type);
  return Select(at.value, n.selection.object->name());
}

GoExpr Values::Of(const Expr&, const rules::HiddenField& n) {
  GoExpr base = Value(*n.base);
  if (n.through_pointer) GuardNotNil(base, n.base->type);
  return Select(base, n.name);
}

GoExpr Values::Of(const Expr&, const rules::MethodCall& n) {
  Operand at = FollowPath(*n.base, n.selection);
  if (IsPointer(at.type) || go::IsInterface(at.type)) GuardNotNil(at.value, at.type);
  if (n.selection.needs_addressable) {
    KeepFromSite(*n.base);
    at.value = Stable(at.value, at.type);
  }
  std::string callee = Select(at.value, n.selection.object->name()).text;
  return {.text = callee + Arguments(n.args, n.spread)};
}

/// The address of what is read leaves the expression: it has to be the address of a copy. What is no part of
/// a variable of the site may still be an argument of a template, and stand for one.
void Values::KeepFromSite(const Expr& place) {
  if (std::holds_alternative<rules::Composite>(place.node)) return;
  const rules::Binding* binding = WrittenBinding(place);
  if (binding != nullptr) return scope_.NeedCopy(*binding);
  for (const auto& each : scope_.hook().bindings) scope_.NeedCopy(*each);
}

GoExpr Values::Of(const Expr&, const rules::FuncCall& n) {
  GoExpr callee = Value(*n.callee);
  if (n.may_be_nil) GuardNotNil(callee, n.callee->type);
  return {.text = At(callee, kPrimary) + Arguments(n.args, n.spread)};
}

std::string Values::Arguments(const std::vector<rules::ExprPtr>& args, bool spread) {
  std::vector<std::string> texts;
  for (const rules::ExprPtr& arg : args) texts.push_back(Value(*arg).text);
  return "(" + llvm::join(texts, ", ") + (spread ? "...)" : ")");
}

GoExpr Values::Of(const Expr&, const rules::Index& n) {
  GoExpr base = Value(*n.base);
  if (n.kind == rules::Index::Kind::kMap) return MapIndex(base, Value(*n.index));
  GuardArrayPointer(base, n.base->type);
  GoExpr index = IndexNumber(*n.index);
  bool checked_by_go = n.kind == rules::Index::Kind::kArray && IsLiteral(*n.index);
  if (total() && !checked_by_go) {
    base = Stable(base, n.base->type);
    if (!IsLiteral(*n.index)) Guard(index.text + " >= 0");
    Guard("len(" + base.text + ") > " + index.text);
  }
  return {.text = At(base, kPrimary) + "[" + index.text + "]", .stable = base.stable && index.stable};
}

GoExpr Values::MapIndex(const GoExpr& base, const GoExpr& index) {
  std::string element = At(base, kPrimary) + "[" + index.text + "]";
  if (!total()) return {.text = element};
  std::string value = scope_.Temp();
  std::string found = scope_.Temp();
  out_.IfInit(value + ", " + found + " := " + element, found);
  return {.text = value, .stable = true};
}

/// An index as an int that may be written twice. A literal stays as it is.
GoExpr Values::IndexNumber(const Expr& expr) {
  GoExpr index = Value(expr);
  if (!total() || IsLiteral(expr)) return index;
  return Stable({.text = ConvertTo(go::Basic::kInt, index, expr.type), .stable = index.stable}, expr.type);
}

void Values::GuardArrayPointer(GoExpr& base, const go::Type* type) {
  if (IsPointer(type)) GuardNotNil(base, type);
}

GoExpr Values::Of(const Expr&, const rules::SliceOf& n) {
  if (go::UnderlyingAs<go::ArrayType>(n.base->type) != nullptr) KeepFromSite(*n.base);
  GoExpr base = Value(*n.base);
  GuardArrayPointer(base, n.base->type);
  GoExpr low{.text = "", .stable = true}, high{.text = "", .stable = true};
  if (n.low != nullptr) low = IndexNumber(*n.low);
  if (n.high != nullptr) high = IndexNumber(*n.high);
  if (total()) GuardSliceBounds(base, n, low, high);
  return {.text = At(base, kPrimary) + "[" + low.text + ":" + high.text + "]"};
}

/// 0 <= low <= high <= capacity, as far as it is not evident.
void Values::GuardSliceBounds(GoExpr& base, const rules::SliceOf& n, const GoExpr& low, const GoExpr& high) {
  if (n.low == nullptr && n.high == nullptr) return;
  base = Stable(base, n.base->type);
  bool is_slice = go::UnderlyingAs<go::SliceType>(n.base->type) != nullptr;
  std::string limit = (is_slice && n.high != nullptr ? "cap(" : "len(") + base.text + ")";
  if (n.low != nullptr && !IsLiteral(*n.low)) Guard(low.text + " >= 0");
  if (n.low == nullptr && !IsLiteral(*n.high)) Guard(high.text + " >= 0");
  if (n.low != nullptr && n.high != nullptr) Guard(low.text + " <= " + high.text);
  Guard((n.high != nullptr ? high.text : low.text) + " <= " + limit);
}

GoExpr Values::Of(const Expr& e, const rules::Assert& n) {
  std::string assertion = At(Value(*n.base), kPrimary) + ".(" + TypeText(e.type) + ")";
  if (!total()) return {.text = assertion};
  std::string value = scope_.Temp();
  std::string holds = scope_.Temp();
  out_.IfInit(value + ", " + holds + " := " + assertion, holds);
  return {.text = value, .stable = true};
}

GoExpr Values::Of(const Expr&, const rules::Is& n) {
  GoExpr base = Value(*n.base);
  std::string holds = scope_.Temp();
  out_.Line("_, " + holds + " := " + At(base, kPrimary) + ".(" + TypeText(n.wanted) + ")");
  return {.text = holds, .stable = true};
}

GoExpr Values::Of(const Expr& e, const rules::Convert& n) {
  GoExpr base = Value(*n.base);
  const go::ArrayType* array = ArrayBehind(e.type);
  if (total() && array != nullptr && go::UnderlyingAs<go::SliceType>(n.base->type) != nullptr) {
    base = Stable(base, n.base->type);
    Guard("len(" + base.text + ") >= " + std::to_string(array->length));
  }
  return {.text = TypeOperand(TypeText(e.type)) + "(" + base.text + ")"};
}

}  // namespace instc::lower
