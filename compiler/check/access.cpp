// Reaching into values: x.f, x[i], x[a:b], x.(T).
#include "compiler/check/expression_errors.h"
#include "compiler/check/hook_checker.h"
#include "compiler/check/suggest.h"
#include "compiler/go/types/assign.h"
#include "compiler/go/types/lookup.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::check {

using go::Basic;
using go::BasicTypeOf;

INSTC_DIAGNOSTIC(NoSuchSymbol, "E0301", Error, "package {0} has no `{1}`", std::string, llvm::StringRef);
INSTC_DIAGNOSTIC(NoSuchMember, "E0302", Error, "{0} has no field or method `{1}`", std::string,
                 llvm::StringRef);
INSTC_DIAGNOSTIC(AmbiguousMember, "E0306", Error,
                 "`{1}` is ambiguous in {0}: two embedded types have it at the same depth", std::string,
                 llvm::StringRef);
INSTC_DIAGNOSTIC(HiddenElsewhere, "E0369", Error, "the hidden field `{0}` is seen in package {1} only",
                 std::string, std::string);
INSTC_DIAGNOSTIC(CannotIndex, "E0312", Error, "{0} cannot be indexed or sliced", std::string);
INSTC_DIAGNOSTIC(BadIndex, "E0313", Error, "the index has type {0}, {1} is wanted", std::string, std::string);
INSTC_DIAGNOSTIC(ImpossibleAssertion, "E0315", Error, "{0} can never hold {1}", std::string, std::string);
INSTC_DIAGNOSTIC(AssertNonInterface, "E0316", Error, "only an interface value can be asserted, this is {0}",
                 std::string);
INSTC_DIAGNOSTIC(MethodNotCalled, "E0317", Error, "method `{0}` is named but not called", llvm::StringRef);

HookChecker::ExprPtr HookChecker::FromPackage(const go::Package& package, llvm::StringRef name, Span span) {
  const go::Object* object = package.Lookup(name);
  const bool visible = object != nullptr && (object->exported() || &package == &package_);
  if (visible) return Reachable(package, name, span) ? ObjectExpr(*object, span) : Bad(span);
  std::vector<std::string> exported;
  for (llvm::StringRef known : package.Names())
    if (go::IsExportedName(known)) exported.push_back(known.str());
  auto builder = emitter().Emit(span, NoSuchSymbol, package.path(), name);
  const Span written{span.buffer, span.end - static_cast<uint32_t>(name.size()), span.end};  // pkg.name
  if (object != nullptr)
    builder.Help("`" + name.str() + "` is not exported, and the rule runs in another package");
  else
    Suggest(builder, written, name, exported);
  return Bad(span);
}

HookChecker::ExprPtr HookChecker::SelectorExpr(const ast::Selector& selector, Span span) {
  if (!selector.name.Present()) return Bad(span);
  if (const auto* ident = std::get_if<ast::Ident>(&selector.operand->node)) {
    const bool bound = scope_->Find(ident->name) != nullptr;
    if (!bound && ident->name == "fn") {
      if (ExprPtr text = FunctionText(selector.name.text, span)) return text;
    }
    const bool global =
        bound || (scope_->package != nullptr && scope_->package->Lookup(ident->name) != nullptr);
    if (!global) {
      if (const go::Package* package = FindPackage(ident->name))
        return FromPackage(*package, selector.name.text, span);
    }
  }
  ExprPtr base = CheckValueOf(*selector.operand);
  if (IsInvalid(*base)) return base;
  return Select(base, selector.name, span);
}

namespace {

const go::Named* NamedOf(const go::Type* type) {
  const go::Type* plain = go::Unalias(type);
  if (const go::Type* pointee = go::Pointee(plain)) plain = go::Unalias(pointee);
  return llvm::dyn_cast<go::Named>(plain);
}

}  // namespace

