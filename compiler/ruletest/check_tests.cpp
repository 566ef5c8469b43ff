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
INSTC_DIAGNOSTIC(OfSpans, "E0909", Error, "a measurement has no `{0}`", llvm::StringRef);
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
  const bool function = llvm::any_of(plugin.hooks, [&](const rules::Hook& h) { return h.func == name; });
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

class TestChecker {
 public:
  TestChecker(check::TestScope& scope, diag::Emitter& emitter, Test& test)
      : scope_(scope), emitter_(emitter), test_(test) {}

  void Run() {
    for (const ast::TestStep& step : test_.decl->steps) Step(step);
    const bool expects = llvm::any_of(
        test_.decl->steps, [](const ast::TestStep& step) { return step.span.Text().startswith("expect"); });
    if (!expects)
      emitter_.Emit(test_.decl->name.span, NothingExpected)
          .Help("add `expect span ...`, `expect no span` or `expect CONDITION`");
  }

 private:
  void Bind(const ast::Expr& leaf, llvm::ArrayRef<const ast::Expr*> values, Span span,
            std::vector<Given>& out) {
    rules::ExprPtr checked = scope_.Leaf(leaf);
    if (checked == nullptr) return;
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
    std::visit(Overload{
                   [&](const ast::ExpectAttr& a) {
                     if (auto attribute = Attribute(e.span, a)) metric.attributes.push_back(*attribute);
                   },
                   [&](const ast::ExpectStatus&) { emitter_.Emit(e.span, OfSpans, "status"); },
                   [&](const ast::ExpectParent&) { emitter_.Emit(e.span, OfSpans, "parent"); },
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
                     for (const ast::ReturnStep::Result& result : s.results)
                       Bind(*result.leaf, result.value.get(), step.span, test_.after);
                   },
                   [&](const ast::PanicStep& s) { test_.panic = scope_.Value(*s.value); },
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
};

}  // namespace

std::vector<Test> CheckTests(const check::RuleSet& set, const check::RuleFile& file,
                             const check::Target& target, const conventions::Registry& registry,
                             rules::Plugin& plugin, diag::Emitter& emitter) {
  std::vector<Test> tests;
  for (const check::TestRef& ref : file.tests) {
    if (!HasRule(file, *ref.decl, plugin, emitter)) continue;
    for (rules::Hook& hook : plugin.hooks) {
      if (!IsFor(*ref.decl, file, hook)) continue;
      auto package = target.program->Load(hook.package);
      if (!package) {
        llvm::consumeError(package.takeError());
        continue;
      }
      Test test{ref.decl->name.value, ref.span, ref.decl, &plugin, &hook, *package, {}, {}, nullptr, {}};
      check::TestScope scope(set, file, target, registry, emitter, plugin, hook);
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
