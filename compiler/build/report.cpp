#include "compiler/build/report.h"

#include <set>

#include "compiler/pack/json_reader.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::build {
namespace {

using nlohmann::json;

constexpr size_t kNamedInLine = 4;

std::string Counted(size_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// At most a few elements, and an ellipsis for the others.
std::string Abbreviated(const std::vector<std::string>& elements, const char* separator) {
  llvm::ArrayRef<std::string> shown(elements);
  bool all = elements.size() <= kNamedInLine;
  return llvm::join(all ? shown : shown.take_front(kNamedInLine), separator) +
         (all ? "" : std::string(separator) + "...");
}

}  // namespace

Report MakeReport(const Matched& matched, const std::string& go_version) {
  Report report;
  report.go = go_version;
  for (const Target& target : matched.targets) {
    const std::string& version = target.package->is_std ? go_version : target.package->module.version;
    for (const TargetRule& rule : target.rules)
      report.rules.push_back({rule.rule, target.package->path, version});
  }
  report.skipped = matched.skipped;
  report.bypassed = matched.bypassed;
  return report;
}

std::string ReportLine(const Report& report) {
  std::set<std::string> rules, packages;
  for (const ReportedRule& rule : report.rules) {
    rules.insert(rule.rule);
    packages.insert(rule.package);
  }
  std::string line = "instc: no rule applies to this build";
  if (!rules.empty()) {
    line = "instc: " + Counted(rules.size(), "rule") + " in " + Counted(packages.size(), "package") + " (" +
           Abbreviated({packages.begin(), packages.end()}, ", ") + ")";
  }
  for (const Bypassed& bypassed : report.bypassed) {
    if (bypassed.allowed)
      line += "; bypassed: " + bypassed.function + " by " + bypassed.rule;
    else
      line += "; " + bypassed.rule + " left out: it bypasses " + bypassed.function +
              ", which takes --allow-bypass=" + bypassed.plugin;
  }
  if (report.skipped.empty()) return line;
  std::vector<std::string> reasons;
  for (const Skipped& skipped : report.skipped) {
    reasons.push_back(skipped.plugin + (skipped.version.empty() ? "" : " " + skipped.version) + " " +
                      skipped.reason);
  }
  return line + "; " + Counted(reasons.size(), "plugin") + " not applied: " + Abbreviated(reasons, "; ");
}

std::string ReportJson(const Report& report, int exit_code) {
  json rules = json::array(), skipped = json::array(), bypassed = json::array();
  for (const ReportedRule& rule : report.rules) {
    rules.push_back({{"rule", rule.rule}, {"package", rule.package}, {"version", rule.version}});
  }
  for (const Skipped& s : report.skipped) {
    skipped.push_back({{"plugin", s.plugin}, {"version", s.version}, {"reason", s.reason}});
  }
  for (const Bypassed& b : report.bypassed) {
    bypassed.push_back(
        {{"rule", b.rule}, {"function", b.function}, {"plugin", b.plugin}, {"allowed", b.allowed}});
  }
  json document = {{"schema", 1},
                   {"instc", INSTC_VERSION},
                   {"go", report.go},
                   {"pack", {{"file", report.pack_file}, {"digest", report.pack_digest}}},
                   {"session", report.session},
                   {"rules", rules},
                   {"skipped", skipped},
                   {"bypassed", bypassed},
                   {"notes", report.notes},
                   {"exit_code", exit_code}};
  return document.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<Report> ReportFromJson(llvm::StringRef text) {
  Result<json> document = pack::ParseJson(text, "report");
  if (!document) return document.takeError();
  pack::JsonProblem problem;
  pack::JsonReader in(*document, problem);
  Report report;
  report.go = in.String("go");
  pack::JsonReader pack = in.At("pack");
  report.pack_file = pack.String("file");
  report.pack_digest = pack.String("digest");
  report.session = in.String("session");
  report.rules = in.List("rules", [](pack::JsonReader& r) {
    return ReportedRule{r.String("rule"), r.String("package"), r.String("version")};
  });
  report.skipped = in.List("skipped", [](pack::JsonReader& s) {
    return Skipped{s.String("plugin"), s.String("version"), s.String("reason")};
  });
  report.bypassed = in.List("bypassed", [](pack::JsonReader& b) {
    return Bypassed{b.String("rule"), b.String("function"), b.String("plugin"), b.Bool("allowed")};
  });
  report.notes = in.Strings("notes");
  if (problem.found()) return Fail("report: {0}", problem.text);
  return report;
}

}  // namespace instc::build
