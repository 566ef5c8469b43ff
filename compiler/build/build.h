// `instc go ARGS`: runs the go command with instrumentation. docs/backend.md section 1.
#ifndef INSTC_COMPILER_BUILD_BUILD_H
#define INSTC_COMPILER_BUILD_BUILD_H

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/build/match.h"
#include "compiler/build/process.h"
#include "compiler/build/report.h"
#include "compiler/build/status_line.h"
#include "compiler/pack/plan.h"
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
  /// When instrumentation cannot be had, build without it, and say so.
  bool best_effort = false;
  /// Of the terminal at which somebody waits; null: nobody does. What goes to `err` must go through it.
  StatusLine* status = nullptr;
  /// Given the pack's rule files. Empty: versions that the pack was not compiled for are not instrumented.
  std::function<Specialise(const std::vector<pack::SourceFile>&)> make_specialise;
};

/// Runs `go` and returns its exit code. What stops the build before that is emitted, and the code is
/// kExitSetup; a build that `go list` refuses ends as the go command would end it. The closing line goes to
/// `err`.
[[nodiscard]] int RunGo(const BuildRequest& request, diag::Emitter& emitter, llvm::raw_ostream& err);

/// One package that a build would change.
struct PlannedPackage {
  std::string path;
  std::string directory;
  std::vector<std::string> files;  ///< base names
  pack::Plan plan;
};

/// What a build would do.
struct Examined {
  Report report;
  std::string go;  ///< path of the go command
  std::string goroot;
  std::string cache_directory;
  std::string module_file;  ///< go.mod or go.work; empty: neither
  size_t plugins = 0;       ///< in the pack
  std::vector<PlannedPackage> packages;
};

/// Plans the build and runs nothing. nullopt: the reason was emitted, or printed by the go command to `err`.
[[nodiscard]] std::optional<Examined> Examine(const BuildRequest& request, diag::Emitter& emitter,
                                              llvm::raw_ostream& err);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_BUILD_H
