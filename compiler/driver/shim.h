// instc under the name `go`, for builds whose command line cannot be changed: Makefiles, goreleaser, ko.
//
// `instc env` makes a folder with a symbolic link `go` to this program and prints how to put it in front of
// PATH. Called by that name, instc is `instc go`. It takes such folders out of PATH before it does anything,
// so that it finds the real go command, and so do the programs that it starts.
#ifndef INSTC_COMPILER_DRIVER_SHIM_H
#define INSTC_COMPILER_DRIVER_SHIM_H

#include <string>

#include "llvm/ADT/StringRef.h"

namespace instc {

/// Whether the program was called as `go`.
[[nodiscard]] bool IsCalledAsGo(llvm::StringRef argv0);

/// `path` without the folders whose `go` is the program `self`.
[[nodiscard]] std::string PathWithoutShims(llvm::StringRef path, llvm::StringRef self);

}  // namespace instc

#endif  // INSTC_COMPILER_DRIVER_SHIM_H
