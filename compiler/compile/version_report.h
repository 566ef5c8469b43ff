// One report on a plugin that was checked at many versions of its library.
//
// A mistake that every version shows is reported as it is, once. One that only some versions show is E0401:
// it says in which versions, and where the change happened. Only the ends of minor versions have been checked
// then, so the versions in between are searched for the exact place.
//
// A mistake that the other versions cannot show, since the rule fails earlier there, is reported as it is,
// too.
//
// A mistake in a test is the test's, whatever versions show it: it is reported as it is, and the range is
// left alone.
#ifndef INSTC_COMPILER_COMPILE_VERSION_REPORT_H
#define INSTC_COMPILER_COMPILE_VERSION_REPORT_H

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/check/rule_set.h"
#include "compiler/rules/ir.h"
#include "dsl/diagnostics/emitter.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace instc::compile {

/// What two versions have in common when they say the same of the same place.
std::string ProblemKey(const diag::Diagnostic& diagnostic);

/// What checking at one version said.
struct VersionResult {
  std::map<std::string, diag::Diagnostic> problems;  ///< by ProblemKey
  std::vector<rules::RuleOutcome> outcomes;          ///< in source order
  std::map<std::string, rules::SymbolUse> symbols;   ///< when asked for
  std::set<const ast::TestDecl*> tests;              ///< those that hold

  /// Whether the rule that holds `span` is for this version; true for what belongs to no rule.
  bool Applies(const Span& span) const;
  /// Whether a mistake at `other` keeps the check from coming to `span`.
  bool Hides(const Span& other, const Span& span) const;
};

class VersionReport {
 public:
  /// Checks at a version that was not checked yet; null when it cannot be had.
  using CheckMore = llvm::function_ref<const VersionResult*(const std::string&)>;

  /// `claimed` ascending; `results` of the checked ones among them.
  VersionReport(const check::RuleFile& file, const std::vector<std::string>& claimed,
                const std::map<std::string, const VersionResult*>& results);
  void Emit(CheckMore check_more, diag::Emitter& emitter) const;

 private:
  /// A mistake, and for every checked version it may concern whether it shows there.
  struct Problem {
    std::string key;
    const diag::Diagnostic* shown = nullptr;  ///< of the newest version that shows it
    const ast::TestDecl* test = nullptr;      ///< that it stands in; null: it stands in none
    std::vector<std::pair<size_t, bool>> at;  ///< index into claimed_, ascending

    bool Everywhere() const;
  };
  std::vector<Problem> Problems() const;
  const ast::TestDecl* TestAround(const Span& span) const;
  bool HiddenElsewhere(const Problem& problem) const;
  void EmitHidden(const Problem& problem, diag::Emitter& emitter) const;
  void EmitPartial(const Problem& problem, CheckMore check_more, diag::Emitter& emitter) const;
  void EmitOfTest(const Problem& problem, diag::Emitter& emitter) const;
  void Narrow(const Problem& problem, size_t& failing, size_t& holding, CheckMore check_more) const;
  void HelpRaise(diag::Builder& builder, const std::string& version) const;
  void HelpLower(diag::Builder& builder, const std::string& version) const;

  const check::RuleFile& file_;
  const std::vector<std::string>& claimed_;
  std::vector<std::pair<size_t, const VersionResult*>> results_;  // ascending
};

}  // namespace instc::compile

#endif  // INSTC_COMPILER_COMPILE_VERSION_REPORT_H
