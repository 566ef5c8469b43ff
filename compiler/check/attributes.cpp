// Attributes against the semantic conventions: the name exists, the value has its type, the span kind fits.
#include "compiler/check/hook_checker.h"
#include "compiler/check/not_lowered.h"
#include "compiler/check/suggest.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "dsl/base/overload.h"

namespace instc::check {

using conventions::ValueType;

INSTC_DIAGNOSTIC(UnknownAttribute, "E0501", Error, "unknown attribute `{0}`", std::string);
INSTC_DIAGNOSTIC(DeprecatedAttribute, "E0502", Error, "attribute `{0}` is deprecated", std::string);
INSTC_DIAGNOSTIC(WrongValueType, "E0504", Error, "attribute `{0}` has type {1}, the value is {2}",
                 llvm::StringRef, llvm::StringRef, std::string);
INSTC_DIAGNOSTIC(UnknownMember, "W0505", Warning, "\"{1}\" is no well-known value of `{0}`", llvm::StringRef,
                 std::string);
INSTC_DIAGNOSTIC(WrongSpanKind, "E0506", Error, "attribute `{0}` does not belong on spans of kind {1}",
                 llvm::StringRef, llvm::StringRef);
INSTC_DIAGNOSTIC(TemplateAttribute, "E0509", Error, "attribute `{0}` needs a key: `{0}[\"name\"]`",
                 std::string);
INSTC_DIAGNOSTIC(ValueCount, "E0510", Error, "{0} attributes for {1} values", size_t, size_t);
INSTC_DIAGNOSTIC(BadAttributeType, "E0511", Error,
                 "an attribute has type string, int, bool, float64 or []string", );

namespace {

/// What a Go value becomes on the wire; nullopt: it needs a conversion.
std::optional<ValueType> WireType(const go::Type* type) {
  const auto* named = llvm::dyn_cast<go::Named>(go::Unalias(type));
  const bool duration = named != nullptr && named->object()->name() == "Duration" &&
                        named->object()->package() != nullptr && named->object()->package()->path() == "time";
  if (duration) return std::nullopt;
  const go::Type* under = go::Underlying(type);
  if (const auto* basic = llvm::dyn_cast<go::BasicType>(under)) {
    if (basic->IsString()) return ValueType::kString;
    if (basic->IsInteger()) return ValueType::kInt;
    if (basic->IsBoolean()) return ValueType::kBoolean;
    if (basic->IsFloat()) return ValueType::kDouble;
    return std::nullopt;
  }
  const auto* slice = llvm::dyn_cast<go::SliceType>(under);
  if (slice != nullptr && go::Identical(go::Unalias(slice->element), go::BasicTypeOf(go::Basic::kString)))
    return ValueType::kStrings;
  return std::nullopt;
}

/// How to turn a value into the wanted type.
std::string HowToConvert(ValueType wanted, const go::Type* type) {
  const auto wire = WireType(type);
  if (wanted == ValueType::kString && wire == ValueType::kInt) return "write `itoa(...)`";
  if (wanted == ValueType::kString)
    return "write `text(...)`: it takes strings, byte slices, errors and Stringers";
  if (wanted == ValueType::kInt && wire == ValueType::kString) return "write `atoi(...)`";
  if (wanted == ValueType::kInt) return "convert it: `int64(...)`";
  return "";
}

std::optional<ValueType> DeclaredType(const ast::Type* type) {
  if (type == nullptr) return std::nullopt;
  const auto* slice = std::get_if<ast::SliceType>(&type->node);
  const auto* named = std::get_if<ast::NamedType>(&(slice != nullptr ? *slice->element : *type).node);
  if (named == nullptr || named->package.Present()) return std::nullopt;
  const llvm::StringRef name = named->name.text;
  if (slice != nullptr) return name == "string" ? std::optional(ValueType::kStrings) : std::nullopt;
  if (name == "string") return ValueType::kString;
  if (name == "int" || name == "int64") return ValueType::kInt;
  if (name == "bool") return ValueType::kBoolean;
  if (name == "float64") return ValueType::kDouble;
  return std::nullopt;
}

}  // namespace

std::optional<ValueType> HookChecker::AttributeType(const ast::AttrName& name,
                                                    std::optional<conventions::SpanKind> kind) {
  const std::string text = name.name.Text();
  if (name.index != nullptr) {
    ReportNotLowered(emitter(), name.span, "an attribute with a key");
    return std::nullopt;
  }
  for (const ast::AttributeDecl* own : plugin_.file.attributes) {
    if (own->name.Text() != text) continue;
    const auto type = DeclaredType(own->type.get());
    if (!type.has_value())
      emitter().Emit(own->type != nullptr ? own->type->span : own->name.span, BadAttributeType);
    return type;
  }
  const conventions::Attribute* known = plugin_.registry.FindAttribute(text);
  if (known == nullptr) {
    auto builder = emitter().Emit(name.span, UnknownAttribute, text);
    std::vector<std::string> near = plugin_.registry.NearestAttributes(text, 3);
    for (const ast::AttributeDecl* own : plugin_.file.attributes)
      if (const auto meant = ClearlyMeant(text, {own->name.Text()})) near.push_back(*meant);
    if (const auto meant = ClearlyMeant(text, near); meant.has_value() && name.span.Text() == text)
      builder.Fix("did you mean `" + *meant + "`?", name.span, *meant);
    else if (!near.empty())
      builder.Help(DidYouMean(near));
    builder.Help("declare an attribute of your own: `attribute " + text + " string`");
    return std::nullopt;
  }
  if (known->deprecated.has_value()) {
    auto builder = emitter().Emit(name.span, DeprecatedAttribute, text);
    const std::string& renamed = known->deprecated->renamed_to;
    if (!renamed.empty())
      builder.Label("use `" + renamed + "`").Fix("rename it to `" + renamed + "`", name.span, renamed);
    else if (!known->deprecated->note.empty())
      builder.Note(known->deprecated->note);
    return std::nullopt;
  }
  if (known->is_template) {
    emitter().Emit(name.span, TemplateAttribute, text);
    return std::nullopt;
  }
  if (kind.has_value()) CheckKind(text, name.span, *kind);
  return known->type;
}

void HookChecker::CheckKind(llvm::StringRef attribute, Span span, conventions::SpanKind kind) {
  const std::vector<conventions::SpanKind> kinds = plugin_.registry.KindsOf(attribute);
  if (kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return;
  std::string allowed;
  for (conventions::SpanKind k : kinds) allowed += (allowed.empty() ? "" : ", ") + conventions::Name(k).str();
  emitter()
      .Emit(span, WrongSpanKind, attribute, conventions::Name(kind))
      .Note("the conventions have it on spans of kind " + allowed);
}

bool HookChecker::CheckValue(const conventions::Attribute* known, llvm::StringRef name, ValueType wanted,
                             const rules::Expr& value, const Type* type) {
  if (type->IsInvalid()) return true;
  const auto wire = WireType(type);
  const bool widened = wanted == ValueType::kDouble && wire == ValueType::kInt &&
                       std::holds_alternative<rules::Literal>(value.node);
  const bool fits = wire.has_value() && (wanted == ValueType::kAny || *wire == wanted || widened);
  if (!fits) {
    auto builder = emitter().Emit(value.span, WrongValueType, name, conventions::Name(wanted), Show(type));
    const bool number = wanted == ValueType::kString && wire == ValueType::kInt && value.span.Valid();
    const std::string how = HowToConvert(wanted, type);
    if (number)
      builder.Fix(how, value.span, "itoa(" + value.span.Text().str() + ")");
    else if (!how.empty())
      builder.Help(how);
    return false;
  }
  const auto* literal = std::get_if<rules::Literal>(&value.node);
  const bool constant = literal != nullptr && literal->value.kind() == go::ConstValue::Kind::kString;
  const bool listed =
      known != nullptr && known->members.size() > 1;  // `_OTHER` alone invites values of one's own
  if (!listed || !constant) return true;
  const std::string& text = literal->value.string_value();
  if (known->FindMember(text) != nullptr) return true;
  std::vector<std::string> members;
  for (const conventions::EnumMember& member : known->members) members.push_back(member.value);
  auto builder = emitter().Emit(value.span, UnknownMember, name, text);
  const auto meant = ClearlyMeant(text, members);
  if (meant.has_value() && value.span.Text() == "\"" + text + "\"")
    builder.Fix("did you mean `" + *meant + "`?", value.span, "\"" + *meant + "\"");
  else if (auto near = Nearest(text, members); !near.empty())
    builder.Help(DidYouMean(near));
  return true;
}

std::optional<rules::AttributeSet> HookChecker::Attribute(const ast::AttrEntry& entry,
                                                          std::optional<conventions::SpanKind> kind) {
  rules::AttributeSet set;
  bool ok = true;
  for (const ast::AttrName& name : entry.names) {
    const auto type = AttributeType(name, kind);
    ok = ok && type.has_value();
    set.names.push_back({name.name.Text(), type.value_or(ValueType::kString)});
  }
  set.value = Check(*entry.value);
  set.value = Coerce(set.value, go::DefaultType(set.value->type));
  set.guard = Guard(entry.guard.get());
  if (!ok) return std::nullopt;
  std::vector<const Type*> types;
  const auto* tuple = set.value->type == nullptr ? nullptr : llvm::dyn_cast<go::TupleType>(set.value->type);
  if (tuple != nullptr)
    for (const go::Var* v : tuple->vars) types.push_back(v->type());
  else
    types.push_back(set.value->type);
  if (IsInvalid(*set.value)) return std::nullopt;
  if (types.size() != set.names.size()) {
    emitter().Emit(entry.value->span, ValueCount, set.names.size(), types.size());
    return std::nullopt;
  }
  for (size_t i = 0; i < types.size(); ++i) {
    const conventions::Attribute* known = plugin_.registry.FindAttribute(set.names[i].key);
    ok = CheckValue(known, set.names[i].key, set.names[i].type, *set.value, types[i]) && ok;
    if (set.names[i].type == ValueType::kAny)
      set.names[i].type = WireType(types[i]).value_or(ValueType::kString);
  }
  const bool never = IsAbsent(*set.value) || (set.guard != nullptr && IsAbsent(*set.guard));
  if (!ok || never) return std::nullopt;
  CheckAttributeLabels(set);
  return set;
}

}  // namespace instc::check
