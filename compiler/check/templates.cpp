// `use`: a template's body checked in place of the statement.
//
// Arguments are bound by need: an argument is evaluated where the template first uses it, inside the sampling
// check, once, and not at all for a span that nobody records. What only reads places (fields, elements) is
// read where it is used. Its type is its own, so that a parameter of type `any` keeps what is needed to pick
// a carrier.
#include "compiler/check/hook_checker.h"
#include "compiler/check/left_out.h"
#include "compiler/check/suggest.h"
#include "compiler/go/types/assign.h"
#include "compiler/go/types/universe.h"

namespace instc::check {

INSTC_DIAGNOSTIC(UnknownTemplate, "E0209", Error, "unknown template `{0}`", std::string);
INSTC_DIAGNOSTIC(RecursiveTemplate, "E0210", Error, "template `{0}` uses itself", std::string);
INSTC_DIAGNOSTIC(MissingArgument, "E0344", Error, "template `{0}` needs an argument `{1}`", std::string,
                 llvm::StringRef);
INSTC_DIAGNOSTIC(UnknownArgument, "E0345", Error, "template `{0}` has no parameter `{1}`", std::string,
                 llvm::StringRef);
INSTC_DIAGNOSTIC(ArgumentType, "E0346", Error, "argument `{0}` has type {1}, {2} is wanted", llvm::StringRef,
                 std::string, std::string);
INSTC_DIAGNOSTIC(TwiceArgument, "E0347", Error, "argument `{0}` is given twice", llvm::StringRef);

namespace {

const ast::NamedArg* FindArg(const ast::UseStmt& stmt, llvm::StringRef name) {
  for (const ast::NamedArg& arg : stmt.args)
    if (arg.name.text == name) return &arg;
  return nullptr;
}

}  // namespace

/// `ambient()` is an argument for a context even where package context cannot be named.
HookChecker::ExprPtr HookChecker::Argument(const ast::Expr& expr, const Type* wanted) {
  if (!IsContext(wanted) || !IsAmbient(expr)) return CheckValueOf(expr);
  const auto context = ContextOf(expr, /*write_back=*/false);
  return context.has_value() ? context->get : Bad(expr.span);
}

bool HookChecker::BindArgument(const ast::TemplateParam& param, bool at_exit, const ast::NamedArg* arg,
                               const ast::UseStmt& stmt, Scope& scope) {
  Scope* outer = std::exchange(scope_, &scope);
  const Type* wanted = ResolveType(*param.type);
  ExprPtr value = arg == nullptr && param.value != nullptr ? Argument(*param.value, wanted) : nullptr;
  scope_ = outer;
  if (arg != nullptr) {
    const bool before = std::exchange(at_exit_, at_exit_ || at_exit);
    value = Argument(*arg->value, wanted);
    at_exit_ = before;
  }
  const Span span = arg == nullptr ? stmt.name.span : arg->value->span;
  if (value == nullptr) {
    if (!param.optional) {
      emitter()
          .Emit(stmt.args_span, MissingArgument, stmt.name.Text(), param.name.text)
          .Note(param.span, "declared here");
      return false;
    }
    value = AbsentOf(span, wanted);
  }
  const bool context = IsContext(wanted) && !IsInvalid(*value) && !IsAbsent(*value);
  if (context) {
    if (!ContextOf(value, span, false).has_value()) return false;
  } else if (!Assignable(*value, wanted)) {
    emitter()
        .Emit(span, ArgumentType, param.name.text, Show(value->type), Show(wanted))
        .Note(param.span, "declared here");
    return false;
  } else {
    value = Coerce(value, wanted);
  }
  Named named;
  named.argument = OnceOnly(value, param);
  named.exit_only = at_exit;
  named.by_reference = param.by_reference;
  named.declared = param.span;
  scope.names[param.name.text] = named;
  return true;
}

/// The argument, or what remembers it from the first use on.
HookChecker::ExprPtr HookChecker::OnceOnly(ExprPtr value, const ast::TemplateParam& param) {
  const bool plain = param.by_reference || IsInvalid(*value) || IsAbsent(*value) || !Costs(*value);
  if (plain || !CanBeNamed(value->type)) return value;
  auto binding = std::make_unique<rules::Binding>();
  binding->kind = rules::Binding::Kind::kArgument;
  binding->name = param.name.text + "__need" + std::to_string(hook_.bindings.size());
  binding->type = go::DefaultType(value->type);
  binding->maybe_absent = true;
  binding->at_exit = at_exit_;
  binding->loop = loop_;
  binding->labels = value->labels;
  hook_.bindings.push_back(std::move(binding));
  needs_->push_back(hook_.bindings.back().get());
  return Make(value->span, value->type, rules::Need{needs_->back(), value});
}

bool HookChecker::BindArguments(const ast::UseStmt& stmt, const TemplateRef& ref, Scope& scope) {
  std::vector<std::string> known;
  bool ok = true;
  for (bool at_exit : {false, true}) {
    for (const ast::TemplateParam& param : at_exit ? ref.decl->exit_params : ref.decl->params) {
      known.push_back(param.name.text);
      ok = BindArgument(param, at_exit, FindArg(stmt, param.name.text), stmt, scope) && ok;
    }
  }
  for (size_t i = 0; i < stmt.args.size(); ++i) {
    const ast::Name& name = stmt.args[i].name;
    if (std::find(known.begin(), known.end(), name.text) == known.end()) {
      auto builder = emitter().Emit(name.span, UnknownArgument, stmt.name.Text(), name.text);
      Suggest(builder, name.span, name.text, known);
      ok = false;
    } else if (FindArg(stmt, name.text) != &stmt.args[i]) {
      emitter().Emit(name.span, TwiceArgument, name.text);
      ok = false;
    }
  }
  return ok;
}

void HookChecker::Use(const ast::UseStmt& stmt, Span span, rules::StmtList& out) {
  const std::string name = stmt.name.Text();
  const TemplateRef* ref = plugin_.set.FindTemplate(*scope_->file, name);
  if (ref == nullptr) {
    auto builder = emitter().Emit(stmt.name.span, UnknownTemplate, name);
    Suggest(builder, stmt.name.span, name, plugin_.set.TemplateNames(*scope_->file));
    return;
  }
  if (std::find(expanding_.begin(), expanding_.end(), ref->decl) != expanding_.end()) {
    emitter().Emit(stmt.name.span, RecursiveTemplate, name).Note(ref->decl->name.span, "declared here");
    return;
  }
  Scope scope;
  scope.file = ref->file;
  scope.package = ref->file->plugin == nullptr ? nullptr : &package_;
  rules::Needs needs;
  std::vector<rules::Binding*>* needs_outside = std::exchange(needs_, &needs.bindings);
  const bool bound = BindArguments(stmt, *ref, scope);
  needs_ = needs_outside;
  if (!bound) return;
  if (!needs.bindings.empty()) Add(out, span, std::move(needs));
  expanding_.push_back(ref->decl);
  Scope* outer = std::exchange(scope_, &scope);
  Statements(ref->decl->body.stmts, out);
  scope_ = outer;
  expanding_.pop_back();
  if (stmt.block.has_value()) SpanBlock(*stmt.block, out);
}

}  // namespace instc::check
