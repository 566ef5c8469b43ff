#include "compiler/check/test_scope.h"

#include "compiler/check/hook_checker.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/universe.h"
#include "dsl/base/check.h"
#include "dsl/diagnostics/consumers.h"

namespace instc::check {

INSTC_DIAGNOSTIC(TestValueType, "E0904", Error, "the test wants {0} here, this is {1}", std::string,
                 std::string);

namespace {

const go::Package& PackageOf(const Target& target, const rules::Hook& hook) {
  auto package = target.program->Load(hook.package);
  INSTC_CHECK(static_cast<bool>(package), "the package of a checked hook is loaded");
  return **package;
}

}  // namespace

struct TestScope::Parts {
  Parts(const RuleSet& set, const RuleFile& file, const Target& target, const conventions::Registry& registry,
        diag::Emitter& emitter, rules::Plugin& plugin, rules::Hook& hook, const go::Package& package)
      : described(quiet),
        description(Describe(file, described)),
        context{set,          file, target, registry, emitter, plugin, description, Facts(set, file),
                SymbolSink(), {},   {}},
        hook(&hook),
        checker(context, emitter, package, hook) {
    for (const auto& func : plugin.externs) context.externs.emplace(func->symbol, func);
    for (const ObjectRef& ref : file.objects)
      for (const auto& object : plugin.objects)
        if (ref.span.begin == object->origin.begin) context.objects.emplace(ref.decl, object.get());
    scope.file = &file;
    scope.package = &package;
    checker.scope_ = &scope;
    checker.at_exit_ = true;  // results are in reach
  }
  /// Of a body in what `around` is for.
  Parts(const Parts& around, rules::Hook& hook)
      : described(quiet),
        description(around.description),
        context(around.context),
        hook(&hook),
        checker(context, context.emitter, PackageOf(context.target, hook), hook) {
    scope.file = around.scope.file;
    scope.package = around.scope.package;
    checker.scope_ = &scope;
    checker.at_exit_ = true;
  }

