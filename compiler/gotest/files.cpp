#include "compiler/gotest/files.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace instc::gotest {

std::string Joined(llvm::StringRef directory, llvm::StringRef name) {
  llvm::SmallString<128> path(directory);
  llvm::sys::path::append(path, name);
  return path.str().str();
}

llvm::Error WriteFile(const std::string& path, llvm::StringRef text) {
  if (std::error_code code = llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path)))
    return Fail("cannot write {0}: {1}", path, code.message());
  std::error_code code;
  llvm::raw_fd_ostream out(path, code);
  if (!code) out << text;
  out.flush();
  if (code || out.has_error()) return Fail("cannot write {0}", path);
  return llvm::Error::success();
}

llvm::Error CopyTree(const std::string& from, const std::string& to) {
  std::error_code code;
  for (llvm::sys::fs::recursive_directory_iterator it(from, code), end; it != end && !code;
       it.increment(code)) {
    if (it->type() != llvm::sys::fs::file_type::regular_file) continue;
    auto text = llvm::MemoryBuffer::getFile(it->path());
    if (!text) return Fail("cannot read {0}: {1}", it->path(), text.getError().message());
    if (llvm::Error error = WriteFile(to + it->path().substr(from.size()), (*text)->getBuffer()))
      return error;
  }
  return code ? Fail("cannot read {0}: {1}", from, code.message()) : llvm::Error::success();
}

}  // namespace instc::gotest
