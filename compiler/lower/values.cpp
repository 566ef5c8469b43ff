// Dispatch, temporaries and leaves.
#include "compiler/lower/values.h"

#include "compiler/go/types/universe.h"
#include "compiler/lower/absence.h"
#include "dsl/base/check.h"

namespace instc::lower {

using rules::Expr;

std::vector<const go::Type*> ResultTypes(const Expr& expr) {
  if (const auto* call = std::get_if<rules::ExternCall>(&expr.node)) return call->func->results;
  const auto* tuple = go::TypeAs<go::TupleType>(expr.type);
  if (tuple == nullptr) return {expr.type};
  std::vector<const go::Type*> types;
  for (const go::Var* var : tuple->vars) types.push_back(var->type());
  return types;
}

GoExpr Values::Value(const Expr& expr) {
  return std::visit([&](const auto& node) { return Of(expr, node); }, expr.node);
}

void Values::Guard(const GoExpr& condition) {
  if (total()) out_.If(condition);
}

void Values::GuardNotNil(GoExpr& value, const go::Type* type) {
  bool is_address = value.text[0] == '&';
  if (!total() || is_address) return;
  value = Stable(value, type);
  Guard(At(value, kAdd) + " != nil");
}

GoExpr Values::Temp(const GoExpr& value, const go::Type* type) {
  std::string name = scope_.Temp();
  if (value.typed) {
    out_.Line(name + " := " + value.text);
  } else {
    out_.Line("var " + name + " " + TypeText(type) + " = " + value.text);
  }
  return {.text = name, .stable = true};
}

GoExpr Values::Stable(GoExpr value, const go::Type* type) {
  return value.stable ? value : Temp(value, type);
}

std::string Values::Zero(const go::Type* type) {
  std::string name = scope_.Temp();
  out_.Line("var " + name + " " + TypeText(type));
  return name;
}

GoExpr Values::Condition(const Expr& expr) {
  if (total() && IsAbsent(expr, scope_)) return {.text = "false", .stable = true};
  GoWriter part = out_.Aside();
  GoExpr value = Values(scope_, part, mode_).Value(expr);
  if (part.depth() == 0) {
    out_.Append(std::move(part));
    return value;
  }
  std::string name = scope_.Temp();
  out_.Line(name + " := false");
  Blocks blocks(out_);
  out_.Append(std::move(part));
  out_.Line(name + " = " + value.text);
  return {.text = name, .stable = true};
}

GoExpr Values::Of(const Expr&, const rules::Literal& n) {
  using Kind = go::ConstValue::Kind;
  std::string text = n.value.kind() == Kind::kString ? GoQuoted(n.value.string_value()) : n.text;
  bool is_signed = !text.empty() && (text[0] == '-' || text[0] == '+');
  return {.text = text, .precedence = is_signed ? kUnary : kPrimary, .stable = true, .typed = false};
}

GoExpr Values::AbsentValue(const go::Type* type) {
  INSTC_CHECK(!total(), "an absent expression was to be evaluated");
  return {.text = "*new(" + TypeText(type) + ")", .precedence = kUnary, .stable = true};
}

GoExpr Values::Of(const Expr&, const rules::Use& n) {
  if (scope_.IsAbsent(*n.binding)) return AbsentValue(n.binding->type);
  if (total()) {
    std::string presence = scope_.Presence(*n.binding);
    if (!presence.empty()) Guard(presence);
  }
  return {.text = scope_.Read(*n.binding), .stable = true};
}

GoExpr Values::Of(const Expr&, const rules::Global& n) {
  return {.text = scope_.Global(n), .stable = true, .typed = false};
}

GoExpr Values::Of(const Expr& e, const rules::Absent&) {
  return AbsentValue(e.type);
}

GoExpr Values::Of(const Expr&, const rules::Panicked&) {
  scope_.UsePanics();
  if (scope_.phase() == Phase::kExit) return {.text = kPanicked, .stable = true};
  return {.text = kPanicTest, .precedence = kCompare};
}

/// Nil when nobody can tell; then it is absent.
GoExpr Values::Of(const Expr& e, const rules::PanicValue&) {
  GoExpr value{.text = "instcAPI.panicValue()"};
  GuardNotNil(value, e.type);
  return value;
}

GoExpr Values::Of(const Expr&, const rules::Entered&) {
  scope_.UseEntered();
  return {.text = "instcS.entered", .stable = true};
}

GoExpr Values::Of(const Expr& e, const rules::Ambient&) {
  return {.text = "instcAPI.ambient().(" + scope_.Type(e.type) + ")"};
}

GoExpr Values::Of(const Expr& e, const rules::OptionValue& n) {
  const auto* basic = go::UnderlyingAs<go::BasicType>(e.type);
  std::string arguments = "(instcRule, " + std::to_string(n.index) + ")";
  if (basic == nullptr) return {.text = "instcAPI.optStrings" + arguments};
  if (basic->IsBoolean()) return {.text = "instcAPI.optBool" + arguments};
  if (basic->IsString()) return {.text = "instcAPI.optString" + arguments};
  return {.text = TypeText(e.type) + "(instcAPI.optInt" + arguments + ")"};
}

std::string ConvertTo(go::Basic basic, const GoExpr& value, const go::Type* type) {
  const go::BasicType* wanted = go::BasicTypeOf(basic);
  const auto* actual = go::TypeAs<go::BasicType>(type);
  bool is_constant = actual != nullptr && actual->IsUntyped() && !value.typed;
  bool fits = is_constant ||
              (actual != nullptr && llvm::cast<go::BasicType>(go::DefaultType(actual))->basic == basic);
  return fits ? value.text : wanted->name.str() + "(" + value.text + ")";
}

}  // namespace instc::lower
