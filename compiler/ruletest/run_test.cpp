// One test from its bindings to its verdict.
#include "compiler/go/types/universe.h"
#include "compiler/ruletest/interpreter.h"
#include "compiler/ruletest/perform.h"
#include "compiler/ruletest/ruletest.h"
#include "dsl/base/overload.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::ruletest {

INSTC_DIAGNOSTIC(Unbound, "E0901", Error, "this depends on `{0}`, which the test does not bind", std::string);
INSTC_DIAGNOSTIC(DoesNotHold, "E0905", Error, "expected {0}, got {1}", std::string, std::string);
INSTC_DIAGNOSTIC(CannotBind, "E0907", Error, "`{0}` cannot be bound: {1}", std::string, std::string);
INSTC_DIAGNOSTIC(RulePanics, "E0908", Error, "the rule panics in this test: {0}", std::string);

INSTC_DIAGNOSTIC(NotCalled, "E0974", Error, "`{0}` cannot be called: {1}", std::string, std::string);

namespace {

Value Default(const pack::OptionValue& value) {
  return std::visit(Overload{
                        [](bool v) { return Value{v}; },
                        [](const std::string& v) { return MakeText(v); },
                        [](int64_t v) { return MakeInt(v); },
                        [](const std::vector<std::string>& v) {
                          auto list = std::make_shared<List>();
                          for (const std::string& element : v)
                            list->elements[list->length++] =
                                std::make_shared<Place>(Place{MakeText(element)});
                          return Value{list};
                        },
                    },
                    value);
}

/// What is wrong with a binding; nullopt: nothing.
std::optional<Failure> BindOne(Interpreter& run, const Given& given) {
  if (const auto* option = std::get_if<rules::OptionValue>(&given.leaf->node)) {
    run.BindOption(option->index, run.Eval(*given.values.front()));
    return std::nullopt;
  }
  std::string why;
  PlacePtr place = run.Bind(*given.leaf, why);
  std::vector<Value> values;
  for (const rules::ExprPtr& value : given.values) {
    values.push_back(run.Eval(*value));
    const auto* unknown = values.back().As<Unknown>();
    if (unknown == nullptr || place == nullptr) continue;
    why = "`" + llvm::join(unknown->leaves, "`, `") + "` has no value here";
    place = nullptr;
  }
  if (place == nullptr) {
    if (why.empty()) why = "nothing leads there";
    return Failure{Failure::Kind::kCannotBind, given.leaf->span, given.leaf->span.Text().str(), why, {}, {}};
  }
  if (values.size() == 1)
    run.Assign(*place, values.front(), given.values.front()->type, given.leaf->type);
  else
    place->value = {Tuple{std::move(values)}};
  return std::nullopt;
}

}  // namespace

void BindTestOptions(Interpreter& run, const pack::Plugin& description) {
  for (size_t i = 0; i < description.options.size(); ++i)
    run.BindOption(static_cast<unsigned>(i), Default(description.options[i].default_value));
}

bool BindTestGivens(Interpreter& run, const std::vector<Given>& givens) {
  return llvm::none_of(givens, [&](const Given& given) { return BindOne(run, given).has_value(); });
}

namespace {

const char* StatusWord(int code) {
  return code == 0 ? "unset" : code == 1 ? "ok" : "error";
}

std::string Head(const SpanRecord& span) {
  const std::string kind = span.kind.has_value() ? conventions::Name(*span.kind).str() : "any";
  return "span " + kind + " " + Show(span.name);
}

/// What to add to the test for an unbound leaf: results are known when the function has returned.
std::vector<std::string> Suggestions(const std::set<std::string>& leaves, const rules::Hook& hook) {
  std::vector<std::string> out;
  for (const std::string& leaf : leaves) {
    const llvm::StringRef root =
        llvm::StringRef(leaf).take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
    const bool result = llvm::is_contained(hook.results, root.str());
    out.push_back(result ? "add `" + leaf + " = ...` to `return`" : "add `given " + leaf + " = ...`");
  }
  return out;
}

class Verdict {
 public:
  /// Before the run: `parent ctx` means the context that the function was called with.
  Verdict(const Test& test, Interpreter& run, Outcome& out) : test_(test), run_(run), out_(out) {
    for (const Expectation& e : test_.expectations) {
      if (const auto* span = std::get_if<ExpectSpan>(&e.node)) RememberParents(span->details);
      if (const auto* log = std::get_if<ExpectLog>(&e.node)) RememberParents(log->details);
    }
  }