  diag::DiscardingConsumer quiet;
  diag::Emitter described;
  pack::Plugin description;
  PluginContext context;
  rules::Hook* hook;
  HookChecker checker;
  Scope scope;
};

namespace {

/// `name(args)`, when `name` is nothing else here.
const ast::Call* TestCall(const ast::Expr& expr, llvm::StringRef name, const Scope& scope) {
  const auto* call = std::get_if<ast::Call>(&expr.node);
  const auto* callee = call == nullptr ? nullptr : std::get_if<ast::Ident>(&call->callee->node);
  if (callee == nullptr || callee->name != name || scope.names.count(name) > 0) return nullptr;
  return scope.package->Lookup(name) == nullptr ? call : nullptr;
}

}  // namespace

TestScope::TestScope(const RuleSet& set, const RuleFile& file, const Target& target,
                     const conventions::Registry& registry, diag::Emitter& emitter, rules::Plugin& plugin,
                     rules::Hook& hook)
    : parts_(std::make_unique<Parts>(set, file, target, registry, emitter, plugin, hook,
                                     PackageOf(target, hook))) {
  NameParameters(hook);
}

TestScope::TestScope(const TestScope& around, rules::Hook& closure)
    : parts_(std::make_unique<Parts>(*around.parts_, closure)) {
  parts_->scope.names = around.parts_->scope.names;
  NameParameters(closure);
}

TestScope::TestScope(const TestScope& around, const rules::Object& object, rules::Hook& method)
    : parts_(std::make_unique<Parts>(*around.parts_, method)) {
  rules::Binding& receiver = *method.bindings.front();  // RunMethod makes it first
  parts_->checker.NameFields(object, receiver, object.origin, parts_->scope);
  NameParameters(method);
}

const rules::Object* TestScope::Object(llvm::StringRef name) const {
  if (parts_->scope.names.count(name) > 0) return nullptr;
  const ast::ObjectDecl* decl = parts_->checker.ObjectNamed(name);
  return decl == nullptr ? nullptr : parts_->checker.Declared(*decl);
}

bool TestScope::IsOwn(const rules::Expr& leaf) const {
  const rules::Expr* root = &leaf;
  for (std::vector<rules::ExprPtr> parts = PartsIn(*root); !parts.empty(); parts = PartsIn(*root))
    root = parts.front().get();
  const auto* use = std::get_if<rules::Use>(&root->node);
  const auto& own = parts_->hook->bindings;
  return use != nullptr && use->binding->kind != rules::Binding::Kind::kReceiver &&
         std::any_of(own.begin(), own.end(), [&](const auto& b) { return b.get() == use->binding; });
}

void TestScope::NameParameters(rules::Hook& hook) {
  using Kind = rules::Binding::Kind;
  for (const auto& binding : hook.bindings) {
    if (hook.signature != nullptr && binding->kind == Kind::kReceiver) continue;  // of a method: no name
    if (binding->kind != Kind::kReceiver && binding->kind != Kind::kParam && binding->kind != Kind::kResult)
      continue;
    Named named;
    named.binding = binding.get();
    named.used = true;
    parts_->scope.names[binding->name] = named;
  }
}

TestScope::~TestScope() = default;

rules::ExprPtr TestScope::Sound(rules::ExprPtr expr) {
  return IsInvalid(*expr) || IsAbsent(*expr) ? nullptr : expr;
}

rules::ExprPtr TestScope::Leaf(const ast::Expr& expr) {
  return Sound(parts_->checker.Check(expr));
}

rules::ExprPtr TestScope::Value(const ast::Expr& expr) {
  HookChecker& checker = parts_->checker;
  if (const ast::Call* call = TestCall(expr, kTestURL, parts_->scope)) {
    if (!checker.ArgCount(*call, expr.span, kTestURL, 1, 1)) return nullptr;
    auto package = parts_->context.target.program->Load("net/url");
    if (!package) {
      llvm::consumeError(package.takeError());
      return nullptr;
    }
    rules::ExprPtr text = Value(*call->args[0], go::BasicTypeOf(go::Basic::kString));
    const go::Object* url = (*package)->Lookup("URL");
    if (text == nullptr || url == nullptr) return nullptr;
    rules::ExprPtr callee =
        checker.Make(expr.span, url->type(), rules::Global{kTestPackage.str(), kTestURL.str()});
    return checker.Make(expr.span, (*package)->context().Pointer(url->type()),
                        rules::FuncCall{callee, false, {text}, false});
  }
  if (const ast::Call* call = TestCall(expr, kTestTraced, parts_->scope)) {
    if (!checker.ArgCount(*call, expr.span, kTestTraced, 0, 0)) return nullptr;
    auto package = parts_->context.target.program->Load("context");
    if (!package) {
      llvm::consumeError(package.takeError());
      return nullptr;
    }
    const go::Type* type = (*package)->Lookup("Context")->type();
    rules::ExprPtr callee =
        checker.Make(expr.span, type, rules::Global{kTestPackage.str(), kTestTraced.str()});
    return checker.Make(expr.span, type, rules::FuncCall{callee, false, {}, false});
  }
  return Sound(checker.CheckValueOf(expr));
}

namespace {

/// Whether some instance of `generic`, where a type parameter is in it, is the type `given`.
bool IsInstance(const go::Type* generic, const go::Type* given) {
  if (go::IsTypeParam(generic)) return true;
  generic = go::Unalias(generic);
  given = go::Unalias(given);
  if (const auto* slice = llvm::dyn_cast<go::SliceType>(generic)) {
    const auto* other = go::TypeAs<go::SliceType>(given);
    return other != nullptr && IsInstance(slice->element, other->element);
  }
  if (const auto* map = llvm::dyn_cast<go::MapType>(generic)) {
    const auto* other = go::TypeAs<go::MapType>(given);
    return other != nullptr && IsInstance(map->key, other->key) && IsInstance(map->value, other->value);
  }
  if (const auto* pointer = llvm::dyn_cast<go::PointerType>(generic)) {
    const auto* other = go::TypeAs<go::PointerType>(given);
    return other != nullptr && IsInstance(pointer->element, other->element);
  }
  const auto* named = llvm::dyn_cast<go::Named>(generic);
  const auto* other = go::TypeAs<go::Named>(given);
  if (named == nullptr || other == nullptr || named->origin() != other->origin())
    return go::Identical(generic, given);
  for (size_t i = 0; i < named->type_args().size(); ++i)
    if (!IsInstance(named->type_args()[i], other->type_args()[i])) return false;
  return true;
}

}  // namespace

rules::ExprPtr TestScope::Value(const ast::Expr& expr, const go::Type* wanted) {
  rules::ExprPtr value = Value(expr);
  if (value == nullptr) return nullptr;
  if (parts_->checker.Assignable(*value, wanted)) return parts_->checker.Coerce(value, wanted);
  if (IsInstance(wanted, value->type)) return value;
  parts_->context.emitter.Emit(expr.span, TestValueType, Show(wanted), Show(value->type));
  return nullptr;
}

rules::ExprPtr TestScope::CallOrValue(const ast::Expr& expr) {
  rules::ExprPtr value = parts_->checker.Check(expr);
  const bool tuple = go::TypeAs<go::TupleType>(value->type) != nullptr;
  const bool call =
      tuple || std::holds_alternative<rules::ExternCall>(value->node);  // perhaps without results
  return call && std::holds_alternative<ast::Call>(expr.node) ? value : Sound(value);
}

std::optional<rules::AttributeSet::Name> TestScope::Attribute(const ast::AttrName& name) {
  auto checked = parts_->checker.AttributeName(name, std::nullopt);
  if (!checked.has_value() || checked->part == nullptr) return checked;
  parts_->context.emitter.Emit(name.index->span, TestValueType, "a constant key", Show(checked->part->type));
  return std::nullopt;
}

rules::ExprPtr TestScope::AttributeValue(const ast::AttrName& name, conventions::ValueType type,
                                         const ast::Expr& expr) {
  HookChecker& checker = parts_->checker;
  rules::ExprPtr value = Value(expr);
  if (value == nullptr) return nullptr;
  value = checker.Coerce(value, go::DefaultType(value->type));
  const std::string text = name.name.Text();
  const conventions::Attribute* known = parts_->context.registry.FindAttribute(text);
  return checker.CheckValue(known, text, type, *value, value->type) ? value : nullptr;
}

rules::ExprPtr TestScope::Parent(const ast::Expr& expr) {
  rules::ExprPtr value = Value(expr);
  if (value == nullptr || IsContext(value->type)) return value;
  if (go::UnderlyingAs<go::MapType>(value->type) != nullptr ||
      go::UnderlyingAs<go::SliceType>(value->type) != nullptr) {
    auto carrier = parts_->checker.CarrierOf(value, expr.span);
    return carrier.has_value() ? carrier->value : nullptr;
  }
  auto context = parts_->checker.ContextOf(value, expr.span, false);
  return context.has_value() ? context->get : nullptr;
}

bool TestScope::IsContext(const go::Type* type) {
  return parts_->checker.IsContext(type);
}

std::string TestScope::Show(const go::Type* type) {
  return parts_->checker.Show(type);
}

}  // namespace instc::check
