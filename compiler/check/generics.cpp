// Generic functions and types: those that a rule is at, where it reads values without knowing their types,
// and those that it names, with type arguments of its own.
#include "compiler/check/hook_checker.h"
#include "compiler/check/marks.h"
#include "compiler/go/types/assign.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/infer.h"
#include "compiler/go/types/substitute.h"
#include "compiler/go/types/universe.h"

namespace instc::check {

INSTC_DIAGNOSTIC(WrongTypeArguments, "E0133", Error, "the type arguments are not right: {0}", std::string);
INSTC_DIAGNOSTIC(TypeParameter, "E0721", Error, "`{0}` has type {1}, which depends on a type parameter",
                 std::string, std::string);

// -------------------------------------------------------------------------------------------------------
// the function that the rule is at

std::vector<rules::TypeParamName> TypeParamsOf(const go::Func& func) {
  std::vector<rules::TypeParamName> out;
  for (const go::TypeParam* param : func.signature()->type_params)
    out.push_back({param, param->object()->name().str()});
  const std::vector<const go::TypeParam*>& of_receiver = func.signature()->receiver_type_params;
  if (of_receiver.empty()) return out;
  const go::Expr* type = go::Unparen(func.decl()->receiver.groups.front().type);
  if (const auto* star = type->As<go::StarExpr>()) type = go::Unparen(star->operand);
  const auto* instance = type->As<go::IndexExpr>();
  for (size_t i = 0; i < of_receiver.size(); ++i) {
    const bool written = instance != nullptr && i < instance->args.size();
    const auto* name = written ? go::Unparen(instance->args[i])->As<go::NameExpr>() : nullptr;
    out.push_back({of_receiver[i], name != nullptr ? name->name.text.str() : "_"});
  }
  return out;
}

bool HookChecker::DependsOn(llvm::function_ref<bool(const rules::TypeParamName&)> which,
                            const Type* type) const {
  const HookChecker* rule = this;
  while (rule->outer_ != nullptr) rule = rule->outer_;
  std::vector<const go::TypeParam*> params;
  for (const rules::TypeParamName& param : rule->hook_.type_params)
    if (which(param)) params.push_back(param.param);
  if (params.empty() || type == nullptr) return false;
  const std::vector<const Type*> plain(params.size(), go::BasicTypeOf(go::Basic::kInt));
  const go::Substitution substitution{&plugin_.target.program->context(), params, plain};
  return !go::Identical(type, go::Substitute(type, substitution));
}

/// Whether the type is another one for each type argument of the function that the rule is at.
bool HookChecker::DependsOnTypeParam(const Type* type) const {
  return DependsOn([](const rules::TypeParamName&) { return true; }, type);
}

/// Whether it is so because of a type parameter that the receiver has no name for: `func (b *Box[_]) Len()`.
bool HookChecker::DependsOnUnnamed(const Type* type) const {
  return DependsOn([](const rules::TypeParamName& param) { return param.name == "_"; }, type);
}

bool HookChecker::UsesTypeParam(const rules::Expr& expr) const {
  const auto* use = std::get_if<rules::Use>(&expr.node);
  bool uses = use != nullptr && DependsOnTypeParam(use->binding->type);
  ForEachPart(expr, [&](const rules::Expr& part) { uses = uses || UsesTypeParam(part); });
  return uses;
}

/// Whether an exit needs the state between enter and exit to have such a value.
bool HookChecker::KeepsTypeParam(const rules::Expr& expr) const {
  const auto* use = std::get_if<rules::Use>(&expr.node);
  bool keeps = use != nullptr && use->binding->kind == rules::Binding::Kind::kLet && !use->binding->at_exit &&
               DependsOnTypeParam(use->binding->type);
  ForEachPart(expr, [&](const rules::Expr& part) { keeps = keeps || KeepsTypeParam(part); });
  return keeps;
}

/// Such a value can be used where it is, and nowhere that its type would have to be written: not in the state
/// that leads from enter to exit, nor in the functions of a body.
void HookChecker::ReportTypeParam(Span span, const Type* type) {
  emitter()
      .Emit(span, TypeParameter, span.Text().str(), Show(type))
      .Help("what is kept, handed on or assigned has the same type in every instance of the function");
}

/// What a rule sees of a value: the type that all type arguments have underneath, or the interface that all
/// of them implement. For most type parameters that is `any`.
const go::Type* HookChecker::SeenAs(const go::TypeParam& param) {
  const go::InterfaceType* constraint = param.ConstraintInterface();
  const auto& terms = constraint->Terms();
  const Type* shared = nullptr;
  if (terms.has_value() && terms->size() == 1) shared = terms->front().type;
  if (!constraint->IsConstraintOnly() && !constraint->AllMethods().empty()) shared = param.Constraint();
  return shared != nullptr && CanBeNamed(shared, /*inside=*/true) ? shared : go::EmptyInterface();
}

HookChecker::ExprPtr HookChecker::Unseen(ExprPtr value) {
  const auto* convert = std::get_if<rules::Convert>(&value->node);
  return convert != nullptr && go::IsTypeParam(convert->base->type) ? convert->base : value;
}

// -------------------------------------------------------------------------------------------------------
// type arguments

void HookChecker::ReportTypeArguments(Span span, const std::string& why, const go::Object* declared) {
  auto builder = emitter().Emit(span, WrongTypeArguments, why);
  if (declared != nullptr) builder.Note(SpanOf(*declared), "declared here");
}

bool HookChecker::SatisfyAll(const std::vector<const go::TypeParam*>& params,
                             const std::vector<const Type*>& args, Span span, const go::Object* declared) {
  const auto index = go::FirstUnsatisfied(params, args, plugin_.target.program->context());
  if (!index.has_value()) return true;
  ReportTypeArguments(span,
                      Show(args[*index]) + " does not satisfy the constraint of `" +
                          params[*index]->object()->name().str() + "`",
                      declared);
  return false;
}

/// The type of that name, with its type arguments when it takes some.
const go::Type* HookChecker::Instance(const go::TypeName& name, const std::vector<const Type*>& args,
                                      Span span) {
  const auto* named = llvm::dyn_cast<go::Named>(name.type());
  const auto* alias = llvm::dyn_cast<go::Alias>(name.type());
  const std::vector<const go::TypeParam*> params = named != nullptr   ? named->type_params()
                                                   : alias != nullptr ? alias->type_params()
                                                                      : std::vector<const go::TypeParam*>{};
  if (params.empty() && args.empty()) return name.type();
  if (llvm::any_of(args, [](const Type* arg) { return arg->IsInvalid(); })) return go::Invalid();
  if (params.size() != args.size()) {
    ReportTypeArguments(span,
                        "`" + name.name().str() + "` takes " + std::to_string(params.size()) +
                            ", there are " + std::to_string(args.size()),
                        &name);
    return go::Invalid();
  }
  if (!SatisfyAll(params, args, span, &name)) return go::Invalid();
  return plugin_.target.program->context().Instantiate(name.type(), args);
}

/// The signature with the type arguments that are written, and those that follow from the values; null:
/// reported.
const go::SignatureType* HookChecker::Instantiated(const go::SignatureType& generic,
                                                   const std::vector<const Type*>& written,
                                                   const std::vector<ExprPtr>& values, bool spread, Span span,
                                                   const go::Object* declared) {
  go::TypeContext& context = plugin_.target.program->context();
  std::vector<const Type*> types;
  for (const ExprPtr& value : values) {
    if (IsInvalid(*value)) return nullptr;
    types.push_back(Unseen(value)->type);
  }
  const auto* last = types.empty() ? nullptr : go::UnderlyingAs<go::SliceType>(types.back());
  if (spread && last != nullptr) types.back() = last->element;
  const size_t most = generic.type_params.size();
  std::optional<std::vector<const Type*>> inferred;
  if (written.size() <= most) inferred = go::InferTypeArgs(generic, written, types, context);
  if (inferred.has_value())
    return SatisfyAll(generic.type_params, *inferred, span, declared)
               ? context.Instantiate(generic, *inferred)
               : nullptr;
  ReportTypeArguments(span,
                      written.size() > most ? "there are " + std::to_string(written.size()) + " for " +
                                                  std::to_string(most) + " type parameters"
                                            : "they do not follow from the values",
                      declared);
  return nullptr;
}

/// The generic function of that name, when it is one of the package or of an import.
const go::Func* HookChecker::GenericFunc(const ast::Expr& named) {
  const auto* selector = std::get_if<ast::Selector>(&named.node);
  const auto* ident = std::get_if<ast::Ident>(selector != nullptr ? &selector->operand->node : &named.node);
  if (ident == nullptr || scope_->Find(ident->name) != nullptr || scope_->package == nullptr) return nullptr;
  const go::Object* object = scope_->package->Lookup(ident->name);
  if (selector != nullptr) {
    const go::Package* package = object != nullptr ? nullptr : FindPackage(ident->name);
    object = package == nullptr ? nullptr : package->Lookup(selector->name.text);
  }
  const auto* func = llvm::dyn_cast_or_null<go::Func>(object);
  return func != nullptr && !func->signature()->type_params.empty() ? func : nullptr;
}

/// What a call calls, unless it is a method: `f`, `F[T]`, `fs[0]`.
HookChecker::ExprPtr HookChecker::Callee(const ast::Expr& callee) {
  const auto* index = std::get_if<ast::Index>(&callee.node);
  const ast::Expr& named = index == nullptr ? callee : *index->operand;
  if (GenericFunc(named) == nullptr) return CheckValueOf(callee);
  ExprPtr func = Check(named);
  auto* global = IsInvalid(*func) ? nullptr : std::get_if<rules::Global>(&func->node);
  if (global == nullptr || index == nullptr) return func;
  auto with_types = std::make_shared<rules::Expr>(*func);
  for (const ast::ExprPtr& written : index->indices) {
    const Type* type = TypeOfExpr(*written);
    if (type == nullptr)
      ReportTypeArguments(written->span, "`" + written->span.Text().str() + "` is no type", nullptr);
    if (type == nullptr || type->IsInvalid() || !Nameable(type, written->span)) return Bad(callee.span);
    std::get<rules::Global>(with_types->node).type_args.push_back(type);
  }
  return with_types;
}

}  // namespace instc::check
