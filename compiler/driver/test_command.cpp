// instc test [--go] [--filter NAME] [--format=text|json] [--only] [--offline] [PATHS]: runs the test blocks
// of the given files, or of the shipped rules when none are given. A line per test on standard output; what
// does not hold is a diagnostic at the line of the test that says so.
#include <algorithm>
#include <map>
#include <tuple>

#include "compiler/driver/diagnostic_output.h"
#include "compiler/driver/rule_inputs.h"
#include "compiler/gotest/gotest.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

namespace instc {
namespace {

using ruletest::Failure;
using ruletest::Outcome;

/// One test block with its runs: one per function and version.
struct TestResult {
  const Outcome* first = nullptr;
  std::vector<const Outcome*> runs;
  [[nodiscard]] bool ok() const {
    return llvm::all_of(runs, [](const Outcome* run) { return run->ok(); });
  }
};

/// In the order of the sources.
std::vector<TestResult> Group(const std::vector<Outcome>& outcomes, const std::string& filter) {
  std::map<std::tuple<std::string, uint32_t>, TestResult> by_place;
  for (const Outcome& outcome : outcomes) {
    const std::string shown = outcome.plugin + " " + outcome.test;
    if (shown.find(filter) == std::string::npos) continue;
    TestResult& result = by_place[{outcome.at.buffer->name().str(), outcome.at.begin}];
    if (result.first == nullptr) result.first = &outcome;
    result.runs.push_back(&outcome);
  }
  std::vector<TestResult> results;
  for (auto& [place, result] : by_place) results.push_back(std::move(result));
  return results;
}

/// The functions and versions at which a failure was seen; empty: everywhere.
std::string Where(const TestResult& result, const std::vector<const Outcome*>& failed) {
  if (failed.size() == result.runs.size()) return "";
  constexpr size_t kShown = 3;
  std::vector<std::string> places;
  for (const Outcome* run : llvm::ArrayRef(failed).take_front(kShown))
    places.push_back(run->function + " at " + run->version);
  if (failed.size() > kShown) places.push_back(std::to_string(failed.size() - kShown) + " more");
  return "only in " + llvm::join(places, ", ") + "; it holds elsewhere";
}

/// Every failure once, however many runs had it.
void ReportFailures(const TestResult& result, diag::Emitter& emitter) {
  using Key = std::tuple<uint32_t, uint32_t, std::string, std::string>;
  std::map<Key, std::pair<const Failure*, std::vector<const Outcome*>>> seen;
  for (const Outcome* run : result.runs) {
    for (const Failure& failure : run->failures) {
      auto& entry = seen[{failure.at.begin, failure.at.end, failure.expected, failure.got}];
      entry.first = &failure;
      if (entry.second.empty() || entry.second.back() != run) entry.second.push_back(run);
    }
  }
  for (const auto& [key, entry] : seen) ruletest::Report(*entry.first, Where(result, entry.second), emitter);
}

void WriteText(const std::vector<TestResult>& results, llvm::raw_ostream& out) {
  size_t failed = 0;
  for (const TestResult& result : results) {
    failed += result.ok() ? 0 : 1;
    out << (result.ok() ? "ok   " : "FAIL ") << result.first->plugin << " \"" << result.first->test << "\"\n";
  }
  out << results.size() << (results.size() == 1 ? " test, " : " tests, ") << failed << " failed\n";
}

void WriteJson(const std::vector<TestResult>& results, llvm::raw_ostream& out) {
  llvm::json::OStream json(out, 2);
  json.array([&] {
    for (const TestResult& result : results) {
      json.object([&] {
        json.attribute("plugin", result.first->plugin);
        json.attribute("rule", result.first->rule);
        json.attribute("test", result.first->test);
        json.attribute("file", result.first->at.buffer->name());
        json.attribute("line", result.first->at.buffer->LineOf(result.first->at.begin));
        json.attribute("ok", result.ok());
        json.attributeArray("runs", [&] {
          for (const Outcome* run : result.runs) {
            json.object([&] {
              json.attribute("function", run->function);
              json.attribute("version", run->version);
              json.attribute("ok", run->ok());
            });
          }
        });
      });
    }
  });
  out << '\n';
}

/// What Go made of the tests, behind what the interpreter made of them. True: they agree.
bool WriteGo(const std::vector<gotest::GoVerdict>& verdicts, llvm::raw_ostream& out) {
  size_t agree = 0, differ = 0, refused = 0;
  for (const gotest::GoVerdict& verdict : verdicts) {
    const bool same = verdict.refused.empty() && verdict.differences.empty();
    (same ? agree : verdict.refused.empty() ? differ : refused) += 1;
    if (same) continue;
    out << (verdict.refused.empty() ? "DIFFER " : "not run ") << verdict.plugin << " \"" << verdict.test
        << "\" at " << verdict.function << " " << verdict.version;
    out << (verdict.refused.empty() ? "\n" : ": " + verdict.refused + "\n");
    for (const std::string& difference : verdict.differences) out << "    " << difference << '\n';
  }
  out << "in Go: " << agree << " agree, " << differ << " differ, " << refused << " not run\n";
  return differ == 0;
}

}  // namespace

int RunTest(CommandContext& context) {
  std::vector<OptionSpec> specs = RuleInputOptions();
  specs.push_back(DiagnosticOutput::Option());
  specs.push_back({"go"});
  specs.push_back({"filter", OptionSpec::Takes::Value});
  specs.push_back({"format", OptionSpec::Takes::Value});
  auto options = ParseOptions(specs, context.args);
  if (!options) return UsageError(context, llvm::toString(options.takeError()));
  const std::string format = options->Get("format", "text");
  if (format != "text" && format != "json")
    return UsageError(context, "--format is `text` or `json`, not `" + format + "`");
  // The list of tests is the result; diagnostics go where --diagnostics says.
  ParsedOptions for_diagnostics = *options;
  for_diagnostics.values.erase("format");
  auto output = DiagnosticOutput::Create(context, for_diagnostics);
  if (!output) return UsageError(context, llvm::toString(output.takeError()));
  // With files of one's own the shipped plugins are nobody's question.
  if (!options->positional.empty()) options->values["only"] = {""};
  const compile::Environment environment = HostEnvironment(context, options->Has("offline"));
  compile::Compilation compilation(environment, (*output)->emitter());
  gotest::GoRun go(environment, options->Get("filter"));
  if (llvm::Error error = AddRules(compilation, context, *options))
    return instc::Failure(context, std::move(error));
  std::vector<Outcome> outcomes;
  compile::TestObserver observer;
  if (options->Has("go")) observer = [&](const compile::TestedPlugin& tested) { go.Add(tested); };
  llvm::Error error = compilation.RunTests(outcomes, observer);
  const std::vector<TestResult> results = Group(outcomes, options->Get("filter"));
  for (const TestResult& result : results) ReportFailures(result, (*output)->emitter());
  if (!error) (format == "json" ? WriteJson : WriteText)(results, context.out);
  int code = (*output)->Finish();
  if (!error && options->Has("go")) {
    auto verdicts = go.Finish();
    if (!verdicts) return instc::Failure(context, verdicts.takeError());
    if (!WriteGo(*verdicts, format == "json" ? context.err : context.out)) code = kExitErrors;
  }
  if (error) return instc::Failure(context, std::move(error));
  return code;
}

}  // namespace instc
