// Remembering the answer: a build that was planned before and whose inputs did not change needs no `go env`,
// no `go list` and no reading of the pack. Asking whether it did costs a few dozen stats.
//
// What cannot change an answer is not watched: versions in the module cache are immutable, and of a local Go
// file only the head (build constraint, package clause, imports) decides which packages a build has, and the
// names of the directive comments in it which rules these get.
#ifndef INSTC_COMPILER_BUILD_WARM_H
#define INSTC_COMPILER_BUILD_WARM_H

#include <optional>
#include <string>
#include <vector>

#include "compiler/build/process.h"
#include "dsl/base/result.h"

namespace instc::build {

/// A path whose state an answer depends on, as it was then.
struct Watched {
  std::string path;
  bool exists = false;
  int64_t modified = 0;  ///< nanoseconds since the epoch
  int64_t size = 0;
  std::string digest;  ///< of a file's content, of what decides in a Go file; empty for a directory
};

struct WarmEntry {
  std::vector<std::string> command;  ///< what to run, with the path of go in front
  std::vector<std::string> vet;      ///< what must pass before, in the same form; empty: nothing
  std::string session;
  std::string report;  ///< JSON, see report.h
  int64_t written = 0;
  std::vector<Watched> watched;
};

/// The state of a path now.
[[nodiscard]] Watched Observe(const std::string& path);
/// All directories below `root` that may hold packages, itself included; too many: nullopt.
[[nodiscard]] std::optional<std::vector<std::string>> PackageDirectories(const std::string& root);
/// The Go files of a directory, sorted.
[[nodiscard]] std::vector<std::string> GoFilesOf(const std::string& directory);

/// Name of the entry for a command line in an environment. `programs` are files whose replacement makes old
/// answers void.
[[nodiscard]] std::string WarmKey(const std::vector<std::string>& arguments, const std::string& directory,
                                  const EnvironmentList& environment,
                                  const std::vector<std::string>& programs);

/// The entry, if there is one and everything it watched is still the same.
[[nodiscard]] std::optional<WarmEntry> LoadWarm(const std::string& path);
[[nodiscard]] llvm::Error StoreWarm(const std::string& path, const WarmEntry& entry);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_WARM_H
