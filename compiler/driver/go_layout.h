// Go statements that stand on one line, laid out as gofmt would.
#ifndef INSTC_COMPILER_DRIVER_GO_LAYOUT_H
#define INSTC_COMPILER_DRIVER_GO_LAYOUT_H

#include <string>

#include "llvm/ADT/StringRef.h"

namespace instc {

/// A function's head and the statements behind its brace, which stays open: one statement a line, tabs for
/// depth. Reads what the backend writes, so no strings, comments or composite literals.
[[nodiscard]] std::string LayOutGo(llvm::StringRef head);

}  // namespace instc

#endif  // INSTC_COMPILER_DRIVER_GO_LAYOUT_H
