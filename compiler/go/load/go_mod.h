// go.mod files as data.
#ifndef INSTC_COMPILER_GO_LOAD_GO_MOD_H
#define INSTC_COMPILER_GO_LOAD_GO_MOD_H

#include <string>
#include <vector>

#include "dsl/base/result.h"
#include "llvm/ADT/StringRef.h"

namespace instc::go {

struct ModuleVersion {
  std::string path;
  std::string version;  ///< empty in a replacement by a directory
};

struct ModReplace {
  ModuleVersion from;  ///< no version: all of them
  ModuleVersion to;
};

struct GoMod {
  std::string module;
  std::string go_version;  ///< "1.21"; empty when there is none
  std::string toolchain;
  std::vector<ModuleVersion> requires_;  ///< direct and indirect, in file order
  std::vector<ModReplace> replaces;
  std::vector<ModuleVersion> excludes;
};

/// Unknown directives are skipped, as go does in dependencies; malformed known ones are an error with the
/// line number.
Result<GoMod> ParseGoMod(llvm::StringRef text);

/// A path or version as the module cache spells it: upper case becomes `!` and lower case.
std::string EscapeModulePath(llvm::StringRef path);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_LOAD_GO_MOD_H