  template <typename Details>
  void RememberParents(const Details& details) {
    for (const auto& detail : details)
      if (const auto* parent = std::get_if<ExpectedParent>(&detail))
        parents_.emplace(parent, run_.Eval(*parent->parent));
  }

  void Judge() {
    spans_ = run_.Spans();
    for (const Expectation& e : test_.expectations)
      std::visit([&](const auto& node) { Of(e.span, node); }, e.node);
    const bool names_spans = llvm::any_of(
        test_.expectations, [](const Expectation& e) { return std::holds_alternative<ExpectSpan>(e.node); });
    if (!names_spans) return;
    for (const SpanRecord* span : spans_)
      if (matched_.count(span) == 0 && !unknown_name_)
        Fail(test_.head, "no further span", Head(*span), span->at);
  }

 private:
  void Fail(Span at, std::string expected, std::string got, Span also = {}) {
    out_.failures.push_back({Failure::Kind::kExpectation, at, std::move(expected), std::move(got), {}, also});
  }
  void Unbound(Span at, const Value& unknown) {
    const auto& leaves = unknown.As<Unknown>()->leaves;
    out_.failures.push_back({Failure::Kind::kUnbound,
                             at,
                             llvm::join(leaves, "` and `"),
                             "",
                             Suggestions(leaves, *test_.hook),
                             {}});
  }

  std::string AllSpans() const {
    std::string all;
    for (const SpanRecord* span : spans_) all += (all.empty() ? "" : " and ") + Head(*span);
    return all.empty() ? "no span" : all;
  }

  void Of(Span at, const ExpectNoSpan&) {
    if (!spans_.empty()) Fail(at, "no span", AllSpans(), spans_.front()->at);
  }
  void Of(Span at, const ExpectSkip&) {
    if (!run_.skipped()) Fail(at, "that the rule skips this call", "a call that is recorded");
  }
  void Of(Span at, const ExpectCarrier& n) {
    const Value value = run_.Eval(*n.carrier);
    if (Interpreter::Injected(value)) return;
    if (value.IsUnknown()) return Unbound(at, value);
    Fail(at, "trace context in `" + n.carrier->span.Text().str() + "`", Show(value));
  }

  void Of(Span at, const ExpectTrue& n) {
    if (const auto call = run_.CallText(*n.condition)) {
      const std::vector<std::string> made = run_.Calls();
      if (llvm::is_contained(made, *call)) return;
      const bool boolean = run_.Eval(*n.condition).As<bool>() != nullptr;
      if (!boolean)
        return Fail(at, "the call " + *call, made.empty() ? "no call" : llvm::join(made, " and "));
    }
    const Value holds = run_.Eval(*n.condition);
    if (holds.IsUnknown()) return Unbound(at, holds);
    const auto* known = holds.As<bool>();
    if (known != nullptr && *known) return;
    Fail(at, "`" + n.condition->span.Text().str() + "`", Sides(*n.condition));
  }

  /// What stands on both sides of a comparison that does not hold.
  std::string Sides(const rules::Expr& condition) {
    const auto* binary = std::get_if<rules::Binary>(&condition.node);
    if (binary == nullptr || binary->op == "&&" || binary->op == "||") return "false";
    return Show(run_.Eval(*binary->x)) + " and " + Show(run_.Eval(*binary->y));
  }

  void Of(Span at, const ExpectSpan& n) {
    const Value name = run_.Eval(*n.name);
    for (const SpanRecord* recorded : spans_) {
      const SpanRecord& span = *recorded;
      if (matched_.count(recorded) > 0 || (span.kind.has_value() && *span.kind != n.kind)) continue;
      if (span.name.IsUnknown()) {
        unknown_name_ = true;
        return Unbound(at, span.name);
      }
      if (Equal(span.name, name) != Answer::kYes) continue;
      matched_.insert(recorded);
      for (const auto& detail : n.details) std::visit([&](const auto& node) { Detail(span, node); }, detail);
      return;
    }
    const Span place = spans_.size() == 1 ? spans_.front()->at : Span{};
    if (spans_.size() == 1) matched_.insert(spans_.front());  // said once is enough
    Fail(at, "span " + conventions::Name(n.kind).str() + " " + Show(name), AllSpans(), place);
  }

