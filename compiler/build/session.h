// The session: everything that the go command and instc-toolexec read in one instrumented build, in one
// directory whose name is the digest of its content. Two builds of the same thing share it; nothing in it
// ever changes.
#ifndef INSTC_COMPILER_BUILD_SESSION_H
#define INSTC_COMPILER_BUILD_SESSION_H

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "compiler/build/match.h"
#include "compiler/build/toolchain.h"
#include "compiler/build/wiring.h"
#include "compiler/pack/relocation.h"
#include "dsl/base/result.h"

namespace instc::build {

/// Overlay entries, original path to replacement; an empty replacement hides the original.
using Overlay = std::map<std::string, std::string>;

/// Reads a user's -overlay file; relative paths in it start at `directory`.
[[nodiscard]] Result<Overlay> ReadOverlay(const std::string& path, const std::string& directory);

/// A generated file that makes one main or test package link the wiring.
struct LinkingFile {
  std::string path;  ///< where the package's other files are; exists in the overlay only
  std::string package_name;
};

/// A module of the module cache that gets linking files.
struct RelocatedModule {
  std::string path;
  pack::Relocation place;
};

struct SessionInput {
  Project project;
  std::string cache_directory;
  std::string pack_digest;
  std::string go_version;  ///< "v1.26.8"
  /// A main module: in vendor form the runtime becomes a part of it.
  std::string module_path;
  std::string module_directory;
  /// Module form: let the runtime seem to lie inside the main module, so that no path of this machine gets
  /// into the program. The go command cannot run vet there.
  bool hide_paths = false;
  LinkedInto linked_into = LinkedInto::kProgram;
  Overlay user_overlay;
  std::vector<LinkingFile> linking_files;
  std::vector<RelocatedModule> relocated;
};

struct Session {
  std::string directory;
  std::vector<std::pair<std::string, std::string>> plans;  ///< import path, digest
};

[[nodiscard]] Result<Session> WriteSession(const Matched& matched, const SessionInput& input);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_SESSION_H
