// Which files belong to a build: //go:build expressions, the older // +build lines, and GOOS/GOARCH in file
// names. Rules as in package go/build and `go help buildconstraint`.
#ifndef INSTC_COMPILER_GO_SYNTAX_BUILD_CONSTRAINT_H
#define INSTC_COMPILER_GO_SYNTAX_BUILD_CONSTRAINT_H

#include <optional>
#include <string>
#include <vector>

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

namespace instc::go {

/// What a build is for. The defaults are a plain Linux build.
struct BuildContext {
  std::string goos = "linux";
  std::string goarch = "amd64";
  int go_minor = 26;  ///< 26 for Go 1.26: release tags go1.1 to go1.26 hold
  bool cgo_enabled = true;
  std::string compiler = "gc";
  std::vector<std::string> tags;  ///< from -tags; also "race", "msan", "asan"

  /// Whether a single tag holds: GOOS, GOARCH, unix, cgo, gc, go1.N, those that the toolchain sets by itself
  /// (goexperiment.x, amd64.v1), extra tags.
  bool HasTag(llvm::StringRef tag) const;
};

/// Whether a GOEXPERIMENT is on by default in that Go version and on that platform.
bool DefaultExperiment(llvm::StringRef name, const BuildContext& context);
/// Whether the tag is of the default level of the architecture: amd64.v1, arm64.v8.0.
bool DefaultArchitectureTag(llvm::StringRef tag, const BuildContext& context);

/// Whether a file of this name takes part, judged by `_GOOS`, `_GOARCH`, `_GOOS_GOARCH` suffixes; leading `_`
/// or `.` never does.
bool FileNameMatches(llvm::StringRef name, const BuildContext& context);
bool IsTestFileName(llvm::StringRef name);

/// Evaluates the text after `//go:build`; nullopt when it is malformed. Nesting is bounded.
std::optional<bool> EvaluateConstraint(llvm::StringRef expression,
                                       llvm::function_ref<bool(llvm::StringRef)> has_tag);

/// The constraint in a file's header: text of its //go:build line, or the // +build lines translated; empty
/// when there is none, something malformed when there are two.
std::string HeaderConstraint(llvm::StringRef source);

/// Whether the file takes part: name and header. A malformed constraint excludes the file, as go/build does.
bool FileMatches(llvm::StringRef name, llvm::StringRef source, const BuildContext& context);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_SYNTAX_BUILD_CONSTRAINT_H
