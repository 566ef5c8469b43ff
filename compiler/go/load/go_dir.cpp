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

namespace {

/// Calls `take` with the name and the text of every Go file but tests whose name `wanted` lets through.
llvm::Error ForEachGoFile(llvm::vfs::FileSystem& fs, llvm::StringRef dir,
                          llvm::function_ref<bool(llvm::StringRef)> wanted,
                          llvm::function_ref<void(llvm::StringRef, llvm::StringRef)> take) {
  std::error_code error;
  for (auto it = fs.dir_begin(dir, error), end = llvm::vfs::directory_iterator(); !error && it != end;
       it.increment(error)) {
    llvm::StringRef name = llvm::sys::path::filename(it->path());
    if (!name.endswith(".go") || IsTestFileName(name) || !wanted(name)) continue;
    auto buffer = fs.getBufferForFile(it->path());
    if (!buffer) return Fail("cannot read {0}: {1}", it->path(), buffer.getError().message());
    take(name, (*buffer)->getBuffer());
  }
  return llvm::Error::success();
}

}  // namespace

Result<std::vector<std::string>> SelectGoFiles(llvm::vfs::FileSystem& fs, llvm::StringRef dir,
                                               const BuildContext& context) {
  std::vector<std::string> files;
  llvm::Error error = ForEachGoFile(
      fs, dir, [&](llvm::StringRef name) { return FileNameMatches(name, context); },
      [&](llvm::StringRef name, llvm::StringRef text) {
        if (FileTakesPart(name, text, context)) files.push_back(name.str());
      });
  if (error) return Result<std::vector<std::string>>(std::move(error));
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::vector<SummaryFile>> ReadGoFiles(llvm::vfs::FileSystem& fs, llvm::StringRef dir) {
  std::vector<SummaryFile> files;
  llvm::Error error = ForEachGoFile(
      fs, dir, [](llvm::StringRef) { return true; },
      [&](llvm::StringRef name, llvm::StringRef text) {
        files.push_back({name.str(), text.str()});
      });
  if (error) return Result<std::vector<SummaryFile>>(std::move(error));
  std::sort(files.begin(), files.end(),
            [](const SummaryFile& a, const SummaryFile& b) { return a.name < b.name; });
  return files;
}

}  // namespace instc::go
