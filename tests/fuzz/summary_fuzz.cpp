// API summaries: an index and the objects that it names, as they lie on disk, read by the resolver of a
// module.
//
// Parts of the input are divided by lines of "=====": the first is the index without its last line, the
// others are stored objects. `@1` in the index stands for the digest of the first object, and the index gets
// its own: a reader that stopped at the digest of everything would leave the rest untried.
#include <string>

#include "compiler/go/load/program.h"
#include "compiler/go/load/summary_store.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"
#include "tests/fuzz/go_questions.h"

namespace {

constexpr size_t kMaxPairs = 8;
constexpr size_t kMaxObjects = 8;
constexpr llvm::StringLiteral kDivider = "\n=====\n";

using namespace instc;

std::string Digest(llvm::StringRef bytes) {
  const llvm::ArrayRef<uint8_t> data(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  return llvm::toHex(llvm::SHA256::hash(data), /*LowerCase=*/true);
}

void Write(const std::string& path, llvm::StringRef bytes) {
  llvm::cantFail(
      llvm::errorCodeToError(llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path))));
  std::error_code error;
  llvm::raw_fd_ostream out(path, error);
  llvm::cantFail(llvm::errorCodeToError(error));
  out << bytes;
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

void WriteSummary(const std::string& directory, llvm::StringRef input) {
  auto [head, rest] = input.split(kDivider);
  std::string index = head.str() + "\n";
  for (size_t i = 1; i <= kMaxObjects && !rest.empty(); ++i) {
    auto [object, more] = rest.split(kDivider);
    const std::string digest = Digest(object);
    Write(directory + "/objects/" + digest.substr(0, 2) + "/" + digest.substr(2), object);
    index = Replaced(std::move(index), "@" + std::to_string(i), digest);
    rest = more;
  }
  Write(directory + "/modules/example.com/m/@v/v1.0.0", index + "end " + Digest(index) + "\n");
}

void Read(const std::string& directory) {
  const go::SummaryStore store(directory);
  const go::ModuleVersion module{"example.com/m", "v1.0.0"};
  const auto index = store.Find(module);
  auto fs = llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>(new llvm::vfs::InMemoryFileSystem);
  go::ModuleResolver::Options options{{"go", "/goroot", "/modcache", "go1.26.0"}, {}, false, &store};
  auto refuse = [](auto&&...) -> Result<go::ProcessResult> { return Fail("no processes here"); };
  go::ModuleResolver resolver(module, std::move(options), fs, refuse);
  go::Program program(resolver, fs);
  std::vector<std::string> paths = {module.path};
  if (index.has_value())
    for (const auto& [dir, object] : index->packages) paths.push_back(module.path + "/" + dir);
  for (const std::string& path : paths) {
    Result<const go::Package*> package = program.Load(path);
    if (package)
      go::AskEverything(**package, kMaxPairs);
    else
      llvm::consumeError(package.takeError());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  llvm::SmallString<64> directory;
  llvm::cantFail(llvm::errorCodeToError(llvm::sys::fs::createUniqueDirectory("instc-fuzz", directory)));
  WriteSummary(directory.str().str(), {reinterpret_cast<const char*>(data), size});
  Read(directory.str().str());
  (void)llvm::sys::fs::remove_directories(directory);
  return 0;
}
