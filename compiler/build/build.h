// `instc go ARGS`: runs the go command with instrumentation. docs/backend.md section 1.
#ifndef INSTC_COMPILER_BUILD_BUILD_H
#define INSTC_COMPILER_BUILD_BUILD_H

#include <functional>
#include <string>
#include <vector>

#include "compiler/build/match.h"
#include "compiler/build/process.h"
#include "dsl/diagnostics/emitter.h"
#include "llvm/Support/raw_ostream.h"

namespace instc::build {

/// The build never started, or something else than the user's program is wrong.
inline constexpr int kExitSetup = 2;

struct BuildRequest {
  std::vector<std::string> arguments;  ///< from the verb on: build -o app .
  EnvironmentList environment;
  std::string directory;  ///< where the command was called
  std::string instc;      ///< path of this program
  std::string toolexec;   ///< path of instc-toolexec
  std::string pack_file;
  std::string report_file;  ///< empty: none
  /// Plugins whose rules may return values of their own instead of running what they hook.
  std::vector<std::string> allow_bypass = {};
  /// Given the pack's rule files. Empty: versions that the pack was not compiled for are not instrumented.
  std::function<Specialise(const std::vector<pack::SourceFile>&)> make_specialise;
};

/// Runs `go` and returns its exit code. What stops the build before that is emitted, and the code is
/// kExitSetup; a build that `go list` refuses ends as the go command would end it. The closing line goes to
/// `err`.
[[nodiscard]] int RunGo(const BuildRequest& request, diag::Emitter& emitter, llvm::raw_ostream& err);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_BUILD_H
