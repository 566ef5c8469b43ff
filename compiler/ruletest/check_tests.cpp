// Which hooks a test is for, and its expressions in their scope.
#include "compiler/check/test_scope.h"
#include "compiler/go/types/universe.h"
#include "compiler/rules/kinds.h"
#include "compiler/ruletest/ruletest.h"
#include "dsl/base/overload.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::ruletest {

INSTC_DIAGNOSTIC(NeverReached, "E0902", Error, "this test never reaches its rule: {0}", std::string);
INSTC_DIAGNOSTIC(NothingExpected, "E0906", Error, "this test expects nothing", );
INSTC_DIAGNOSTIC(OfOthers, "E0909", Error, "a {0} has no `{1}`", llvm::StringRef, llvm::StringRef);
INSTC_DIAGNOSTIC(NothingToCall, "E0970", Error, "`{0}` is nothing that this rule wraps", std::string);
INSTC_DIAGNOSTIC(WrappedTwice, "E0971", Error, "`{0}` is wrapped at {1} places of this rule", std::string,
                 size_t);
INSTC_DIAGNOSTIC(NotOfBody, "E0972", Error, "`{0}` is no name of the body that is called", std::string);
INSTC_DIAGNOSTIC(NoBody, "E0973", Error, "object `{0}` has no body for a method `{1}`", std::string,
                 std::string);
INSTC_DIAGNOSTIC(NothingBehind, "E0975", Error,
                 "nothing runs behind a method of an object that implements", );
INSTC_DIAGNOSTIC(GivenCount, "E0910", Error, "{0} values for {1} results", size_t, size_t);

namespace {

/// The name of the rule that a test is for; reports when there is none.
bool HasRule(const check::RuleFile& file, const ast::TestDecl& test, const rules::Plugin& plugin,
             diag::Emitter& emitter) {
  if (!test.rule.Present()) {
    if (file.rules.size() == 1) return true;
    emitter
        .Emit(test.name.span, NeverReached, "the plugin has " + std::to_string(file.rules.size()) + " rules")
        .Help("say which one: `test \"...\" for NAME`");
    return false;
  }
  const std::string& name = test.rule.text;
  const bool named =
      llvm::any_of(file.rules, [&](const check::RuleRef& r) { return r.decl->name.text == name; });
  const bool function =
      llvm::any_of(plugin.hooks, [&](const rules::Hook& h) { return h.func == name && !h.is_until; });
  if (named || function) return true;
  emitter.Emit(test.rule.span, NeverReached, "no rule is named `" + name + "`")
      .Help("`for` takes the name in front of `on`, or the name of a function that is hooked");
  return false;
}

bool IsFor(const ast::TestDecl& test, const check::RuleFile& file, const rules::Hook& hook) {
  if (!test.rule.Present()) return true;
  const std::string& name = test.rule.text;
  const bool named =
      llvm::any_of(file.rules, [&](const check::RuleRef& r) { return r.decl->name.text == name; });
  return named ? hook.rule == file.PluginName() + "." + name : hook.func == name;
}

std::vector<const go::Type*> ResultTypes(const rules::Expr& leaf) {
  const auto* tuple = go::TypeAs<go::TupleType>(leaf.type);
  if (tuple == nullptr) return {leaf.type};
  std::vector<const go::Type*> types;
  for (const go::Var* var : tuple->vars) types.push_back(var->type());
  return types;
}

/// A `wrap` of the rule, and whether it stands in an `exit`.
struct FoundWrap {
  const rules::Wrap* wrap = nullptr;
  bool at_exit = false;
};

void FindWraps(const rules::StmtList& list, bool at_exit, std::vector<FoundWrap>& found) {
  for (const auto& stmt : list)
    std::visit(Overload{
                   [&](const rules::Wrap& s) {
                     found.push_back({&s, at_exit});
                   },
                   [&](const rules::Exit& s) { FindWraps(s.body, true, found); },
                   [&](const rules::For& s) { FindWraps(s.body, at_exit, found); },
                   [&](const rules::Enrich& s) { FindWraps(s.body, at_exit, found); },
                   [&](const rules::Resume& s) { FindWraps(s.body, at_exit, found); },
                   [&](const rules::Stamp& s) { FindWraps(s.body, at_exit, found); },
                   [&](const rules::If& s) {
                     FindWraps(s.then, at_exit, found);
                     FindWraps(s.otherwise, at_exit, found);
                   },
                   [](const auto&) {},
               },
               stmt->node);
}

bool Expects(const std::vector<ast::TestStep>& steps) {
  return llvm::any_of(steps, [](const ast::TestStep& step) {
    const auto* call = std::get_if<ast::CallStep>(&step.node);
    return call != nullptr ? Expects(call->steps) : step.span.Text().startswith("expect");
  });
}

class TestChecker {
 public:
  TestChecker(check::TestScope& scope, diag::Emitter& emitter, Test& test, bool of_call = false)
      : scope_(scope), emitter_(emitter), test_(test), of_call_(of_call) {}

