#include "compiler/check/directives.h"

#include "compiler/check/review.h"
#include "compiler/go/types/universe.h"
#include "compiler/pack/directive.h"
#include "dsl/base/text.h"
#include "dsl/diagnostics/consumers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::check {

using go::Basic;
using go::BasicTypeOf;

INSTC_DIAGNOSTIC(BadDirective, "E0780", Error, "\"{0}\" is no directive that a rule may be for", std::string);
INSTC_DIAGNOSTIC(DirectiveNames, "E0781", Error, "`on directive` names at most {0}", llvm::StringRef);
INSTC_DIAGNOSTIC(OnlyObserves, "E0782", Error,
                 "`{0}` is for functions that are known, and `on directive` is for any", llvm::StringRef);
INSTC_DIAGNOSTIC(NoPackage, "E0783", Error,
                 "`{0}` asks for a package, and `on directive` is for functions of any", llvm::StringRef);
INSTC_DIAGNOSTIC(ArgumentForm, "E0784", Error,
                 "`fn.argument` takes the key of an argument, a constant string", );
INSTC_DIAGNOSTIC(ArgumentPlace, "E0785", Error, "only functions under a directive have `fn.argument`", );
INSTC_DIAGNOSTIC(BadArgumentKey, "E0786", Error, "\"{0}\" is no key of an argument", std::string);

namespace {

bool NamesOne(const ast::Params& params) {
  return !params.params.empty() && params.params.front().name.text != "_";
}

bool MayName(const ast::Params& params, llvm::StringRef what, diag::Emitter& emitter) {
  const bool fits = params.params.empty() || (params.params.size() == 1 && !params.params.front().ellipsis);
  if (!fits)
    emitter.Emit(params.span, DirectiveNames, what)
        .Help(
            "write `on directive \"x:span\" (ctx) (err)`; what else a function has differs from one to the "
            "next");
  return fits;
}

/// A word of letters, digits, `_` and `-`. Keys with a dot are attributes.
bool IsArgumentKey(llvm::StringRef key) {
  return !key.empty() && llvm::all_of(key, [](char c) { return llvm::isAlnum(c) || c == '_' || c == '-'; });
}

/// One of the functions that stand for all.
struct Shape {
  bool context = false, error = false;
  llvm::StringRef Function() const {
    return context ? (error ? "Both" : "Context") : (error ? "Error" : "Neither");
  }
};

class DirectiveRule {
 public:
  DirectiveRule(PluginContext& plugin, const RuleRef& rule, const ast::DirectivePoint& point,
                const go::Package& package, const std::vector<std::string>& within)
      : plugin_(plugin), rule_(rule), point_(point), package_(package), within_(within) {}

  void Run() {
    if (!CheckForm()) return;
    const bool context = NamesOne(point_.params);
    const bool error = point_.results.has_value() && NamesOne(*point_.results);
    const unsigned before = plugin_.emitter.ErrorCount();
    Check({context, error}, {context, error}, plugin_.emitter);
    // The others say nothing new but what an absence makes wrong.
    for (bool with_context : {true, false}) {
      for (bool with_error : {true, false}) {
        const bool asked = (context || !with_context) && (error || !with_error);
        if (!asked || (with_context == context && with_error == error)) continue;
        diag::CollectingConsumer collected;
        diag::Emitter apart(collected);
        Check({with_context, with_error}, {context, error}, apart);
        if (plugin_.emitter.ErrorCount() != before) return;
        for (diag::Diagnostic& diagnostic : collected.diagnostics)
          if (diagnostic.severity == diag::Severity::Error) plugin_.emitter.Repeat(std::move(diagnostic));
      }
    }
  }

 private:
  bool CheckForm() {
    diag::Emitter& emitter = plugin_.emitter;
    bool ok = true;
    if (!pack::IsDirective(point_.directive.value)) {
      emitter.Emit(point_.directive.span, BadDirective, point_.directive.value)
          .Help(
              "write it as it stands in Go behind the slashes, in lower case: \"x:span\"; `go:` is Go's own");
      ok = false;
    }
    if (!rule_.in.package.empty()) {
      emitter.Emit(rule_.span, NoPackage, "in").Help("write the rule outside, with `where within(\"...\")`");
      ok = false;
    }
    ok = MayName(point_.params, "one parameter, a context.Context", emitter) && ok;
    return (!point_.results.has_value() || MayName(*point_.results, "one result, an error", emitter)) && ok;
  }

