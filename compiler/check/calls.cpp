// Calls: conversions, functions and methods of the library.
#include "compiler/check/expression_errors.h"
#include "compiler/check/hook_checker.h"
#include "compiler/check/suggest.h"
#include "compiler/go/types/assign.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/universe.h"

namespace instc::check {

using go::Basic;
using go::BasicTypeOf;

INSTC_DIAGNOSTIC(AmbiguousName, "E0203", Error, "`{0}` is both {1} and a name of package {2}",
                 llvm::StringRef, llvm::StringRef, std::string);
INSTC_DIAGNOSTIC(UnknownFunction, "E0207", Error, "unknown function `{0}`", std::string);
INSTC_DIAGNOSTIC(WrongArgCount, "E0322", Error, "`{0}` takes {1}, the call has {2}", llvm::StringRef,
                 std::string, size_t);
INSTC_DIAGNOSTIC(BadConversion, "E0325", Error, "{0} cannot be converted to {1}", std::string, std::string);
INSTC_DIAGNOSTIC(NotAddressable, "E0332", Error,
                 "method `{0}` has a pointer receiver and this value cannot be addressed", llvm::StringRef);

namespace {

std::string Count(size_t least, size_t most) {
  auto arguments = [](size_t n) { return std::to_string(n) + (n == 1 ? " argument" : " arguments"); };
  if (least == most) return arguments(least);
  if (most == SIZE_MAX) return "at least " + arguments(least);
  return std::to_string(least) + " to " + arguments(most);
}

}  // namespace

// ---------------------------------------------------------------------------------------------------
// dispatch

HookChecker::ExprPtr HookChecker::CallExpr(const ast::Call& call, Span span) {
  const ast::Expr& callee = *call.callee;
  if (const auto* index = std::get_if<ast::Index>(&callee.node)) {
    const auto* ident = std::get_if<ast::Ident>(&index->operand->node);
    const Builtin* builtin =
        ident == nullptr || scope_->Find(ident->name) != nullptr ? nullptr : FindBuiltin(ident->name);
    if (builtin != nullptr) return TypeBuiltin(*builtin, *index, call, span);
  }
  if (const auto* ident = std::get_if<ast::Ident>(&callee.node);
      ident != nullptr && scope_->Find(ident->name) == nullptr) {
    const go::Object* object = scope_->package == nullptr ? nullptr : scope_->package->Lookup(ident->name);
    const ast::ExternDecl* declared = plugin_.set.FindExtern(*scope_->file, ident->name);
    const Builtin* builtin = FindBuiltin(ident->name);
    if (object != nullptr && (declared != nullptr || builtin != nullptr)) {
      emitter()
          .Emit(callee.span, AmbiguousName, ident->name, declared != nullptr ? "an extern" : "a built-in",
                scope_->package->path())
          .Note(SpanOf(*object), "declared here");
      return Bad(span);
    }
    if (declared != nullptr) return ExternExpr(DeclaredExtern(*declared), call, span);
    if (builtin != nullptr) return BuiltinCall(*builtin, call, span);
  }
  const auto* selector = std::get_if<ast::Selector>(&callee.node);
  if (selector != nullptr) {
    const auto* base = std::get_if<ast::Ident>(&selector->operand->node);
    if (base != nullptr && base->name == "fn" && selector->name.text == "argument" &&
        scope_->Find("fn") == nullptr)
      return ArgumentText(call, span);
    if (base != nullptr && scope_->Find(base->name) == nullptr && IsBuiltinNamespace(base->name)) {
      const std::string name = base->name + "." + selector->name.text;
      if (const Builtin* builtin = FindBuiltin(name)) return BuiltinCall(*builtin, call, span);
      std::vector<std::string> names;
      for (llvm::StringRef known : BuiltinNames()) names.push_back(known.str());
      auto builder = emitter().Emit(callee.span, UnknownFunction, name);
      Suggest(builder, callee.span, name, names);
      return Bad(span);
    }
  }
  if (const Type* type = TypeOfExpr(callee)) return ConvertCall(type, call, span);
  if (selector != nullptr) return MethodCallExpr(call, *selector, span);
  ExprPtr value = Callee(callee);
  if (IsInvalid(*value)) return Bad(span);
  const auto* signature = go::UnderlyingAs<go::SignatureType>(value->type);
  if (signature == nullptr) {
    emitter().Emit(callee.span, NotCallable, Show(value->type));
    return Bad(span);
  }
  const bool declared = std::holds_alternative<rules::Global>(value->node);
  return FuncCallExpr(value, !declared, *signature, call, span);
}

bool HookChecker::ArgCount(const ast::Call& call, Span span, llvm::StringRef what, size_t least,
                           size_t most) {
  if (call.args.size() >= least && call.args.size() <= most) return true;
  emitter().Emit(span, WrongArgCount, what, Count(least, most), call.args.size());
  return false;
}

// --------------------------------------------------------------------------------------------------- library
// calls

const go::Type* HookChecker::ResultType(const go::SignatureType& signature) {
  if (signature.results.size() == 1) return signature.results[0]->type();
  return plugin_.target.program->context().Tuple(signature.results);
}

namespace {

/// How many arguments a call may have.
struct ArgRange {
  size_t least, most;
};

ArgRange RangeOf(const go::SignatureType& signature, const ast::Call& call) {
  const size_t count = signature.params.size();
  if (!signature.variadic) return {count, count};
  return call.spread ? ArgRange{count, count} : ArgRange{count - 1, SIZE_MAX};
}

}  // namespace

std::optional<std::vector<HookChecker::ExprPtr>> HookChecker::Values(const go::SignatureType& signature,
                                                                     const ast::Call& call, Span span,
                                                                     const go::Object* declared) {
  const ArgRange range = RangeOf(signature, call);
  if (call.args.size() < range.least || call.args.size() > range.most) {
    auto builder = emitter().Emit(span, WrongArgCount, call.callee->span.Text(),
                                  Count(range.least, range.most), call.args.size());
    if (declared != nullptr) builder.Note(SpanOf(*declared), "declared here");
    return std::nullopt;
  }
  std::vector<ExprPtr> values;
  for (const ast::ExprPtr& arg : call.args) values.push_back(CheckValueOf(*arg));
  return values;
}

/// Gives the arguments the types of the parameters; false: reported.
bool HookChecker::Fit(std::vector<ExprPtr>& values, const go::SignatureType& signature, bool spread,
                      const go::Object* declared) {
  const size_t fixed = signature.params.size() - (signature.variadic ? 1 : 0);
  bool ok = true;
  for (size_t i = 0; i < values.size(); ++i) {
    const go::Var* param = signature.params[std::min(i, signature.params.size() - 1)];
    const Type* wanted = param->type();
    if (signature.variadic && !spread && i >= fixed)
      wanted = go::UnderlyingAs<go::SliceType>(wanted)->element;
    ExprPtr& arg = values[i];
    if (!Assignable(*arg, wanted)) {
      auto builder = emitter().Emit(arg->span, WrongArgType, i + 1, Show(arg->type), Show(wanted));
      if (declared != nullptr) builder.Note(SpanOf(*declared), "declared here");
      ok = false;
    }
    if (IsInvalid(*arg)) ok = false;
    arg = Coerce(arg, wanted);
  }
  return ok;
}

const go::Object* HookChecker::DeclarationOf(const rules::Expr& callee) {
  const auto* global = std::get_if<rules::Global>(&callee.node);
  if (global == nullptr) return nullptr;
  if (global->package.empty()) return package_.Lookup(global->name);
  auto package = plugin_.target.program->Load(global->package);
  if (package) return (*package)->Lookup(global->name);
  llvm::consumeError(package.takeError());
  return nullptr;
}

HookChecker::ExprPtr HookChecker::FuncCallExpr(ExprPtr callee, bool may_be_nil,
                                               const go::SignatureType& signature, const ast::Call& call,
                                               Span span) {
  const go::Object* declared = DeclarationOf(*callee);
  auto args = Values(signature, call, span, declared);
  if (!args.has_value()) return Bad(span);
  const go::SignatureType* actual = &signature;
  if (!signature.type_params.empty()) {
    const auto* global = std::get_if<rules::Global>(&callee->node);
    const std::vector<const Type*> written =
        global == nullptr ? std::vector<const Type*>{} : global->type_args;
    actual = Instantiated(signature, written, *args, call.spread, span, declared);
  }
  if (actual == nullptr || !Fit(*args, *actual, call.spread, declared)) return Bad(span);
  return Make(span, ResultType(*actual), rules::FuncCall{callee, may_be_nil, std::move(*args), call.spread});
}

HookChecker::ExprPtr HookChecker::MethodCallExpr(const ast::Call& call, const ast::Selector& selector,
                                                 Span span) {
  const auto* ident = std::get_if<ast::Ident>(&selector.operand->node);
  const bool bound = ident != nullptr && scope_->Find(ident->name) != nullptr;
  const bool global = bound || (ident != nullptr && scope_->package != nullptr &&
                                scope_->package->Lookup(ident->name) != nullptr);
  if (ident != nullptr && !global) {
    if (const go::Package* package = FindPackage(ident->name)) {
      ExprPtr func = FromPackage(*package, selector.name.text, call.callee->span);
      if (IsInvalid(*func)) return func;
      const auto* signature = go::UnderlyingAs<go::SignatureType>(func->type);
      if (signature != nullptr)
        return FuncCallExpr(func, go::TypeAs<go::SignatureType>(func->type) == nullptr, *signature, call,
                            span);
      emitter().Emit(call.callee->span, NotCallable, Show(func->type));
      return Bad(span);
    }
  }
  ExprPtr base = CheckValueOf(*selector.operand);
  if (IsInvalid(*base)) return Bad(span);
  const go::Selection selection = go::LookupFieldOrMethod(base->type, selector.name.text, &package_);
  if (selection.kind != go::Selection::Kind::kMethod) {
    ExprPtr field = Select(base, selector.name, call.callee->span);
    if (IsInvalid(*field)) return Bad(span);
    const auto* signature = go::UnderlyingAs<go::SignatureType>(field->type);
    if (signature != nullptr) return FuncCallExpr(field, true, *signature, call, span);
    emitter().Emit(call.callee->span, NotCallable, Show(field->type));
    return Bad(span);
  }
  const bool addressable = !std::holds_alternative<rules::Literal>(base->node) &&
                           !std::holds_alternative<rules::Composite>(base->node);
  if (selection.needs_addressable && !addressable) {
    emitter().Emit(span, NotAddressable, selector.name.text).Note(SpanOf(*selection.object), "declared here");
    return Bad(span);
  }
  RecordSelection(plugin_.sink, base->type, selection, selector.name.span);
  const auto* signature = llvm::cast<go::SignatureType>(selection.type);
  auto args = Values(*signature, call, span, selection.object);
  if (!args.has_value()) return Bad(span);
  if (!signature->type_params.empty())
    signature = Instantiated(*signature, {}, *args, call.spread, span, selection.object);
  if (signature == nullptr || !Fit(*args, *signature, call.spread, selection.object)) return Bad(span);
  return Make(span, ResultType(*signature),
              rules::MethodCall{base, selection, std::move(*args), call.spread});
}

HookChecker::ExprPtr HookChecker::Conversion(const Type* type, ExprPtr value, Span span) {
  if (IsInvalid(*value) || type->IsInvalid()) return Bad(span);
  if (IsAbsent(*value)) return AbsentOf(span, type);
  if (!go::ConvertibleTo(value->type, type, ConstantOf(*value))) {
    emitter().Emit(span, BadConversion, Show(value->type), Show(type));
    return Bad(span);
  }
  if (!Nameable(type, span)) return Bad(span);
  return Make(span, type, rules::Convert{value});
}

HookChecker::ExprPtr HookChecker::ConvertCall(const Type* type, const ast::Call& call, Span span) {
  if (!ArgCount(call, span, call.callee->span.Text(), 1, 1)) return Bad(span);
  return Conversion(type, CheckValueOf(*call.args[0]), span);
}

}  // namespace instc::check
