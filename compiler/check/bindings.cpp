// What the names of a rule stand for at one function: receiver, parameters and results, bound by position.
#include "compiler/check/hook_checker.h"
#include "compiler/check/unused.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::check {

INSTC_DIAGNOSTIC(ReservedName, "E0206", Error, "`{0}`: names that start with `instc` are reserved",
                 std::string);
INSTC_DIAGNOSTIC(NameTaken, "E0208", Error, "`{0}` is already a name of this rule", std::string);
INSTC_DIAGNOSTIC(Arity, "E0353", Error, "the rule names {0} {1}, `{2}` has {3}", size_t, llvm::StringRef,
                 std::string, size_t);
INSTC_DIAGNOSTIC(ParamType, "E0354", Error, "`{0}` is declared as {1}, the rule says {2}", llvm::StringRef,
                 std::string, std::string);

namespace {

/// Whether the names are as many as what they are bound to.
bool Agree(const ast::Params& params, size_t count) {
  const bool open = !params.params.empty() && params.params.back().ellipsis;
  return open ? params.params.size() - 1 <= count : params.params.size() == count;
}

bool Agree(const WrittenSignature& point, const go::SignatureType& signature) {
  return Agree(point.params, signature.params.size()) &&
         (!point.results.has_value() || Agree(*point.results, signature.results.size()));
}

std::string Shown(const go::Func& func) {
  const std::string name = func.name().str();
  return "`" + (func.is_method() ? func.decl()->receiver_type_name().str() + "." + name : name) + "`";
}

/// For a function that has not what the rule names, when others of the rule do; empty: none does.
std::string HowToSplit(const WrittenSignature& point, const go::Func& func) {
  if (Agree(point, *func.signature())) return "";
  auto fits = [&](const go::Func* other) { return Agree(point, *other->signature()); };
  const auto* first = llvm::find_if(point.functions, fits);
  if (first == point.functions.end()) return "";
  const size_t others = llvm::count_if(point.functions, fits) - 1;
  return "split the rule: " + Shown(**first) +
         (others > 0 ? " and " + std::to_string(others) + " more have" : " has") + " what it names, " +
         Shown(func) + " needs a rule of its own; or name what all of them have, and `...` for the rest";
}

/// The list as it is written, with `...` at its end: `(ctx, ...)`.
std::string WithEllipsis(const ast::Params& params) {
  llvm::StringRef text = params.span.Text();
  text.consume_back(")");
  return (text + (params.params.empty() ? "" : ", ") + "...)").str();
}

}  // namespace

HookChecker::HookChecker(PluginContext& plugin, diag::Emitter& emitter, const go::Package& package,
                         rules::Hook& hook)
    : plugin_(plugin), emitter_(&emitter), package_(package), hook_(hook) {}

rules::Binding* HookChecker::NewBinding(rules::Binding::Kind kind, const ast::Name& name, const Type* type) {
  if (llvm::StringRef(name.text).startswith("instc")) {
    emitter().Emit(name.span, ReservedName, name.text);
    BindInvalid(name);
    return nullptr;
  }
  const Named* taken = scope_->Find(name.text);
  if (taken != nullptr) {
    emitter().Emit(name.span, NameTaken, name.text).Note(taken->declared, "first declared here");
    return nullptr;
  }
  auto binding = std::make_unique<rules::Binding>();
  binding->kind = kind;
  binding->name = name.text;
  binding->type = type;
  // Lets of a template are expanded as often as it is used: their Go names must differ from the rule's.
  unsigned same = 0;
  for (const auto& other : hook_.bindings)
    same += llvm::StringRef(other->name).split("__").first == name.text ? 1 : 0;
  if (same > 0) binding->name += "__" + std::to_string(same);
  hook_.bindings.push_back(std::move(binding));
  return hook_.bindings.back().get();
}

/// A name whose declaration was refused: it is known, so that its uses are not reported as well.
void HookChecker::BindInvalid(const ast::Name& name) {
  Named entry;
  entry.argument = Bad(name.span);
  entry.declared = name.span;
  scope_->names.emplace(name.text, entry);
}

