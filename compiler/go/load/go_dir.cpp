#include "compiler/go/load/go_dir.h"

#include <algorithm>

#include "compiler/go/syntax/parser.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace instc::go {
namespace {

// `package documentation` is prose. A file that imports "C" takes part only in builds with cgo.
bool TakesPart(llvm::StringRef text, const BuildContext& context) {
  FileHead head = ReadFileHead(text);
  return head.package_name != "documentation" && (context.cgo_enabled || !head.imports_c);
}

}  // namespace

bool FileTakesPart(llvm::StringRef name, llvm::StringRef text, const BuildContext& context) {
  if (!name.endswith(".go") || IsTestFileName(name) || !FileMatches(name, text, context)) return false;
  return TakesPart(text, context);
}

bool IsDirectory(llvm::vfs::FileSystem& fs, llvm::StringRef dir) {
  llvm::ErrorOr<llvm::vfs::Status> status = fs.status(dir);
  return status && status->isDirectory();
}

Result<std::vector<std::string>> SelectGoFiles(llvm::vfs::FileSystem& fs, llvm::StringRef dir,
                                               const BuildContext& context) {
  std::vector<std::string> files;
  std::error_code error;
  for (auto it = fs.dir_begin(dir, error), end = llvm::vfs::directory_iterator(); !error && it != end;
       it.increment(error)) {
    llvm::StringRef name = llvm::sys::path::filename(it->path());
    if (!name.endswith(".go") || IsTestFileName(name) || !FileNameMatches(name, context)) continue;
    auto buffer = fs.getBufferForFile(it->path());
    if (!buffer) return Fail("cannot read {0}: {1}", it->path(), buffer.getError().message());
    if (FileTakesPart(name, (*buffer)->getBuffer(), context)) files.push_back(name.str());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace instc::go
