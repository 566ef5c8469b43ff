// The commands that a planned build runs: the user's `go build`, `test`, `run` or `install` with what
// instruments it, and the `go vet` that a vendored `go test` is preceded by. Private to this folder.
#ifndef INSTC_COMPILER_BUILD_COMMANDS_H
#define INSTC_COMPILER_BUILD_COMMANDS_H

#include <optional>
#include <string>
#include <vector>

#include "compiler/build/arguments.h"
#include "compiler/build/listing.h"
#include "compiler/build/session.h"
#include "compiler/build/toolchain.h"

namespace instc::build {

/// Linking files are called so.
inline constexpr const char* kLinkingFile = "zz_instc.go";
inline constexpr const char* kTestLinkingFile = "zz_instc_test.go";

/// What the commands of one build are made of; the planner's, which lives longer.
struct CommandParts {
  const std::string& go;  ///< path of the go command
  const GoArguments& arguments;
  const std::vector<GoFlag>& goflags;
  const std::string& start_directory;        ///< where the user's command works: -C counts
  const std::string& directory;              ///< of the build
  const std::vector<std::string>& packages;  ///< named, without versions
  const std::vector<LinkingFile>& linking_files;
  const Listing& listing;
  const std::string& goroot;
  const std::string& go_version;  ///< like v1.26.8
  const std::string& pack_digest;
  Form form;
};

class Commands {
 public:
  explicit Commands(const CommandParts& parts) : parts_(parts) {}

  /// The value of -toolexec: `program`, before what the user has given.
  Result<std::string> Toolexec(const std::string& program) const;
  Result<std::vector<std::string>> Build(const Session& session, const std::string& toolexec) const;
  /// Packages of the vendor form have no directory to run vet in: instc runs it beforehand.
  bool VetsItself() const;
  /// The same packages, compiled alike, without the files that link the runtime.
  std::vector<std::string> Vet(const Session& session, const std::string& toolexec) const;

 private:
  std::optional<std::string> Flag(llvm::StringRef name) const {
    return EffectiveFlag(parts_.arguments, parts_.goflags, name);
  }
  bool IsOurs(const GoFlag& flag) const;
  llvm::Error StayInDirectory(std::vector<std::string>& command) const;
  void AddGcflags(const Session& session, std::vector<std::string>& command) const;

  const CommandParts parts_;
};

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_COMMANDS_H