  void Check(Shape shape, Shape asked, diag::Emitter& emitter) {
    const std::string& plugin = plugin_.description.name;
    const std::string& own = rule_.decl->name.text;
    const std::string& directive = point_.directive.value;
    rules::Hook hook;
    hook.rule = plugin + "." + (own.empty() ? directive : own);
    hook.symbol = SymbolOf(plugin + "_" + (own.empty() ? "" : own + "_") + directive +
                           (shape.context ? "_context" : "") + (shape.error ? "_error" : ""));
    hook.origin = rule_.span;
    hook.package = package_.path();
    hook.within = within_;
    AddOrder(*rule_.decl, hook);
    hook.directive.emplace();
    hook.directive->name = directive;
    if (asked.context) (shape.context ? hook.directive->with : hook.directive->without).push_back("context");
    if (asked.error) (shape.error ? hook.directive->with : hook.directive->without).push_back("error");
    const auto* func = llvm::dyn_cast_or_null<go::Func>(package_.Lookup(shape.Function()));
    if (func == nullptr) return;
    HookChecker(plugin_, emitter, package_, hook).RunDirective(*rule_.decl, point_, *func);
    hook.order = OrderOf(hook.body);
    plugin_.out.hooks.push_back(std::move(hook));
  }

  PluginContext& plugin_;
  const RuleRef& rule_;
  const ast::DirectivePoint& point_;
  const go::Package& package_;
  const std::vector<std::string>& within_;
};

}  // namespace

void CheckDirectiveRule(PluginContext& plugin, const RuleRef& rule, const ast::DirectivePoint& point,
                        const go::Package& package, const std::vector<std::string>& within) {
  DirectiveRule(plugin, rule, point, package, within).Run();
}

void ReportNoHas(Span span, diag::Emitter& emitter) {
  emitter.Emit(span, NoPackage, "has");
}

/// Names of what this function does not have are absent.
void HookChecker::BindOrLeaveOut(const ast::Params& params, const std::vector<const go::Var*>& vars,
                                 rules::Binding::Kind kind, const Type* type,
                                 std::vector<std::string>& names) {
  if (!NamesOne(params)) return;
  if (!vars.empty()) return BindList(params, vars, kind, /*variadic=*/false, names);
  const ast::Name& name = params.params.front().name;
  Named entry;
  entry.argument = AbsentOf(name.span, type);
  entry.declared = name.span;
  scope_->names.emplace(name.text, entry);
}

void HookChecker::RunDirective(const ast::RuleDecl& rule, const ast::DirectivePoint& point,
                               const go::Func& func) {
  Scope scope;
  scope.file = &plugin_.file;
  scope.package = nullptr;  // the names of a package are not the same everywhere
  scope_ = &scope;
  func_ = &func;
  hook_.receiver_name = "_";
  const unsigned errors = emitter().ErrorCount();
  const go::SignatureType& signature = *func.signature();
  BindOrLeaveOut(point.params, signature.params, rules::Binding::Kind::kParam, ContextType(), hook_.params);
  if (point.results.has_value())
    BindOrLeaveOut(*point.results, signature.results, rules::Binding::Kind::kResult, go::ErrorType(),
                   hook_.results);
  Statements(rule.body.stmts, hook_.body);
  ReportUnused(scope);
  CheckAllSeries(hook_.body);
  const CalledAs called{hook_.package, "", func.name().str()};
  if (emitter().ErrorCount() == errors) Review(called, signature);
  scope_ = nullptr;
}

