// What an instrumented build says about itself: one line for people, a JSON file for machines.
#ifndef INSTC_COMPILER_BUILD_REPORT_H
#define INSTC_COMPILER_BUILD_REPORT_H

#include <string>
#include <vector>

#include "compiler/build/match.h"
#include "dsl/base/result.h"

namespace instc::build {

struct ReportedRule {
  std::string rule;
  std::string package;
  std::string version;  ///< of the library; empty when it has none
};

struct Report {
  std::string go;  ///< "v1.26.8"
  std::string pack_file;
  std::string pack_digest;
  std::string session;
  std::vector<ReportedRule> rules;
  std::vector<Skipped> skipped;
  std::vector<Bypassed> bypassed;
  std::vector<std::string> notes = {};  ///< what else the one who builds should know; a line each
};

[[nodiscard]] Report MakeReport(const Matched& matched, const std::string& go_version);

/// What may be bypassed is said in full: `; bypassed: os.OpenFile by demo.block`.
/// `instc: 7 rules in 4 packages (net/http, ...); 2 plugins not applied: gin v1.3.0 is not in [>= v1.5.0];
/// ...`
[[nodiscard]] std::string ReportLine(const Report& report);

/// The document, `exit_code` of the go command included.
[[nodiscard]] std::string ReportJson(const Report& report, int exit_code);
/// Reads it back; the exit code is dropped.
[[nodiscard]] Result<Report> ReportFromJson(llvm::StringRef text);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_REPORT_H
