// Attributes against the semantic conventions: the name exists, the value has its type, the span kind fits.
#include "compiler/check/hook_checker.h"
#include "compiler/check/suggest.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/lookup.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "dsl/base/overload.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

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
INSTC_DIAGNOSTIC(NoKey, "E0760", Error, "attribute `{0}` takes no key", std::string);
INSTC_DIAGNOSTIC(UnboundedKey, "E0761", Error, "the key of attribute `{0}` may take any number of values",
                 std::string);
INSTC_DIAGNOSTIC(NotOptedIn, "E0762", Error, "attribute `{0}` is opt-in, and no option asks for it",
                 std::string);
INSTC_DIAGNOSTIC(BadKey, "E0763", Error, "the key of an attribute is {1}, this is {0}", std::string,
                 llvm::StringRef);
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

/// Attributes that say which product is spoken to. There are more of those than the conventions list, and the
/// others name themselves.
bool NamesTechnology(llvm::StringRef attribute) {
  return llvm::any_of(
      llvm::ArrayRef<llvm::StringLiteral>{".system", ".system.name", ".provider", ".provider.name"},
      [&](llvm::StringRef end) { return attribute.endswith(end); });
}

/// Whether `text(x)` has something to say.
bool HasText(const go::Type* type, const go::Package& from) {
  for (llvm::StringRef name : {"String", "Error"}) {
    const go::Selection method = go::LookupFieldOrMethod(type, name, &from);
    const auto* signature = method.kind == go::Selection::Kind::kMethod
                                ? llvm::dyn_cast<go::SignatureType>(method.type)
                                : nullptr;
    if (signature != nullptr && signature->params.empty() && signature->results.size() == 1) return true;
  }
  const auto* slice = go::UnderlyingAs<go::SliceType>(type);
  const bool bytes =
      slice != nullptr && go::Identical(go::Unalias(slice->element), go::BasicTypeOf(go::Basic::kUint8));
  return bytes || go::UnderlyingAs<go::BasicType>(type) != nullptr;
}

