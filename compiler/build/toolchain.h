// The Go installation and the kind of project that a build happens in.
#ifndef INSTC_COMPILER_BUILD_TOOLCHAIN_H
#define INSTC_COMPILER_BUILD_TOOLCHAIN_H

#include <optional>
#include <string>
#include <vector>

#include "compiler/build/arguments.h"
#include "compiler/build/process.h"
#include "dsl/base/result.h"

namespace instc::build {

/// What `go env` says in the directory of the build.
struct GoEnvironment {
  std::string version;  ///< "go1.26.8"
  std::string goroot;
  std::string gomod;   ///< the go.mod file; "/dev/null" or empty outside a module
  std::string gowork;  ///< the go.work file; empty or "off" when there is none
  std::string goflags;
  std::string goos;
  std::string goarch;
  bool cgo_enabled = true;
  std::string gomodcache;
  std::string go111module;
  std::string goenv;  ///< the file with settings
};

struct GoAnswer {
  int exit_code = 0;
  std::string err;            ///< what go printed, when exit_code is not 0
  GoEnvironment environment;  ///< when exit_code is 0
};

/// An error: go cannot be run, or did not print what `go env` prints.
[[nodiscard]] Result<GoAnswer> AskGoEnvironment(const std::string& go, const std::string& directory,
                                                const EnvironmentList& environment);

/// How the runtime becomes importable without touching the project; design/backend.md calls the forms M and
/// N.
enum class Form {
  kModule,     ///< an overlaid go.mod requires and replaces it
  kWorkspace,  ///< an overlaid go.work uses it
  kVendor,     ///< overlaid files inside the main module: vendor/modules.txt cannot be overlaid
  kNoModule,   ///< an overlaid go.mod that does not exist on disk
};

struct Project {
  Form form = Form::kModule;
  std::string root;         ///< directory of go.mod or go.work; of the build when there is neither
  std::string edited_file;  ///< go.mod, -modfile or go.work that gets overlaid; empty in vendor form
};

/// `mod` and `modfile`: the values of these flags, if given.
[[nodiscard]] Project FindProject(const GoEnvironment& go, const std::string& directory,
                                  const std::optional<std::string>& mod,
                                  const std::optional<std::string>& modfile);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_TOOLCHAIN_H
