// The generated Go: the port of each target, and the package that connects ports and runtime in a program.
// docs/backend.md sections 3 to 5.
#ifndef INSTC_COMPILER_BUILD_WIRING_H
#define INSTC_COMPILER_BUILD_WIRING_H

#include <string>
#include <vector>

#include "compiler/build/match.h"
#include "compiler/build/provenance.h"
#include "compiler/pack/plan.h"

namespace instc::build {

/// Import path of the runtime and, below it, of the wiring.
inline constexpr llvm::StringRef kRuntimePath = "instc.dev/rt";
inline constexpr llvm::StringRef kWiringName = "instcwire";

/// The plan of each target and of each patched package, sorted by import path. `port_text` is compiler/rt's
/// port_target.go.txt.
[[nodiscard]] std::vector<pack::Plan> MakePlans(const Matched& matched, llvm::StringRef port_text);

/// What a wiring is linked into. A plugin (of package plugin) shares packages with its program, which has
/// connected them before.
enum class LinkedInto { kProgram, kPlugin };

/// The wiring package's Go file. `runtime_path` is where the runtime can be imported from in this build.
[[nodiscard]] std::string WiringText(const Matched& matched, const Provenance& provenance,
                                     llvm::StringRef runtime_path,
                                     LinkedInto linked_into = LinkedInto::kProgram);

/// A Go file of package `package_name` that only links the wiring.
[[nodiscard]] std::string LinkingText(llvm::StringRef package_name, llvm::StringRef wiring_path);

/// `text` of a runtime file with its imports of the runtime moved to `runtime_path`.
[[nodiscard]] std::string MovedImports(llvm::StringRef text, llvm::StringRef runtime_path);

/// How the linker spells the package of a symbol: dots behind the last slash, and bytes that are no plain
/// text, as %xx.
[[nodiscard]] std::string SymbolPath(llvm::StringRef import_path);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_WIRING_H