  void Run() {
    for (const ast::TestStep& step : *test_.steps) Step(step);
    if (!of_call_ && !Expects(*test_.steps))
      emitter_.Emit(test_.head, NothingExpected)
          .Help("add `expect span ...`, `expect no span` or `expect CONDITION`");
  }

 private:
  Test TestOf(const ast::CallStep& step, const rules::Hook& body) const {
    Test test;
    test.name = step.callee->span.Text().str();
    test.at = test_.at;
    test.decl = test_.decl;
    test.head = step.callee->span;
    test.steps = &step.steps;
    test.plugin = test_.plugin;
    test.hook = &body;
    test.package = test_.package;
    return test;
  }

  void Add(const ast::CallStep& step, Span span, check::TestScope& scope, TestCall call, rules::Hook& body) {
    call.span = span;
    call.later = call.at_exit || returned_;
    call.test = std::make_unique<Test>(TestOf(step, body));
    TestChecker(scope, emitter_, *call.test, /*of_call=*/true).Run();
    test_.calls.push_back(std::move(call));
  }

  void Call(const ast::CallStep& step, Span span) {
    const auto* selector = std::get_if<ast::Selector>(&step.callee->node);
    const auto* base = selector == nullptr ? nullptr : std::get_if<ast::Ident>(&selector->operand->node);
    const rules::Object* object = base == nullptr ? nullptr : scope_.Object(base->name);
    if (object != nullptr) return CallMethod(step, span, *object, base->name, selector->name);
    CallClosure(step, span);
  }

  void CallMethod(const ast::CallStep& step, Span span, const rules::Object& object,
                  const std::string& object_name, const ast::Name& name) {
    auto method = llvm::find_if(object.methods, [&](const rules::Object::Method& m) {
      return m.method->name() == name.text && m.body != nullptr;
    });
    if (method == object.methods.end()) {
      emitter_.Emit(name.span, NoBody, object_name, name.text)
          .Help("a test calls what stands in the braces of the object");
      return;
    }
    check::TestScope scope(scope_, object, *method->body);
    Add(step, span, scope, {{}, nullptr, &object, false, false, nullptr}, *method->body);
  }

  /// As the `wrap` spells it.
  void CallClosure(const ast::CallStep& step, Span span) {
    std::vector<FoundWrap> wraps, named;
    FindWraps(test_.hook->body, false, wraps);
    const std::string target = step.callee->span.Text().str();
    for (const FoundWrap& found : wraps)
      if (found.wrap->target->span.Text() == target) named.push_back(found);
    if (named.size() == 1) {
      rules::Hook& body = *named[0].wrap->body;
      check::TestScope scope(scope_, body);
      return Add(step, span, scope, {{}, named[0].wrap, nullptr, named[0].at_exit, false, nullptr}, body);
    }
    if (!named.empty()) {
      emitter_.Emit(step.callee->span, WrappedTwice, target, named.size())
          .Note(named[0].wrap->target->span, "here")
          .Note(named[1].wrap->target->span, "and here")
          .Help("a test cannot say which one it means");
      return;
    }
    auto builder = emitter_.Emit(step.callee->span, NothingToCall, target);
    for (const FoundWrap& found : wraps) builder.Note(found.wrap->target->span, "this is wrapped");
    builder.Help("`call` takes a func as its `wrap` spells it, or OBJECT.METHOD");
  }

  /// The body's own names are for the test to bind; others have the values that they had.
  bool OfThisBody(const rules::Expr& leaf) {
    if (!of_call_ || scope_.IsOwn(leaf)) return true;
    emitter_.Emit(leaf.span, NotOfBody, leaf.span.Text().str())
        .Help("names of the rule around it have the values of the `wrap`: bind them outside of the braces");
    return false;
  }