HookChecker::ExprPtr HookChecker::Select(ExprPtr base, const ast::Name& name, Span span) {
  const go::Selection selection = go::LookupFieldOrMethod(base->type, name.text, &package_);
  switch (selection.kind) {
    case go::Selection::Kind::kField:
      RecordSelection(plugin_.sink, base->type, selection, name.span);
      return Make(span, selection.type, rules::FieldSelect{base, selection});
    case go::Selection::Kind::kMethod:
      MethodWithoutCall(*llvm::cast<go::Func>(selection.object), name, span);
      return Bad(span);
    case go::Selection::Kind::kAmbiguous:
      emitter()
          .Emit(name.span, AmbiguousMember, Show(base->type), name.text)
          .Help("name the embedded type too");
      return Bad(span);
    case go::Selection::Kind::kNotFound:
      break;
  }
  if (const rules::HiddenFieldDecl* hidden = HiddenFieldOf(base->type, name.text)) {
    if (hidden->package != package_.path() && !go::IsExportedName(hidden->name)) {
      emitter()
          .Emit(name.span, HiddenElsewhere, hidden->name, hidden->package)
          .Help("give it an upper-case name");
      return Bad(span);
    }
    return Make(span, hidden->field_type,
                rules::HiddenField{base, hidden->name, go::Pointee(base->type) != nullptr});
  }
  const go::Named* named = NamedOf(base->type);
  if (named != nullptr && RefusedField(*named, name.text)) return Bad(span);
  NoMember(base->type, name);
  return Bad(span);
}

const rules::HiddenFieldDecl* HookChecker::HiddenFieldOf(const Type* type, llvm::StringRef name) const {
  const go::Named* named = NamedOf(type);
  if (named == nullptr) return nullptr;
  auto found = llvm::find_if(plugin_.out.fields, [&](const rules::HiddenFieldDecl& hidden) {
    return hidden.name == name && hidden.type == named->object()->name() &&
           hidden.package == named->object()->package()->path();
  });
  return found == plugin_.out.fields.end() ? nullptr : &*found;
}

void HookChecker::MethodWithoutCall(const go::Func& method, const ast::Name& name, Span span) {
  auto builder = emitter().Emit(span, MethodNotCalled, name.text);
  builder.Note(SpanOf(method), "declared here");
  const bool plain = method.signature()->params.empty() && method.signature()->results.size() == 1;
  if (plain)
    builder.Fix("write `" + name.text + "()`", Span{name.span.buffer, name.span.end, name.span.end}, "()");
  else
    builder.Help("write `" + name.text + "(...)`");
}

/// Whether a `field` that was refused would have been this one: its uses are not reported as well.
bool HookChecker::RefusedField(const go::Named& type, llvm::StringRef name) {
  const go::Package* package = type.object()->package();
  if (package == nullptr) return false;
  const std::string& path = package->path();
  return llvm::any_of(plugin_.file.fields, [&](const FieldRef& ref) {
    const bool here = path == PackageOf(ref.in, plugin_) && IsFor(ref.in, plugin_);
    return here &&
           llvm::any_of(ref.decl->types.names,
                        [&](const auto& t) { return t.text == type.object()->name(); }) &&
           llvm::any_of(ref.decl->fields, [&](const auto& f) { return f.name.text == name; });
  });
}

void HookChecker::NoMember(const Type* type, const ast::Name& name) {
  const Type* pointee = go::Pointee(type);
  if (go::Underlying(pointee != nullptr ? pointee : type)->IsInvalid())
    return;  // its declaration was reported
  auto builder = emitter().Emit(name.span, NoSuchMember, Show(type), name.text);
  const std::vector<std::string> members = go::SelectableNames(type, &package_);
  const std::vector<std::string> near = Nearest(name.text, members);
  std::vector<std::string> shown;
  for (const std::string& candidate : near) {
    const go::Selection found = go::LookupFieldOrMethod(type, candidate, &package_);
    shown.push_back(candidate);
    if (near.size() == 1 && found.kind == go::Selection::Kind::kField)
      builder.Label("did you mean `" + candidate + "` (" + go::TypeString(found.type, &package_) + ")?");
  }
  if (near.size() != 1 && !near.empty()) builder.Label(DidYouMean(shown));
  if (const auto meant = ClearlyMeant(name.text, members))
    builder.Fix("write `" + *meant + "`", name.span, *meant);
  if (const go::Named* named = NamedOf(type); named != nullptr && named->object()->declared_at().Valid())
    builder.Note(SpanOf(*named->object()), "the type is declared here, checked at " + plugin_.target.version);
}

