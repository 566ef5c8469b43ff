// Go declaration text: scanned, parsed, resolved, and every question asked of what is left. A line of "====="
// ends one file and begins the next; the first is package p, the others are the packages a, b, c, ... that it
// may import.
#include <string>

#include "compiler/go/load/program.h"
#include "llvm/Support/MemoryBuffer.h"
#include "tests/fuzz/go_questions.h"

namespace {

constexpr size_t kMaxPackages = 4;
constexpr size_t kMaxPairs = 12;

using instc::go::ListedPackage;

std::map<std::string, ListedPackage> Packages(llvm::StringRef text, llvm::vfs::InMemoryFileSystem& fs) {
  std::map<std::string, ListedPackage> packages;
  for (size_t i = 0; i < kMaxPackages; ++i) {
    auto [file, rest] = text.split("\n=====\n");
    std::string path = i == 0 ? "p" : std::string(1, static_cast<char>('a' + i - 1));
    ListedPackage listed;
    listed.dir = "/" + path;
    listed.files = {"x.go"};
    fs.addFile(listed.dir + "/x.go", 0, llvm::MemoryBuffer::getMemBufferCopy(file));
    packages.emplace(path, std::move(listed));
    text = rest;
  }
  return packages;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  llvm::IntrusiveRefCntPtr<llvm::vfs::InMemoryFileSystem> fs(new llvm::vfs::InMemoryFileSystem);
  instc::go::ListedResolver resolver(Packages({reinterpret_cast<const char*>(data), size}, *fs));
  instc::go::Program program(resolver, fs);
  llvm::Expected<const instc::go::Package*> package = program.Load("p");
  if (package) {
    instc::go::AskEverything(**package, kMaxPairs);
  } else {
    llvm::consumeError(package.takeError());
  }
  return 0;
}