  bool HasCallee(Span span) {
    if (!test_.hook->results_at_enter) return true;
    emitter_.Emit(span, NothingBehind).Help("its results are what the body sets them to: `expect` them");
    return false;
  }

  void Bind(const ast::Expr& leaf, llvm::ArrayRef<const ast::Expr*> values, Span span,
            std::vector<Given>& out) {
    rules::ExprPtr checked = scope_.Leaf(leaf);
    if (checked == nullptr || !OfThisBody(*checked)) return;
    const std::vector<const go::Type*> types = ResultTypes(*checked);
    if (types.size() != values.size()) {
      emitter_.Emit(span, GivenCount, values.size(), types.size())
          .Help("give a value for each result, separated by commas");
      return;
    }
    Given given{span, checked, {}};
    for (size_t i = 0; i < values.size(); ++i) {
      rules::ExprPtr value = scope_.Value(*values[i], types[i]);
      if (value == nullptr) return;
      given.values.push_back(std::move(value));
    }
    out.push_back(std::move(given));
  }

  void Expect(Span span, decltype(Expectation::node) node) {
    test_.expectations.push_back({span, std::move(node)});
  }

  std::optional<ExpectedAttribute> Attribute(Span span, const ast::ExpectAttr& a) {
    const auto name = scope_.Attribute(a.name);
    if (!name.has_value()) return std::nullopt;
    ExpectedAttribute attribute{span, name->key, a.no, nullptr};
    if (a.value != nullptr) attribute.value = scope_.AttributeValue(a.name, name->type, *a.value);
    return attribute;
  }

  void MetricDetail(const ast::Expectation& e, ExpectMetric& metric) {
    std::visit(
        Overload{
            [&](const ast::ExpectAttr& a) {
              if (auto attribute = Attribute(e.span, a)) metric.attributes.push_back(*attribute);
            },
            [&](const ast::ExpectStatus&) { emitter_.Emit(e.span, OfOthers, "measurement", "status"); },
            [&](const ast::ExpectParent&) { emitter_.Emit(e.span, OfOthers, "measurement", "parent"); },
            [&](const ast::ExpectSeverity&) { emitter_.Emit(e.span, OfOthers, "measurement", "severity"); },
        },
        e.node);
  }

  void Detail(const ast::Expectation& e, ExpectSpan& span) {
    std::visit(Overload{
                   [&](const ast::ExpectAttr& a) {
                     if (auto attribute = Attribute(e.span, a)) span.details.emplace_back(*attribute);
                   },
                   [&](const ast::ExpectStatus& s) {
                     const int code = rules::CodeOf(s.code);
                     span.details.emplace_back(ExpectedStatus{e.span, code});
                   },
                   [&](const ast::ExpectParent& p) {
                     span.details.emplace_back(ExpectedParent{e.span, scope_.Parent(*p.parent)});
                   },
                   [&](const ast::ExpectSeverity&) { emitter_.Emit(e.span, OfOthers, "span", "severity"); },
               },
               e.node);
  }

  void LogDetail(const ast::Expectation& e, ExpectLog& log) {
    std::visit(Overload{
                   [&](const ast::ExpectAttr& a) {
                     if (auto attribute = Attribute(e.span, a)) log.details.emplace_back(*attribute);
                   },
                   [&](const ast::ExpectStatus&) { emitter_.Emit(e.span, OfOthers, "log record", "status"); },
                   [&](const ast::ExpectParent& p) {
                     log.details.emplace_back(ExpectedParent{e.span, scope_.Parent(*p.parent)});
                   },
                   [&](const ast::ExpectSeverity& s) {
                     log.details.emplace_back(ExpectedSeverity{
                         e.span, scope_.Value(*s.severity, go::BasicTypeOf(go::Basic::kInt64))});
                   },
               },
               e.node);
  }

