// Composite literals: T{...}, whose inner ones may leave their type out, as in Go.
#include <set>

#include "compiler/check/expression_errors.h"
#include "compiler/check/hook_checker.h"
#include "compiler/go/types/assign.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::check {

INSTC_DIAGNOSTIC(BadElement, "E0318", Error, "this element has type {0}, {1} is wanted", std::string,
                 std::string);
INSTC_DIAGNOSTIC(FieldCount, "E0131", Error, "the literal has {0} values, {1} has {2} fields", size_t,
                 std::string, size_t);
INSTC_DIAGNOSTIC(ByPosition, "W0430", Warning,
                 "`{0}` and `{1}` of {2} are told apart by their places, which another version may change",
                 llvm::StringRef, llvm::StringRef, std::string);
INSTC_DIAGNOSTIC(WrongElement, "E0132", Error, "{0}", std::string);
INSTC_DIAGNOSTIC(LiteralWithoutType, "E0134", Error,
                 "this literal has no type: only elements of slices and maps take theirs from around them", );
INSTC_DIAGNOSTIC(ElementTwice, "E0135", Error, "`{0}` is there twice", std::string);

namespace {

bool IsLiteralType(const go::Type* under) {
  return llvm::isa<go::MapType>(under) || llvm::isa<go::SliceType>(under) || llvm::isa<go::StructType>(under);
}

/// Whether the elements stand without names, one for each field.
bool IsPositional(const ast::CompositeLit& literal) {
  return !literal.elements.empty() &&
         llvm::all_of(literal.elements, [](const ast::KeyValue& element) { return element.key == nullptr; });
}

}  // namespace

HookChecker::ExprPtr HookChecker::CompositeExpr(const ast::CompositeLit& literal, Span span) {
  if (literal.type == nullptr) {
    emitter().Emit(span, LiteralWithoutType).Help("write the type in front of the `{`");
    return Bad(span);
  }
  if (const ast::ObjectDecl* object = ObjectNamed(*literal.type))
    return ObjectLiteral(*object, literal, span);
  const Type* type = ResolveType(*literal.type);
  return type->IsInvalid() ? Bad(span) : LiteralOf(type, literal, span);
}

HookChecker::ExprPtr HookChecker::LiteralOf(const Type* type, const ast::CompositeLit& literal, Span span) {
  const Type* under = go::Underlying(type);
  if (!IsLiteralType(under)) {
    emitter().Emit(span, BadOperand, "T{}", Show(type));
    return Bad(span);
  }
  rules::Composite out;
  const auto* strukt = llvm::dyn_cast<go::StructType>(under);
  if (strukt == nullptr) {
    Elements(under, literal, out);
  } else if (IsPositional(literal)) {
    if (!PositionalFields(type, *strukt, literal, span, out)) return Bad(span);
  } else {
    for (const ast::KeyValue& element : literal.elements) NamedField(type, *strukt, element, out);
  }
  return Make(span, type, std::move(out));
}

/// Of a map or slice.
void HookChecker::Elements(const Type* under, const ast::CompositeLit& literal, rules::Composite& out) {
  const auto* map = llvm::dyn_cast<go::MapType>(under);
  const Type* wanted = map != nullptr ? map->value : llvm::cast<go::SliceType>(under)->element;
  std::set<std::string> keys;
  for (const ast::KeyValue& element : literal.elements) {
    if ((map != nullptr) != (element.key != nullptr)) {
      emitter().Emit(
          element.span, WrongElement,
          map != nullptr ? "an element of a map has a key" : "an element of a slice has no index here");
      continue;
    }
    ExprPtr key = map == nullptr ? nullptr : LiteralElement(*element.key, map->key);
    const go::ConstValue* constant = key == nullptr ? nullptr : ConstantOf(*key);
    if (constant != nullptr && !keys.insert(constant->ToString()).second)
      emitter().Emit(element.key->span, ElementTwice, constant->ToString());
    out.elements.emplace_back(key, LiteralElement(*element.value, wanted));
    out.field_names.emplace_back();
  }
}

/// A key or value of a map or slice. One that is a literal without a type has the one that is wanted, or is a
/// pointer to one of the type behind the pointer that is wanted.
HookChecker::ExprPtr HookChecker::LiteralElement(const ast::Expr& written, const Type* wanted) {
  const auto* inner = std::get_if<ast::CompositeLit>(&written.node);
  if (inner == nullptr || inner->type != nullptr) return FieldValue(written, wanted);
  const Type* pointee = go::Pointee(go::Unalias(wanted));
  const Type* type = pointee != nullptr ? pointee : wanted;
  if (!Nameable(type, written.span)) return Bad(written.span);
  ExprPtr made = LiteralOf(type, *inner, written.span);
  return pointee == nullptr || IsInvalid(*made) ? made : Make(written.span, wanted, rules::Unary{"&", made});
}