/// What turns a value into the wanted type, in front of it and behind it; the second is empty: nothing does.
std::pair<llvm::StringRef, llvm::StringRef> Wrapping(ValueType wanted, const go::Type* type,
                                                     const go::Package& from) {
  const auto wire = WireType(type);
  const auto* basic = go::UnderlyingAs<go::BasicType>(type);
  const bool duration = !wire.has_value() && basic != nullptr && basic->IsInteger();
  if (wanted == ValueType::kString && wire == ValueType::kInt) return {"itoa(", ")"};
  if (wanted == ValueType::kString && HasText(type, from)) return {"text(", ")"};
  if (wanted == ValueType::kStrings && wire == ValueType::kString) return {"[]string{", "}"};
  if (wanted == ValueType::kInt && wire == ValueType::kString) return {"atoi(", ")"};
  if (wanted == ValueType::kInt && wire == ValueType::kDouble) return {"int64(", ")"};
  if (wanted == ValueType::kInt && duration) return {"", ".Milliseconds()"};
  if (wanted == ValueType::kDouble && wire == ValueType::kInt) return {"float64(", ")"};
  if (wanted == ValueType::kDouble && duration) return {"", ".Seconds()"};
  return {};
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
  for (const ast::AttributeDecl* own : plugin_.file.attributes) {
    if (own->name.Text() != text) continue;
    if (name.index != nullptr) emitter().Emit(name.span, NoKey, text);
    const ast::Type* declared = own->type.get();
    const auto type = DeclaredType(declared);
    if (!type.has_value())
      emitter().Emit(declared == nullptr ? own->name.span : declared->span, BadAttributeType);
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
  if (known->is_template != (name.index != nullptr)) {
    if (known->is_template)
      emitter().Emit(name.span, TemplateAttribute, text);
    else
      emitter().Emit(name.span, NoKey, text).Help("the conventions give it none");
    return std::nullopt;
  }
  if (kind.has_value()) CheckKind(text, name.span, *kind);
  return known->type;
}

/// `http.request.header[k]`: with a constant k a name like any other, else one that is made when it is set.
bool HookChecker::AttributeKey(const ast::AttrName& name, rules::AttributeSet::Name& out) {
  const conventions::Attribute* known = plugin_.registry.FindAttribute(out.key);
  ExprPtr part = CheckValueOf(*name.index);
  if (IsInvalid(*part) || IsAbsent(*part)) return false;
  if (!Assignable(*part, go::BasicTypeOf(go::Basic::kString))) {
    emitter().Emit(part->span, BadKey, Show(part->type), "a string");
    return false;
  }
  const bool lower_case = known != nullptr && llvm::StringRef(known->brief).contains("(lowercase)");
  out.key += ".";
  if (const go::ConstValue* constant = ConstantOf(*part)) {
    const llvm::StringRef text = constant->string_value();
    if (text.empty()) emitter().Emit(part->span, BadKey, "`\"\"`", "a string with something in it");
    out.key += lower_case ? text.lower() : text.str();
    return !text.empty();
  }
  if (!IsBounded(*part)) {
    emitter()
        .Emit(part->span, UnboundedKey, name.name.Text())
        .Help("go through the names that an option lists: `for _, h in opt_headers { attr " +
              name.name.Text() + "[h] = ... }`; `trust(..., \"why\")` overrides");
    return false;
  }
  CheckSecret(*part, "the key of attribute `" + name.name.Text() + "`");
  out.part = Coerce(part, go::BasicTypeOf(go::Basic::kString));
  out.lower_case = lower_case;
  return true;
}

std::optional<rules::AttributeSet::Name> HookChecker::AttributeName(
    const ast::AttrName& name, std::optional<conventions::SpanKind> kind) {
  const auto type = AttributeType(name, kind);
  rules::AttributeSet::Name out{name.name.Text(), type.value_or(ValueType::kString), nullptr, false};
  const bool keyed = name.index == nullptr || AttributeKey(name, out);
  return type.has_value() && keyed ? std::optional(std::move(out)) : std::nullopt;
}

/// Whether an option decides that this is recorded, or which of it.
bool HookChecker::OptedIn(const rules::AttributeSet& set) const {
  const bool chosen = llvm::any_of(set.names, [](const auto& name) {
    return name.part != nullptr && (name.part->labels & kBounded) != 0;
  });
  const bool guarded = set.guard != nullptr && ReadsOption(*set.guard);
  return opted_in_ || chosen || guarded || (set.value->labels & (kSanitized | kBounded)) != 0;
}

/// What the conventions want only where somebody asks for it may say something of a person: headers,
/// metadata, parameters of queries.
void HookChecker::CheckOptIn(const ast::AttrEntry& entry, const rules::AttributeSet& set) {
  if (OptedIn(set)) return;
  for (const ast::AttrName& name : entry.names) {
    const std::string text = name.name.Text();
    const bool opt_in =
        llvm::any_of(plugin_.registry.span_groups(), [&](const conventions::SpanGroup& group) {
          const conventions::AttributeUse* use = group.FindAttribute(text);
          return use != nullptr && use->requirement == conventions::Requirement::kOptIn;
        });
    const bool personal = (OwnLabels(text) & kPii) != 0;
    if (!personal && (name.index == nullptr || !opt_in)) continue;
    emitter()
        .Emit(name.span, NotOptedIn, text)
        .Help(
            "declare an option and write `when capture_headers`, or go through a list of names that an "
            "option has")
        .Help("`trust(..., \"why\")` overrides and is listed in the docs");
  }
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
    const auto [before, behind] = Wrapping(wanted, type, package_);
    if (behind.empty() || llvm::isa_and_nonnull<go::TupleType>(value.type)) return false;
    const std::string how = ("write `" + before + (before.empty() ? "x" : "...") + behind + "`").str();
    const llvm::StringRef text = value.span.Valid() ? value.span.Text() : "";
    const bool operand = llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; });
    // A duration has a unit that only the author knows; a sum would need brackets.
    const bool sure = !text.empty() && (!before.empty() || (operand && wanted == ValueType::kDouble));
    if (sure)
      builder.Fix(how, value.span, (before + text + behind).str());
    else
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
  const auto meant = ClearlyMeant(text, members);
  const auto near = Nearest(text, members);
  if (NamesTechnology(name) && !meant.has_value() && near.empty()) return true;
  auto builder = emitter().Emit(value.span, UnknownMember, name, text);
  if (meant.has_value() && value.span.Text() == "\"" + text + "\"")
    builder.Fix("did you mean `" + *meant + "`?", value.span, "\"" + *meant + "\"");
  else if (!near.empty())
    builder.Help(DidYouMean(near));
  return true;
}

std::optional<rules::AttributeSet> HookChecker::Attribute(const ast::AttrEntry& entry,
                                                          std::optional<conventions::SpanKind> kind) {
  rules::AttributeSet set;
  bool ok = true;
  for (const ast::AttrName& name : entry.names) {
    auto checked = AttributeName(name, kind);
    ok = ok && checked.has_value();
    set.names.push_back(checked.has_value() ? std::move(*checked) : rules::AttributeSet::Name());
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
    const std::string name = entry.names[i].name.Text();
    const conventions::Attribute* known = plugin_.registry.FindAttribute(name);
    ok = CheckValue(known, name, set.names[i].type, *set.value, types[i]) && ok;
    if (set.names[i].type == ValueType::kAny)
      set.names[i].type = WireType(types[i]).value_or(ValueType::kString);
  }
  const bool never = IsAbsent(*set.value) || (set.guard != nullptr && IsAbsent(*set.guard));
  if (!ok || never) return std::nullopt;
  CheckAttributeLabels(set);
  CheckOptIn(entry, set);
  return set;
}

}  // namespace instc::check
