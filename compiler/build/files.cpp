#include "compiler/build/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace instc::build {
namespace {

using llvm::sys::fs::perms;

llvm::Error Failed(const char* what, llvm::StringRef path, std::error_code error) {
  return Fail("cannot {0} {1}: {2}", what, path, error.message());
}

llvm::Error MakeDirectories(llvm::StringRef path) {
  if (std::error_code error = llvm::sys::fs::create_directories(path, true, perms::owner_all)) {
    return Failed("make the directory", path, error);
  }
  return llvm::Error::success();
}

llvm::Error WriteNew(const std::string& path, llvm::StringRef text) {
  int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  bool written = file >= 0;
  while (written && !text.empty()) {
    ssize_t count = write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    written = count > 0;
    if (written) text = text.drop_front(static_cast<size_t>(count));
  }
  int failure = errno;
  if (file >= 0 && close(file) != 0 && written) {
    written = false;
    failure = errno;
  }
  return written ? llvm::Error::success() : Fail("cannot write {0}: {1}", path, std::strerror(failure));
}

llvm::Error WriteAll(const std::string& directory, const std::map<std::string, std::string>& files) {
  for (const auto& [name, text] : files) {
    std::string path = JoinPath(directory, name);
    if (llvm::Error error = MakeDirectories(llvm::sys::path::parent_path(path))) return error;
    if (llvm::Error error = WriteNew(path, text)) return error;
  }
  return llvm::Error::success();
}

}  // namespace

Result<std::string> ReadFile(const llvm::Twine& path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer) return Failed("read", path.str(), buffer.getError());
  return (*buffer)->getBuffer().str();
}

bool Exists(const llvm::Twine& path) {
  return llvm::sys::fs::exists(path);
}

std::string JoinPath(llvm::StringRef directory, const llvm::Twine& name) {
  llvm::SmallString<256> path(directory);
  llvm::sys::path::append(path, name);
  return path.str().str();
}

std::string AbsolutePath(llvm::StringRef directory, llvm::StringRef path) {
  llvm::SmallString<256> absolute(path);
  llvm::sys::fs::make_absolute(directory, absolute);
  llvm::sys::path::remove_dots(absolute, /*remove_dot_dot=*/true);
  return absolute.str().str();
}

llvm::Error PublishDirectory(llvm::StringRef path, const std::map<std::string, std::string>& files) {
  if (Exists(path)) return llvm::Error::success();
  if (llvm::Error error = MakeDirectories(llvm::sys::path::parent_path(path))) return error;
  llvm::SmallString<256> temporary;
  if (std::error_code error = llvm::sys::fs::createUniqueDirectory(path + ".new", temporary)) {
    return Failed("make a directory beside", path, error);
  }
  llvm::Error error = WriteAll(temporary.str().str(), files);
  if (!error) {
    // Somebody else may have been faster; theirs is as good.
    if (rename(temporary.c_str(), path.str().c_str()) == 0) return error;
    if (!Exists(path)) error = Fail("cannot rename to {0}: {1}", path, std::strerror(errno));
  }
  llvm::sys::fs::remove_directories(temporary);
  return error;
}

namespace {

/// Puts what `make` writes at a path beside `path` in its place.
template <typename Make>
llvm::Error Replace(llvm::StringRef path, Make make) {
  if (llvm::Error error = MakeDirectories(llvm::sys::path::parent_path(path))) return error;
  std::string temporary = (path + ".new" + llvm::Twine(getpid())).str();
  unlink(temporary.c_str());
  if (llvm::Error error = make(temporary)) return error;
  if (rename(temporary.c_str(), path.str().c_str()) == 0) return llvm::Error::success();
  int failure = errno;
  unlink(temporary.c_str());
  return Fail("cannot rename to {0}: {1}", path, std::strerror(failure));
}

}  // namespace

llvm::Error PublishLink(llvm::StringRef path, llvm::StringRef target) {
  return Replace(path, [&](const std::string& temporary) {
    return symlink(target.str().c_str(), temporary.c_str()) == 0
               ? llvm::Error::success()
               : Fail("cannot make the link {0}: {1}", path, std::strerror(errno));
  });
}

llvm::Error PublishFile(llvm::StringRef path, llvm::StringRef text) {
  return Replace(path, [&](const std::string& temporary) { return WriteNew(temporary, text); });
}

}  // namespace instc::build
