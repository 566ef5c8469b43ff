// What `check` and `compile` share: rule files named on the command line, and the world that checking them
// needs.
#ifndef INSTC_COMPILER_DRIVER_RULE_INPUTS_H
#define INSTC_COMPILER_DRIVER_RULE_INPUTS_H

#include <string>
#include <vector>

#include "compiler/compile/compile.h"
#include "compiler/driver/command.h"
#include "compiler/driver/options.h"

namespace instc {

/// --only, --offline
std::vector<OptionSpec> RuleInputOptions();

/// Files as given; a directory stands for every *.hook below it, sorted.
[[nodiscard]] Result<std::vector<std::string>> ExpandRulePaths(llvm::vfs::FileSystem& files,
                                                               const std::vector<std::string>& paths);

/// The real world: file system, processes, the cache directory ($INSTC_CACHE, else the user's cache
/// directory).
[[nodiscard]] compile::Environment HostEnvironment(CommandContext& context, bool offline);

/// Shipped rules (only the templates with --only) and the given ones.
[[nodiscard]] llvm::Error AddRules(compile::Compilation& compilation, CommandContext& context,
                                   const ParsedOptions& options);

}  // namespace instc

#endif  // INSTC_COMPILER_DRIVER_RULE_INPUTS_H
