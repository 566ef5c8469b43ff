// Since which Go version an exported symbol of the standard library exists, from GOROOT/api/go1.*.txt.
#ifndef INSTC_COMPILER_GO_LOAD_STD_HISTORY_H
#define INSTC_COMPILER_GO_LOAD_STD_HISTORY_H

#include <map>
#include <optional>
#include <string>

#include "llvm/ADT/IntrusiveRefCntPtr.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/VirtualFileSystem.h"

namespace instc::go {

/// Reads the files of a GOROOT on the first question.
class StdHistory {
 public:
  StdHistory(std::string goroot, llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs);

  /// Minor version N of go1.N in which `symbol` first appeared: `Request` (type, func, var or const),
  /// `Request.Pattern` (field or method, of T or *T). 0 for Go 1 itself; nullopt when the files do not know
  /// it.
  std::optional<int> Since(llvm::StringRef package, llvm::StringRef symbol);

 private:
  void Read();
  void ReadFile(llvm::StringRef text, int minor);

  std::string goroot_;
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs_;
  bool read_ = false;
  std::map<std::string, int, std::less<>> since_;  // "net/http Request.Pattern" -> 23
};

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_LOAD_STD_HISTORY_H