/// A rule for functions that nobody has seen reads them and changes nothing.
bool HookChecker::RefuseAtDirective(const ast::Stmt& stmt) {
  if (!hook_.directive.has_value()) return false;
  const bool refused =
      std::holds_alternative<ast::SetStmt>(stmt.node) || std::holds_alternative<ast::ExtendStmt>(stmt.node) ||
      std::holds_alternative<ast::CallStmt>(stmt.node) ||
      std::holds_alternative<ast::BypassStmt>(stmt.node) || std::holds_alternative<ast::GoStmt>(stmt.node) ||
      std::holds_alternative<ast::WrapStmt>(stmt.node) || std::holds_alternative<ast::OnceStmt>(stmt.node);
  if (!refused) return false;
  const llvm::StringRef word = FirstWord(stmt.span.Text());
  emitter()
      .Emit(stmt.span, OnlyObserves, word)
      .Help("record what is there for every function: its name, its context, its error");
  return true;
}

/// A constant of the function at hand: a parameter of the hook.
rules::Binding* HookChecker::Given(const std::string& what, const std::string& name, const Type* type) {
  for (const auto& [binding, known] : hook_.directive->given)
    if (known == what) return binding;
  auto binding = std::make_unique<rules::Binding>();
  binding->kind = rules::Binding::Kind::kParam;
  binding->name = name;
  binding->type = type;
  hook_.directive->given.emplace_back(binding.get(), what);
  hook_.bindings.push_back(std::move(binding));
  return hook_.bindings.back().get();
}

HookChecker::ExprPtr HookChecker::GivenText(const std::string& what, const std::string& name, Span span) {
  const Type* string = BasicTypeOf(Basic::kString);
  return Make(span, string, rules::Use{Given(what, name, string)});
}

/// `fn.name`, `fn.title`, `fn.symbol`; null: not one of these.
HookChecker::ExprPtr HookChecker::FunctionText(llvm::StringRef member, Span span) {
  if (member != "name" && member != "title" && member != "symbol") return nullptr;
  if (hook_.directive.has_value()) return GivenText(member.str(), "fn." + member.str(), span);
  std::string text = member == "title" ? hook_.Title() : hook_.func;
  if (member == "symbol") {
    const std::string type =
        (hook_.receiver_pointer ? "(*" : "") + hook_.receiver_type + (hook_.receiver_pointer ? ")" : "");
    text = package_.path() + "." + (hook_.receiver_type.empty() ? "" : type + ".") + hook_.func;
  }
  return Make(span, BasicTypeOf(Basic::kUntypedString),
              rules::Literal{"\"" + text + "\"", false, go::ConstValue::String(text)});
}

HookChecker::ExprPtr HookChecker::ArgumentText(const ast::Call& call, Span span) {
  if (!hook_.directive.has_value()) {
    emitter().Emit(span, ArgumentPlace).Help("for example `on directive \"x:span\" (ctx) (err) { ... }`");
    return Bad(span);
  }
  if (!ArgCount(call, span, "fn.argument", 1, 1)) return Bad(span);
  ExprPtr key = CheckValueOf(*call.args[0]);
  const go::ConstValue* constant = ConstantOf(*key);
  if (constant == nullptr || constant->kind() != go::ConstValue::Kind::kString) {
    if (!IsInvalid(*key)) emitter().Emit(key->span, ArgumentForm);
    return Bad(span);
  }
  const std::string& text = constant->string_value();
  if (!IsArgumentKey(text)) {
    emitter()
        .Emit(key->span, BadArgumentKey, text)
        .Help("keys are words of letters, digits, `_` and `-`; those with a dot are attributes of the spans");
    return Bad(span);
  }
  return GivenText("argument " + text, "fn.argument(\"" + text + "\")", span);
}

/// Without a name of its own a span is called as the function: T.F.
HookChecker::ExprPtr HookChecker::OrTitle(ExprPtr name) {
  const auto* literal = std::get_if<rules::Literal>(&name->node);
  if (IsInvalid(*name) || (literal != nullptr && !literal->is_zero)) return name;
  ExprPtr title = GivenText("title", "fn.title", name->span);
  if (IsAbsent(*name) || literal != nullptr) return title;
  return Make(name->span, BasicTypeOf(Basic::kString), rules::Or{{name, title}});
}

void HookChecker::GiveAttributes(rules::SpanStmt& span) {
  span.given_attributes = Given("attributes", "fn.attributes", BasicTypeOf(Basic::kString));
  span.given_count = Given("attribute count", "fn.attribute_count", BasicTypeOf(Basic::kInt));
}

}  // namespace instc::check
