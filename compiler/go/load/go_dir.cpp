#include "compiler/go/load/go_dir.h"

#include <algorithm>

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace instc::go {
namespace {

// `import "C"` on a line of its own is how cgo is switched on in practice; in a group it is possible and
// unheard of.
bool ImportsC(llvm::StringRef text) {
  return text.contains("\nimport \"C\"");
}

}  // namespace

bool FileTakesPart(llvm::StringRef name, llvm::StringRef text, const BuildContext& context) {
  if (!name.endswith(".go") || IsTestFileName(name) || !FileMatches(name, text, context)) return false;
  return context.cgo_enabled || !ImportsC(text);
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
