// `test` blocks: checked against a rule's hooks, and run by interpretation, without Go.
//
//   std::vector<Test> tests = CheckTests(set, file, target, registry, plugin, emitter);
//   Outcome outcome = RunTest(tests[0], target, description);
//
// A test is run once at every function that its rule hooks, at every version that is checked. It binds the
// leaves on which its expectations depend; whatever depends on an unbound one is unknown, and to expect
// something of it is the error E0901. So a test stays short, and none passes by accident.
#ifndef INSTC_COMPILER_RULETEST_RULETEST_H
#define INSTC_COMPILER_RULETEST_RULETEST_H

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/check/check.h"
#include "compiler/check/rule_set.h"
#include "compiler/pack/pack.h"
#include "compiler/rules/ir.h"

namespace instc::ruletest {

struct Given {
  Span span;
  rules::ExprPtr leaf;
  std::vector<rules::ExprPtr> values;  ///< several: the results of a call
};
struct ExpectedAttribute {
  Span span;
  std::string key;
  bool no = false;
  rules::ExprPtr value;  ///< null: any
};
struct ExpectedStatus {
  Span span;
  int code = 0;
};
struct ExpectedParent {
  Span span;
  rules::ExprPtr parent;  ///< a context or a carrier
};
struct ExpectedSeverity {
  Span span;
  rules::ExprPtr severity;
};
struct ExpectNoSpan {};
struct ExpectSkip {};
struct ExpectSpan {
  conventions::SpanKind kind = conventions::SpanKind::kInternal;
  rules::ExprPtr name;
  std::vector<std::variant<ExpectedAttribute, ExpectedStatus, ExpectedParent>> details;
};
struct ExpectMetric {
  std::string name;
  std::vector<ExpectedAttribute> attributes;
};
struct ExpectLog {
  rules::ExprPtr body;
  std::vector<std::variant<ExpectedAttribute, ExpectedSeverity, ExpectedParent>> details;
};
struct ExpectCarrier {
  rules::ExprPtr carrier;
};
/// A condition that holds at the end, or a call that a `call` statement made.
struct ExpectTrue {
  rules::ExprPtr condition;
};
struct Expectation {
  Span span;
  std::variant<ExpectNoSpan, ExpectSkip, ExpectSpan, ExpectMetric, ExpectLog, ExpectCarrier, ExpectTrue> node;
};

/// A test block at one hook, or a `call` in one at the body that it calls.
struct Test {
  std::string name;
  Span at;
  const ast::TestDecl* decl = nullptr;
  Span head;  ///< its name, or what is called
  const std::vector<ast::TestStep>* steps = nullptr;
  const rules::Plugin* plugin = nullptr;
  const rules::Hook* hook = nullptr;
  const go::Package* package = nullptr;
  std::vector<Given> before;  ///< `given`
  std::vector<Given> after;   ///< `return`
  rules::ExprPtr panic;       ///< what the call panics with; null: it returns
  std::vector<Expectation> expectations;
  std::vector<struct TestCall> calls;
};

/// `call f { ... }`, `call O.M { ... }`
struct TestCall {
  Span span;
  const rules::Wrap* wrap = nullptr;      ///< of a closure; null: of a method
  const rules::Object* object = nullptr;  ///< of a method
  bool at_exit = false;                   ///< the `wrap` stands in an `exit`
  bool later = false;                     ///< when the function around it has returned, not while it runs
  std::unique_ptr<Test> test;
};

/// What did not hold, for a reader.
struct Failure {
  enum class Kind { kUnbound, kExpectation, kCannotBind, kPanic, kNotCalled };
  Kind kind = Kind::kExpectation;
  Span at;
  std::string expected;  ///< kUnbound: the leaves; kCannotBind: the leaf
  std::string got;       ///< kCannotBind, kPanic, kNotCalled: why
  std::vector<std::string> helps;
  Span also;  ///< where the rule asked for it
};

struct Outcome {
  std::string plugin, rule, test, function, version;
  Span at;
  std::vector<Failure> failures;
  [[nodiscard]] bool ok() const { return failures.empty(); }
};

/// The file's tests at all hooks of `plugin`, which CheckPlugin made without errors. What is wrong with a
/// test is reported; such a test is left out.
std::vector<Test> CheckTests(const check::RuleSet& set, const check::RuleFile& file,
                             const check::Target& target, const conventions::Registry& registry,
                             rules::Plugin& plugin, diag::Emitter& emitter);

Outcome RunTest(const Test& test, const check::Target& target, const pack::Plugin& description);

/// As a diagnostic. `where`: the versions and functions that it is about.
void Report(const Failure& failure, llvm::StringRef where, diag::Emitter& emitter);
/// For a test whose rule is in no version that was checked.
void ReportNeverReached(const ast::TestDecl& test, diag::Emitter& emitter);

}  // namespace instc::ruletest

#endif  // INSTC_COMPILER_RULETEST_RULETEST_H