  void Step(const ast::TestStep& step) {
    std::visit(Overload{
                   [](const ast::BadStep&) {},
                   [&](const ast::GivenStep& s) {
                     std::vector<const ast::Expr*> values;
                     for (const ast::ExprPtr& value : s.values) values.push_back(value.get());
                     Bind(*s.leaf, values, step.span, test_.before);
                   },
                   [&](const ast::ReturnStep& s) {
                     returned_ = true;
                     if (!HasCallee(step.span)) return;
                     for (const ast::ReturnStep::Result& result : s.results)
                       Bind(*result.leaf, result.value.get(), step.span, test_.after);
                   },
                   [&](const ast::PanicStep& s) {
                     returned_ = true;
                     if (HasCallee(step.span)) test_.panic = scope_.Value(*s.value);
                   },
                   [&](const ast::CallStep& s) { Call(s, step.span); },
                   [&](const ast::ExpectNoSpanStep&) { Expect(step.span, ExpectNoSpan{}); },
                   [&](const ast::ExpectSpanStep& s) {
                     ExpectSpan span{rules::KindOf(s.kind),
                                     scope_.Value(*s.name, go::BasicTypeOf(go::Basic::kString)),
                                     {}};
                     if (s.expects.has_value())
                       for (const ast::Expectation& e : s.expects->list) Detail(e, span);
                     Expect(step.span, std::move(span));
                   },
                   [&](const ast::ExpectMetricStep& s) {
                     ExpectMetric metric{s.name.Text(), {}};
                     if (s.expects.has_value())
                       for (const ast::Expectation& e : s.expects->list) MetricDetail(e, metric);
                     Expect(step.span, std::move(metric));
                   },
                   [&](const ast::ExpectLogStep& s) {
                     ExpectLog log{scope_.Value(*s.body, go::BasicTypeOf(go::Basic::kString)), {}};
                     if (s.expects.has_value())
                       for (const ast::Expectation& e : s.expects->list) LogDetail(e, log);
                     Expect(step.span, std::move(log));
                   },
                   [&](const ast::ExpectCarrierStep& s) {
                     Expect(step.span, ExpectCarrier{scope_.Value(*s.carrier)});
                   },
                   [&](const ast::ExpectSkipStep&) { Expect(step.span, ExpectSkip{}); },
                   [&](const ast::ExpectExprStep& s) {
                     const bool call = std::holds_alternative<ast::Call>(s.condition->node);
                     Expect(step.span,
                            ExpectTrue{call ? scope_.CallOrValue(*s.condition)
                                            : scope_.Value(*s.condition, go::BasicTypeOf(go::Basic::kBool))});
                   },
               },
               step.node);
  }

  check::TestScope& scope_;
  diag::Emitter& emitter_;
  Test& test_;
  bool of_call_ = false;
  bool returned_ = false;  ///< a `return` or `panic` has been seen
};

}  // namespace

std::vector<Test> CheckTests(const check::RuleSet& set, const check::RuleFile& file,
                             const check::Target& target, const conventions::Registry& registry,
                             rules::Plugin& plugin, diag::Emitter& emitter) {
  std::vector<Test> tests;
  for (const check::TestRef& ref : file.tests) {
    if (!HasRule(file, *ref.decl, plugin, emitter)) continue;
    if (ref.decl->where != nullptr && !check::HoldsAt(*ref.decl->where, target, emitter)) continue;
    for (rules::Hook& hook : plugin.hooks) {
      if (hook.is_until || !IsFor(*ref.decl, file, hook)) continue;
      // Of the functions that stand for those under a directive, the one that has all that the rule names.
      if (hook.directive.has_value() && !hook.directive->without.empty()) continue;
      const check::Target at = hook.directive.has_value() ? check::AnyFunction(target) : target;
      auto package = at.program->Load(hook.package);
      if (!package) {
        llvm::consumeError(package.takeError());
        continue;
      }
      Test test;
      test.name = ref.decl->name.value;
      test.at = ref.span;
      test.decl = ref.decl;
      test.head = ref.decl->name.span;
      test.steps = &ref.decl->steps;
      test.plugin = &plugin;
      test.hook = &hook;
      test.package = *package;
      check::TestScope scope(set, file, at, registry, emitter, plugin, hook);
      const unsigned before = emitter.ErrorCount();
      TestChecker(scope, emitter, test).Run();
      if (emitter.ErrorCount() != before) break;  // the next function would say the same
      tests.push_back(std::move(test));
    }
  }
  return tests;
}

void ReportNeverReached(const ast::TestDecl& test, diag::Emitter& emitter) {
  emitter.Emit(test.name.span, NeverReached, "its `where` excludes every version that was checked");
}

}  // namespace instc::ruletest