HookChecker::ExprPtr HookChecker::FieldValue(const ast::Expr& written, const Type* wanted) {
  ExprPtr value = CheckValueOf(written);
  if (!Assignable(*value, wanted)) emitter().Emit(value->span, BadElement, Show(value->type), Show(wanted));
  return Coerce(value, wanted);
}

/// Fields of other packages that are not exported cannot be given a value.
bool HookChecker::MaySet(const go::Var& field, Span span) {
  if (field.exported() || field.package() == &package_) return true;
  return Reachable(*field.package(), field.name(), span);
}

void HookChecker::NamedField(const Type* type, const go::StructType& strukt, const ast::KeyValue& element,
                             rules::Composite& out) {
  const auto* ident = element.key == nullptr ? nullptr : std::get_if<ast::Ident>(&element.key->node);
  if (ident == nullptr) {
    emitter()
        .Emit(element.span, WrongElement, "other elements of this literal have the names of their fields")
        .Help("write `field: value`");
    return;
  }
  const go::Var* field = strukt.Field(ident->name);
  const rules::HiddenFieldDecl* hidden = field == nullptr ? HiddenFieldOf(type, ident->name) : nullptr;
  if (field == nullptr && hidden == nullptr) return NoMember(type, {element.key->span, ident->name});
  if (field != nullptr && !MaySet(*field, element.key->span)) return;
  if (llvm::is_contained(out.field_names, ident->name))
    emitter().Emit(element.key->span, ElementTwice, ident->name);
  if (field != nullptr) RecordField(type, *field, element.span);
  const Type* wanted = field != nullptr ? field->type() : hidden->field_type;
  out.elements.emplace_back(nullptr, FieldValue(*element.value, wanted));
  out.field_names.push_back(ident->name);
}

/// False: reported.
bool HookChecker::PositionalFields(const Type* type, const go::StructType& strukt,
                                   const ast::CompositeLit& literal, Span span, rules::Composite& out) {
  if (literal.elements.size() != strukt.fields.size()) {
    emitter().Emit(span, FieldCount, literal.elements.size(), Show(type), strukt.fields.size());
    return false;
  }
  std::vector<ExprPtr> values;
  for (size_t i = 0; i < strukt.fields.size(); ++i) {
    const go::Var& field = *strukt.fields[i];
    const ast::Expr& written = *literal.elements[i].value;
    if (!MaySet(field, written.span)) return false;
    RecordField(type, field, written.span);
    values.push_back(FieldValue(written, field.type()));
    if (field.name() == "_") continue;  // nobody can read it
    out.elements.emplace_back(nullptr, values.back());
    out.field_names.push_back(field.name().str());
  }
  WarnByPosition(type, strukt, literal, values);
  return true;
}

/// Values that would fit each other's fields: a version that swaps these would go unnoticed.
void HookChecker::WarnByPosition(const Type* type, const go::StructType& strukt,
                                 const ast::CompositeLit& literal, const std::vector<ExprPtr>& values) {
  std::vector<diag::Edit> names;
  for (size_t i = 0; i < values.size(); ++i) {
    const Span at = literal.elements[i].span;
    names.push_back({Span{at.buffer, at.begin, at.begin}, strukt.fields[i]->name().str() + ": "});
  }
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = i + 1; j < values.size(); ++j) {
      const go::Var& first = *strukt.fields[i];
      const go::Var& second = *strukt.fields[j];
      const rules::Expr& x = *values[i];
      const rules::Expr& y = *values[j];
      const bool told = !Assignable(x, second.type()) || !Assignable(y, first.type());
      if (told || IsInvalid(x) || IsInvalid(y)) continue;
      emitter()
          .Emit(literal.elements[i].span, ByPosition, first.name(), second.name(), Show(type))
          .Fix("write the names of the fields", std::move(names));
      return;
    }
  }
}

void HookChecker::RecordField(const Type* type, const go::Var& field, Span span) {
  go::Selection written;
  written.object = &field;
  RecordSelection(plugin_.sink, type, written, span);
}

}  // namespace instc::check
