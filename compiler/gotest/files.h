// Files that a test's program is made of. Private to compiler/gotest.
#ifndef INSTC_COMPILER_GOTEST_FILES_H
#define INSTC_COMPILER_GOTEST_FILES_H

#include <string>

#include "dsl/base/result.h"
#include "llvm/ADT/StringRef.h"

namespace instc::gotest {

std::string Joined(llvm::StringRef directory, llvm::StringRef name);
/// Makes the folders above it, too.
[[nodiscard]] llvm::Error WriteFile(const std::string& path, llvm::StringRef text);
/// A copy that may be written to: modules in the cache are read-only.
[[nodiscard]] llvm::Error CopyTree(const std::string& from, const std::string& to);

}  // namespace instc::gotest

#endif  // INSTC_COMPILER_GOTEST_FILES_H