  void Of(Span at, const ExpectMetric& n) {
    std::string others;
    for (const MeasureRecord* measured : run_.Measured()) {
      const MeasureRecord& record = *measured;
      if (record.metric == n.name && record.certain.IsUnknown()) return Unbound(at, record.certain);
      if (record.metric == n.name) {
        for (const ExpectedAttribute& attribute : n.attributes) Detail(record.attributes, attribute);
        return;
      }
      others += (others.empty() ? "`" : " and `") + record.metric + "`";
    }
    Fail(at, "a measurement of `" + n.name + "`", others.empty() ? "none" : others);
  }

  void Of(Span at, const ExpectLog& n) {
    const Value body = run_.Eval(*n.body);
    std::string others;
    for (const LogRecord* logged : run_.Logged()) {
      const LogRecord& record = *logged;
      if (record.certain.IsUnknown()) return Unbound(at, record.certain);
      if (record.body.IsUnknown()) return Unbound(at, record.body);
      if (Equal(record.body, body) == Answer::kYes) {
        for (const auto& detail : n.details)
          std::visit([&](const auto& node) { Detail(record, node); }, detail);
        return;
      }
      others += (others.empty() ? "" : " and ") + Show(record.body);
    }
    Fail(at, "a log record " + Show(body), others.empty() ? "none" : others);
  }

  void Detail(const LogRecord& record, const ExpectedAttribute& n) { Detail(record.attributes, n); }
  void Detail(const LogRecord& record, const ExpectedSeverity& n) {
    const Value wanted = run_.Eval(*n.severity);
    if (record.severity.IsUnknown()) return Unbound(n.span, record.severity);
    if (Equal(record.severity, wanted) == Answer::kYes) return;
    Fail(n.span, "severity " + Show(wanted), "severity " + Show(record.severity));
  }
  void Detail(const LogRecord& record, const ExpectedParent& n) {
    const Value& wanted = parents_.at(&n);
    if (Equal(record.parent, wanted) == Answer::kYes) return;
    Fail(n.span, "a log record in " + Show(wanted), "one in " + Show(record.parent));
  }

  void Detail(const SpanRecord& span, const ExpectedAttribute& n) { Detail(span.attributes, n); }
  void Detail(const std::map<std::string, Value>& attributes, const ExpectedAttribute& n) {
    auto found = attributes.find(n.key);
    const Value got = found == attributes.end() ? Value{Absent{}} : found->second;
    if (got.IsUnknown()) return Unbound(n.span, got);
    if (n.no) {
      if (!got.IsAbsent()) Fail(n.span, "no `" + n.key + "`", Show(got));
      return;
    }
    const std::string nothing = "no `" + n.key + "`";
    if (n.value == nullptr) {
      if (got.IsAbsent()) Fail(n.span, "`" + n.key + "`", nothing);
      return;
    }
    const Value wanted = run_.Eval(*n.value);
    if (wanted.IsUnknown()) return Unbound(n.span, wanted);
    if (Equal(got, wanted) == Answer::kYes) return;
    Fail(n.span, Show(wanted), got.IsAbsent() ? nothing : Show(got));
  }

  void Detail(const SpanRecord& span, const ExpectedStatus& n) {
    if (span.status.IsUnknown()) return Unbound(n.span, span.status);
    const auto code = static_cast<int>(span.status.As<Integer>()->value);
    if (code != n.code)
      Fail(n.span, std::string("status ") + StatusWord(n.code), std::string("status ") + StatusWord(code));
  }

  void Detail(const SpanRecord& span, const ExpectedParent& n) {
    const Value& wanted = parents_.at(&n);
    if (Equal(span.parent, wanted) == Answer::kYes || Equal(span.remote, wanted) == Answer::kYes) return;
    Fail(n.span, "a span below " + Show(wanted), "one below " + Show(span.parent));
  }

