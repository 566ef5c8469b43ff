// Answers counted as failures. Some libraries answer with an error value: redis.Nil says that there is no
// such key. Which ones do is known by facts; a plugin that says `error err` and never mentions them has
// forgotten them.
#include "compiler/check/review.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::check {

INSTC_DIAGNOSTIC(AnswerAsFailure, "W0710", Warning, "`{0}` counts as a failure here", std::string);

namespace {

bool IsAnswer(const rules::Expr& expr, llvm::StringRef package, llvm::StringRef name) {
  const auto* global = std::get_if<rules::Global>(&expr.node);
  return global != nullptr && global->name == name && (global->package.empty() || global->package == package);
}

/// Whether a rule for the package says anything of this answer.
bool IsMentioned(const rules::Plugin& plugin, llvm::StringRef package, llvm::StringRef name) {
  bool found = false;
  for (const rules::Hook& hook : plugin.hooks) {
    ForEachStmt(hook.body, [&](const rules::Stmt& stmt) {
      ForEachExprOf(stmt, [&](const rules::Expr& expr) {
        found =
            found || AnyPart(expr, [&](const rules::Expr& part) { return IsAnswer(part, package, name); });
      });
    });
  }
  return found;
}

/// A result of the function as it is.
bool IsResult(const rules::Expr& error) {
  const auto* use = std::get_if<rules::Use>(&error.node);
  return use != nullptr && use->binding->kind == rules::Binding::Kind::kResult;
}

void Report(const rules::Hook& hook, const std::string& name, diag::Emitter& emitter) {
  ForEachStmt(hook.body, [&](const rules::Stmt& stmt) {
    const auto* failure = std::get_if<rules::ErrorStmt>(&stmt.node);
    if (failure == nullptr || !IsResult(*failure->error) || failure->unless != nullptr) return;
    const Span at = failure->error->span;
    emitter.Emit(at, AnswerAsFailure, name)
        .Note("a fact says that it is an answer of this library, no failure")
        .Fix("leave it out", at, "except(" + at.Text().str() + ", " + name + ")");
  });
}

/// What the facts say of one package.
struct Answers {
  std::vector<std::string> values;     ///< error variables
  std::vector<std::string> functions;  ///< that give them; empty: any may
};

Answers AnswersOf(const PluginContext& plugin, const std::string& path) {
  Answers answers;
  auto package = plugin.target.program->Load(path);
  if (!package) {
    llvm::consumeError(package.takeError());
    return answers;
  }
  for (const std::string& name : plugin.facts.AnswersOf(path)) {
    const bool value = llvm::isa_and_nonnull<go::Var>((*package)->Lookup(name));
    (value ? answers.values : answers.functions).push_back(name);
  }
  return answers;
}

bool GivesAnswers(const rules::Hook& hook, const Answers& answers) {
  const std::string function = (hook.receiver_type.empty() ? "" : hook.receiver_type + ".") + hook.func;
  return answers.functions.empty() || llvm::is_contained(answers.functions, function);
}

void ReviewPackage(PluginContext& plugin, const std::string& package) {
  const Answers answers = AnswersOf(plugin, package);
  for (const std::string& name : answers.values) {
    if (IsMentioned(plugin.out, package, name)) continue;
    for (const rules::Hook& hook : plugin.out.hooks)
      if (hook.package == package && GivesAnswers(hook, answers)) Report(hook, name, plugin.emitter);
  }
}

}  // namespace

void ReviewErrors(PluginContext& plugin) {
  std::vector<std::string> packages;
  for (const rules::Hook& hook : plugin.out.hooks)
    if (!llvm::is_contained(packages, hook.package)) packages.push_back(hook.package);
  for (const std::string& package : packages) ReviewPackage(plugin, package);
}

}  // namespace instc::check