HookChecker::ExprPtr HookChecker::IndexExpr(const ast::Index& index, Span span) {
  ExprPtr base = CheckValueOf(*index.operand);
  if (IsInvalid(*base)) return Bad(span);
  if (index.indices.size() != 1) {
    emitter().Emit(span, CannotIndex, Show(base->type)).Help("an index is one value");
    return Bad(span);
  }
  ExprPtr key = CheckValueOf(*index.indices[0]);
  if (IsInvalid(*key)) return Bad(span);
  const Type* under = go::Underlying(base->type);
  const Type* pointee = go::Pointee(base->type);
  if (pointee != nullptr && go::UnderlyingAs<go::ArrayType>(pointee) != nullptr)
    under = go::Underlying(pointee);
  if (const auto* map = llvm::dyn_cast<go::MapType>(under)) {
    if (!Assignable(*key, map->key)) {
      emitter().Emit(key->span, BadIndex, Show(key->type), Show(map->key));
      return Bad(span);
    }
    return Make(span, map->value, rules::Index{rules::Index::Kind::kMap, base, Coerce(key, map->key)});
  }
  const auto* basic = llvm::dyn_cast<go::BasicType>(go::Underlying(key->type));
  if (basic == nullptr || !basic->IsInteger()) {
    emitter().Emit(key->span, BadIndex, Show(key->type), "`int`");
    return Bad(span);
  }
  if (const auto* slice = llvm::dyn_cast<go::SliceType>(under))
    return Make(span, slice->element, rules::Index{rules::Index::Kind::kSlice, base, key});
  if (const auto* array = llvm::dyn_cast<go::ArrayType>(under))
    return Make(span, array->element, rules::Index{rules::Index::Kind::kArray, base, key});
  if (const auto* text = llvm::dyn_cast<go::BasicType>(under); text != nullptr && text->IsString())
    return Make(span, BasicTypeOf(Basic::kUint8), rules::Index{rules::Index::Kind::kString, base, key});
  emitter().Emit(base->span, CannotIndex, Show(base->type));
  return Bad(span);
}

HookChecker::ExprPtr HookChecker::SliceExpr(const ast::Slice& slice, Span span) {
  ExprPtr base = CheckValueOf(*slice.operand);
  ExprPtr low = slice.low == nullptr ? nullptr : CheckValueOf(*slice.low);
  ExprPtr high = slice.high == nullptr ? nullptr : CheckValueOf(*slice.high);
  for (const ExprPtr& bound : {low, high}) {
    const auto* basic = bound == nullptr || IsInvalid(*bound)
                            ? nullptr
                            : llvm::dyn_cast<go::BasicType>(go::Underlying(bound->type));
    if (bound == nullptr || IsInvalid(*bound)) continue;
    if (basic != nullptr && basic->IsInteger()) continue;
    emitter().Emit(bound->span, BadIndex, Show(bound->type), "`int`");
    return Bad(span);
  }
  if (IsInvalid(*base)) return Bad(span);
  const Type* under = go::Underlying(base->type);
  const auto* text = llvm::dyn_cast<go::BasicType>(under);
  const bool sliceable = llvm::isa<go::SliceType>(under) || (text != nullptr && text->IsString());
  if (!sliceable) {
    emitter().Emit(base->span, CannotIndex, Show(base->type));
    return Bad(span);
  }
  const Type* type = go::IsUntyped(base->type) ? go::DefaultType(base->type) : base->type;
  return Make(span, type, rules::SliceOf{base, low, high});
}

HookChecker::ExprPtr HookChecker::Assertion(ExprPtr base, const Type* type, Span span) {
  if (IsInvalid(*base) || type->IsInvalid()) return Bad(span);
  if (!go::IsInterface(base->type)) {
    emitter().Emit(base->span, AssertNonInterface, Show(base->type));
    return Bad(span);
  }
  if (!go::AssertableTo(base->type, type)) {
    emitter().Emit(span, ImpossibleAssertion, Show(base->type), Show(type));
    return Bad(span);
  }
  if (!Nameable(type, span)) return Bad(span);
  return Make(span, type, rules::Assert{base});
}

HookChecker::ExprPtr HookChecker::AssertExpr(const ast::TypeAssert& assertion, Span span) {
  ExprPtr base = CheckValueOf(*assertion.operand);
  if (const ast::ObjectDecl* object = ObjectNamed(*assertion.type))
    return ObjectAssertion(base, *object, span);
  const Type* type = ResolveType(*assertion.type);
  return Assertion(base, type, span);
}

}  // namespace instc::check
