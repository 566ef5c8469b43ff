// `instc check --fix`: puts the fixes of diagnostics into the files they are about.
//
// Only files named on the command line are changed, each as a whole and in one step; the rules inside instc
// never are, nor a file whose text is no longer the one that was checked. Of two fixes that overlap the first
// wins, and the next round may apply the other; two fixes that want different texts at one place (a name that
// is misspelt for two types at once) are a guess, and neither is applied, unless they narrow one bound of a
// version range, where the narrowest serves both.
#ifndef INSTC_COMPILER_DRIVER_FIX_H
#define INSTC_COMPILER_DRIVER_FIX_H

#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/driver/command.h"
#include "dsl/diagnostics/diagnostic.h"

namespace instc {

struct FixedText {
  std::string before, after;
};
/// What the fixes of `diagnostics` make of each file among `paths` that they change.
[[nodiscard]] std::map<std::string, FixedText> ApplyFixes(const std::vector<diag::Diagnostic>& diagnostics,
                                                          const std::set<std::string>& paths);

/// Files while rounds of fixes run over them.
class FixedFiles {
 public:
  FixedFiles(CommandContext& context, const std::vector<std::string>& paths)
      : context_(context), paths_(paths.begin(), paths.end()) {}

  /// Writes what the fixes change; false when nothing does.
  [[nodiscard]] Result<bool> Apply(const std::vector<diag::Diagnostic>& diagnostics);
  /// A unified diff of every file that changed, from its first text to its last.
  void ShowChanges(llvm::raw_ostream& out) const;

 private:
  CommandContext& context_;
  std::set<std::string> paths_;
  std::map<std::string, FixedText> changed_;
};

}  // namespace instc

#endif  // INSTC_COMPILER_DRIVER_FIX_H