  const Test& test_;
  Interpreter& run_;
  Outcome& out_;
  std::map<const ExpectedParent*, Value> parents_;  // asked, never walked
  std::vector<const SpanRecord*> spans_;
  std::set<const SpanRecord*> matched_;  // asked, never walked
  bool unknown_name_ = false;
};

class Runner : public Watcher {
 public:
  Runner(const Test& test, const check::Target& target, Outcome& out)
      : run_(*test.plugin, *test.hook, target, *test.package), out_(out) {}

  void Run(const Test& test, const pack::Plugin& description) {
    BindTestOptions(run_, description);
    Perform(test, run_, *this);
  }

 private:
  bool Bind(Interpreter& run, const std::vector<Given>& givens) override {
    for (const Given& given : givens) {
      const std::optional<Failure> failure = BindOne(run, given);
      if (!failure.has_value()) continue;
      out_.failures.push_back(*failure);
      return false;
    }
    return true;
  }

  void Begins(const Test& test, Interpreter& run) override {
    verdicts_.push_back(std::make_unique<Verdict>(test, run, out_));
  }

  void Ends(const Test&, Interpreter&) override {
    verdicts_.back()->Judge();
    verdicts_.pop_back();
  }

  void Stopped(const Test& test, const Stop& stop) override {
    Failure failure{Failure::Kind::kPanic, test.head, "", stop.what, {}, stop.at};
    if (stop.why == Stop::Why::kUnbound) {
      failure.kind = Failure::Kind::kUnbound;
      failure.expected = llvm::join(stop.leaves, "` and `");
      failure.helps = Suggestions(stop.leaves, *test.hook);
    }
    if (stop.why == Stop::Why::kRawGo) {
      failure.kind = Failure::Kind::kExpectation;
      failure.expected = "a rule that can be interpreted";
      failure.got = "raw Go";
    }
    if (stop.why == Stop::Why::kSteps) failure.got = "it takes too many steps";
    out_.failures.push_back(std::move(failure));
  }

  void NotCalled(const TestCall& call, const std::string& why) override {
    out_.failures.push_back({Failure::Kind::kNotCalled, call.span, call.test->name, why, {}, {}});
  }

  Interpreter run_;
  Outcome& out_;
  std::vector<std::unique_ptr<Verdict>> verdicts_;  // of the test and the calls that are under way
};

}  // namespace

Outcome RunTest(const Test& test, const check::Target& target, const pack::Plugin& description) {
  const rules::Hook& hook = *test.hook;
  Outcome out;
  out.plugin = description.name;
  out.rule = hook.rule;
  out.test = test.name;
  out.function = hook.Title();
  out.version = target.version;
  out.at = test.at;
  Runner(test, target, out).Run(test, description);
  return out;
}

void Report(const Failure& failure, llvm::StringRef where, diag::Emitter& emitter) {
  switch (failure.kind) {
    case Failure::Kind::kUnbound: {
      auto builder = emitter.Emit(failure.at, Unbound, failure.expected);
      if (failure.also.Valid()) builder.Note(failure.also, "this decides what runs");
      for (const std::string& help : failure.helps) builder.Help(help);
      if (!where.empty()) builder.Note(where);
      return;
    }
    case Failure::Kind::kExpectation: {
      auto builder = emitter.Emit(failure.at, DoesNotHold, failure.expected, failure.got);
      if (failure.also.Valid()) builder.Note(failure.also, "recorded here");
      if (!where.empty()) builder.Note(where);
      return;
    }
    case Failure::Kind::kNotCalled: {
      auto builder = emitter.Emit(failure.at, NotCalled, failure.expected, failure.got);
      if (!where.empty()) builder.Note(where);
      return;
    }
    case Failure::Kind::kCannotBind: {
      auto builder = emitter.Emit(failure.at, CannotBind, failure.expected, failure.got);
      if (!where.empty()) builder.Note(where);
      return;
    }
    case Failure::Kind::kPanic: {
      auto builder = emitter.Emit(failure.at, RulePanics, failure.got);
      if (failure.also.Valid()) builder.Note(failure.also, "here");
      builder.Help("guard it: `exit when x != nil { ... }`, or skip such calls");
      if (!where.empty()) builder.Note(where);
      return;
    }
  }
}

}  // namespace instc::ruletest
