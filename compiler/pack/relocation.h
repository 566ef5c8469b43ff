// A module of the module cache that is built from another place.
//
// The go command takes no file for a directory of its module cache from an overlay, and a main package there
// must get one. So the module is seen through a symbolic link, as a directory that replaces it;
// instc-toolexec keeps that out of everything that the compiler and the linker write into the program. `instc
// go` leaves what instc-toolexec must know in one file of the session.
#ifndef INSTC_COMPILER_PACK_RELOCATION_H
#define INSTC_COMPILER_PACK_RELOCATION_H

#include <string>
#include <vector>

#include "dsl/base/result.h"
#include "llvm/ADT/StringRef.h"

namespace instc::pack {

/// Name of that file.
inline constexpr llvm::StringRef kRelocationsFile = "relocated.json";

struct Relocation {
  std::string directory;  ///< in the module cache
  std::string seen;       ///< where the go command sees it
  std::string sum;        ///< "h1:..." as in go.sum; may be empty
};

[[nodiscard]] std::string RelocationsToJson(const std::vector<Relocation>& relocations);
[[nodiscard]] Result<std::vector<Relocation>> RelocationsFromJson(llvm::StringRef text, llvm::StringRef file);

}  // namespace instc::pack

#endif  // INSTC_COMPILER_PACK_RELOCATION_H
