// A unified diff of two texts, three lines of context; `how` says behind the second name what made it.
#ifndef INSTC_COMPILER_DRIVER_LINE_DIFF_H
#define INSTC_COMPILER_DRIVER_LINE_DIFF_H

#include <string>

#include "llvm/ADT/StringRef.h"

namespace instc {

[[nodiscard]] std::string LineDiff(llvm::StringRef path, llvm::StringRef before, llvm::StringRef after,
                                   llvm::StringRef how);

}  // namespace instc

#endif  // INSTC_COMPILER_DRIVER_LINE_DIFF_H
