// The user's own -gcflags, and ours beside them.
//
// For the go command the last -gcflags whose pattern matches a package wins, alone. Ours come last and name
// one package each, so each must repeat what the user wanted for that package.
#ifndef INSTC_COMPILER_BUILD_GCFLAGS_H
#define INSTC_COMPILER_BUILD_GCFLAGS_H

#include <string>
#include <vector>

#include "compiler/build/listing.h"
#include "llvm/ADT/StringRef.h"

namespace instc::build {

/// What the go command would give `package` from `values`, the user's -gcflags in order. `directory` is where
/// relative patterns start. Empty when nothing matches.
[[nodiscard]] std::string UserGcflags(const std::vector<std::string>& values, const Listed& package,
                                      llvm::StringRef directory);

/// Whether a pattern with `...` wildcards matches an import path, as `go help packages` says.
[[nodiscard]] bool MatchesPattern(llvm::StringRef pattern, llvm::StringRef path);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_GCFLAGS_H