void HookChecker::BindList(const ast::Params& params, llvm::ArrayRef<const go::Var*> vars,
                           rules::Binding::Kind kind, bool variadic, std::vector<std::string>& names,
                           const std::string& how_to_split) {
  const bool open = !params.params.empty() && params.params.back().ellipsis;
  const size_t named = params.params.size() - (open ? 1 : 0);
  if (!Agree(params, vars.size())) {
    const llvm::StringRef what = kind == rules::Binding::Kind::kParam ? "parameters" : "results";
    auto builder = emitter().Emit(params.span, Arity, named, named == 1 ? what.drop_back() : what, hook_.func,
                                  vars.size());
    if (func_ != nullptr)
      builder.Note(SpanOf(*func_), "declared here: " + hook_.func +
                                       go::SignatureString(*func_->signature(), go::QualifyByName));
    if (!how_to_split.empty())
      builder.Help(how_to_split);
    else if (!open && named < vars.size())
      builder.Help("`...` stands for the others: `" + WithEllipsis(params) + "`");
    for (const ast::Param& param : params.params) BindInvalid(param.name);
    return;
  }
  for (size_t i = 0; i < vars.size(); ++i) {
    const ast::Param* param = i < named ? &params.params[i] : nullptr;
    names.push_back(param == nullptr ? "_" : param->name.text);
    if (param == nullptr) continue;
    if (param->type != nullptr) {
      const Type* written = ResolveType(*param->type);
      if (param->variadic) written = plugin_.target.program->context().Slice(written);
      const bool same = written->IsInvalid() || go::Identical(written, vars[i]->type());
      if (!same || param->variadic != (variadic && i + 1 == vars.size()))
        emitter()
            .Emit(param->span, ParamType, param->name.text, Show(vars[i]->type()), Show(written))
            .Note(SpanOf(*vars[i]), "declared here");
    }
    if (param->name.text == "_") continue;
    rules::Binding* binding = NewBinding(kind, param->name, vars[i]->type());
    if (binding == nullptr) continue;
    Named entry;
    entry.binding = binding;
    entry.exit_only = kind == rules::Binding::Kind::kResult;
    entry.declared = param->span;
    scope_->names[param->name.text] = entry;
  }
}

void HookChecker::BindSignature(const WrittenSignature& point, const go::Func& func) {
  func_ = &func;
  const go::SignatureType& signature = *func.signature();
  hook_.receiver_name = "_";
  if (point.receiver != nullptr && point.receiver->name.text != "_" && signature.receiver != nullptr) {
    hook_.receiver_name = point.receiver->name.text;
    if (auto* binding =
            NewBinding(rules::Binding::Kind::kReceiver, point.receiver->name, signature.receiver->type())) {
      Named entry;
      entry.binding = binding;
      entry.declared = point.receiver->name.span;
      entry.used = true;
      scope_->names[point.receiver->name.text] = entry;
    }
  }
  const std::string how_to_split = HowToSplit(point, func);
  BindList(point.params, signature.params, rules::Binding::Kind::kParam, signature.variadic, hook_.params,
           how_to_split);
  if (point.results.has_value())
    BindList(*point.results, signature.results, rules::Binding::Kind::kResult, false, hook_.results,
             how_to_split);
  else
    hook_.results.assign(signature.results.size(), "_");
}

void HookChecker::ReportUnused(const Scope& scope) {
  for (const auto& [name, named] : scope.names) {
    if (!named.is_let || named.used) continue;
    auto builder = emitter().Emit(named.declared, Unused, name);
    if (named.statement.Valid())
      builder.Fix("remove it", named.statement, "");
    else
      builder.Fix("write `_`", named.declared, "_");
  }
}

void HookChecker::Run(const ast::RuleDecl& rule, const WrittenSignature& point, const go::Func& func) {
  Scope scope;
  scope.file = &plugin_.file;
  scope.package = &package_;
  scope_ = &scope;
  const unsigned errors = emitter().ErrorCount();
  BindSignature(point, func);
  const CalledAs called{hook_.package, hook_.receiver_type, hook_.func};
  LabelParameters(called);
  Statements(rule.body.stmts, hook_.body);
  ReportUnused(scope);
  CheckAllSeries(hook_.body);
  if (emitter().ErrorCount() == errors) Review(called, *func.signature());
  scope_ = nullptr;
}

}  // namespace instc::check
