// From a command line to the command that is run: what the packages of the build are, which rules go into
// which, and the session that the go command and instc-toolexec read. Private to this folder.
#ifndef INSTC_COMPILER_BUILD_PLANNER_H
#define INSTC_COMPILER_BUILD_PLANNER_H

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/build/build.h"
#include "compiler/build/warm.h"

namespace instc::build {

/// The programs and the folder of one request.
struct Tools {
  std::string go;               ///< path of the go command
  std::string cache_directory;  ///< empty: the request builds nothing
};

/// What is ready to be run.
struct Prepared {
  std::vector<std::string> command;
  Report report;
  EnvironmentList environment;        ///< of the command; empty: ours
  std::vector<std::string> vet = {};  ///< what must pass before it is run, see vet.h; empty: nothing
  std::vector<std::pair<std::string, std::string>> plans = {};  ///< import path, digest; not remembered
};

/// The answer to a command line.
struct Planned {
  /// nullopt: nothing can be built. Why was emitted or printed, and exit_code says how to end.
  std::optional<Prepared> prepared;
  int exit_code = 0;
  /// What the answer depends on; nullopt: it is not to be remembered.
  std::optional<std::vector<Watched>> watched;
};

[[nodiscard]] Planned PlanBuild(const BuildRequest& request, const Tools& tools, diag::Emitter& emitter,
                                llvm::raw_ostream& err);

/// The same for people to look at.
[[nodiscard]] std::optional<Examined> ExamineBuild(const BuildRequest& request, const Tools& tools,
                                                   diag::Emitter& emitter, llvm::raw_ostream& err);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_PLANNER_H
