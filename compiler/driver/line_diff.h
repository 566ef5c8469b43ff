// A unified diff of two texts, three lines of context, for `instc fmt --diff`.
#ifndef INSTC_COMPILER_DRIVER_LINE_DIFF_H
#define INSTC_COMPILER_DRIVER_LINE_DIFF_H

#include <string>

#include "llvm/ADT/StringRef.h"

namespace instc {

[[nodiscard]] std::string LineDiff(llvm::StringRef path, llvm::StringRef before, llvm::StringRef after);

}  // namespace instc

#endif  // INSTC_COMPILER_DRIVER_LINE_DIFF_H
