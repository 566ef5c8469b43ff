// `instc go install pkg@version` and `instc go run pkg@version`.
//
// The go command builds these without a module of the user's. Instrumentation needs one, to bring the runtime
// in: so a module is made whose only requirement is that version, as `go get` writes it, and the package is
// built there as one of a dependency (compiler/pack/relocation.h).
#ifndef INSTC_COMPILER_BUILD_VERSIONED_H
#define INSTC_COMPILER_BUILD_VERSIONED_H

#include <string>
#include <vector>

#include "compiler/build/arguments.h"
#include "compiler/build/process.h"
#include "dsl/base/result.h"

namespace instc::build {

/// Whether a package is named with a version.
[[nodiscard]] bool HasVersion(const std::string& package);
/// Whether any package is.
[[nodiscard]] bool NamesVersions(const GoArguments& arguments);

struct VersionedModule {
  std::string directory;              ///< with go.mod and go.sum; its name is the digest of their content
  std::vector<std::string> packages;  ///< without their versions
};

/// Asks the go command for the versions, which all packages must have; the error is what it printed.
[[nodiscard]] Result<VersionedModule> ResolveVersions(const std::string& go,
                                                      const std::vector<std::string>& packages,
                                                      const std::string& cache_directory,
                                                      const EnvironmentList& environment);

/// The value of -exec with which `go run` starts the program in `directory`; `users` is the user's own value.
[[nodiscard]] Result<std::string> ExecIn(const std::string& directory, const std::string& users);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_VERSIONED_H
