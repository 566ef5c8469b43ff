// Answers counted as failures. Some libraries answer with an error value: redis.Nil says that there is no
// such key. Which ones do is known by facts; a plugin that says `error err` and never mentions them has
// forgotten them.
#include "compiler/check/review.h"
#include "compiler/go/types/package.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::check {

INSTC_DIAGNOSTIC(AnswerAsFailure, "W0710", Warning, "`{0}` counts as a failure here", std::string);

namespace {

bool IsAnswer(const rules::Expr& expr, llvm::StringRef package, llvm::StringRef name) {
  const auto* global = std::get_if<rules::Global>(&expr.node);
  return global != nullptr && global->name == name && (global->package.empty() || global->package == package);
}

/// A body, what facts call the function behind it, and the package of that.
struct ReviewedBody {
  const rules::Hook* hook;
  std::string package, function;  ///< function: empty for a closure
};

std::vector<ReviewedBody> BodiesOf(const rules::Plugin& plugin) {
  std::vector<ReviewedBody> bodies;
  auto add = [&](const rules::Hook& hook, const std::string& package, const std::string& function) {
    ForEachBody(hook, [&](const rules::Hook& body) {
      bodies.push_back({&body, package, &body == &hook ? function : ""});
    });
  };
  for (const rules::Hook& hook : plugin.hooks)
    add(hook, hook.package, (hook.receiver_type.empty() ? "" : hook.receiver_type + ".") + hook.func);
  for (const auto& object : plugin.objects) {
    const go::TypeName& interface = *go::TypeAs<go::Named>(object->interface)->object();
    const std::string package = interface.package() == nullptr ? "" : interface.package()->path();
    for (const rules::Object::Method& method : object->methods)
      if (method.body != nullptr)
        add(*method.body, package, interface.name().str() + "." + method.method->name().str());
  }
  return bodies;
}

/// Whether anything in the plugin speaks of this answer.
bool IsMentioned(llvm::ArrayRef<ReviewedBody> bodies, llvm::StringRef package, llvm::StringRef name) {
  bool found = false;
  for (const ReviewedBody& body : bodies) {
    ForEachStmt(body.hook->body, [&](const rules::Stmt& stmt) {
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
  std::string package_name;
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
  answers.package_name = (*package)->name();
  for (const std::string& name : plugin.facts.AnswersOf(path)) {
    const bool value = llvm::isa_and_nonnull<go::Var>((*package)->Lookup(name));
    (value ? answers.values : answers.functions).push_back(name);
  }
  return answers;
}

bool GivesAnswers(const ReviewedBody& body, const Answers& answers) {
  return answers.functions.empty() || llvm::is_contained(answers.functions, body.function);
}

void ReviewPackage(PluginContext& plugin, llvm::ArrayRef<ReviewedBody> bodies, const std::string& package) {
  const Answers answers = AnswersOf(plugin, package);
  for (const std::string& name : answers.values) {
    if (IsMentioned(bodies, package, name)) continue;
    for (const ReviewedBody& body : bodies) {
      if (body.package != package || !GivesAnswers(body, answers)) continue;
      const bool own = body.hook->package == package;
      Report(*body.hook, own ? name : answers.package_name + "." + name, plugin.emitter);
    }
  }
}

}  // namespace

void ReviewErrors(PluginContext& plugin) {
  const std::vector<ReviewedBody> bodies = BodiesOf(plugin.out);
  std::vector<std::string> packages;
  for (const ReviewedBody& body : bodies)
    if (!body.package.empty() && !llvm::is_contained(packages, body.package))
      packages.push_back(body.package);
  for (const std::string& package : packages) ReviewPackage(plugin, bodies, package);
}

}  // namespace instc::check
