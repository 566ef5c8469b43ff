// The Go files of a directory that a build context selects.
#ifndef INSTC_COMPILER_GO_LOAD_GO_DIR_H
#define INSTC_COMPILER_GO_LOAD_GO_DIR_H

#include <string>
#include <vector>

#include "compiler/go/load/summary_store.h"
#include "compiler/go/syntax/build_constraint.h"
#include "dsl/base/result.h"
#include "llvm/Support/VirtualFileSystem.h"

namespace instc::go {

/// Base names, sorted; test files left out. Empty when the directory has none or does not exist.
Result<std::vector<std::string>> SelectGoFiles(llvm::vfs::FileSystem& fs, llvm::StringRef dir,
                                               const BuildContext& context);
/// Whether a file is one of them.
bool FileTakesPart(llvm::StringRef name, llvm::StringRef text, const BuildContext& context);
/// Every Go file but tests, whatever it is for, sorted.
Result<std::vector<SummaryFile>> ReadGoFiles(llvm::vfs::FileSystem& fs, llvm::StringRef dir);
bool IsDirectory(llvm::vfs::FileSystem& fs, llvm::StringRef dir);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_LOAD_GO_DIR_H
