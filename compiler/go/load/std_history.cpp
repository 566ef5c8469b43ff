#include "compiler/go/load/std_history.h"

#include <algorithm>
#include <vector>

#include "compiler/go/load/semver.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace instc::go {
namespace {

bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

llvm::StringRef TakeName(llvm::StringRef& text) {
  llvm::StringRef name = text.take_while(IsNameChar);
  text = text.drop_front(name.size());
  return name;
}

// `method (*Request) PathValue(string) string` -> Request.PathValue. Type parameters of the receiver are
// skipped.
std::string MethodSymbol(llvm::StringRef text) {
  if (!text.consume_front("(")) return "";
  text.consume_front("*");
  std::string type = TakeName(text).str();
  size_t end = text.find(") ");
  if (end == llvm::StringRef::npos) return "";
  text = text.drop_front(end + 2);
  return type + "." + TakeName(text).str();
}

// `type Request struct, Pattern string` -> Request.Pattern; `type I interface, M() int` -> I.M; `type T
// struct` -> T.
std::string TypeSymbol(llvm::StringRef text) {
  std::string type = TakeName(text).str();
  for (llvm::StringRef kind : {" struct, ", " interface, "}) {
    size_t at = text.find(kind);
    if (at == llvm::StringRef::npos) continue;
    llvm::StringRef member = text.drop_front(at + kind.size());
    if (member.consume_front("embedded ")) {
      member.consume_front("*");
      size_t dot = member.rfind('.');
      if (dot != llvm::StringRef::npos) member = member.drop_front(dot + 1);
    }
    return type + "." + TakeName(member).str();
  }
  return type;
}

}  // namespace

StdHistory::StdHistory(std::string goroot, llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs)
    : goroot_(std::move(goroot)), fs_(std::move(fs)) {}

// Lines look like `pkg net/http, func Foo(int) error #12345` or `pkg syscall (linux-amd64), const X = 1`.
void StdHistory::ReadFile(llvm::StringRef text, int minor) {
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    text = rest;
    if (!line.consume_front("pkg ")) continue;
    auto [package, feature] = line.split(", ");
    package = package.split(' ').first;
    llvm::StringRef kind = feature.split(' ').first;
    llvm::StringRef what = feature.drop_front(std::min(kind.size() + 1, feature.size()));
    std::string symbol;
    if (kind == "method") {
      symbol = MethodSymbol(what);
    } else if (kind == "type") {
      symbol = TypeSymbol(what);
    } else {
      symbol = TakeName(what).str();
    }
    if (!symbol.empty()) since_.emplace((package + " " + symbol).str(), minor);
  }
}

void StdHistory::Read() {
  read_ = true;
  std::string dir = goroot_ + "/api";
  std::vector<std::pair<int, std::string>> files;
  std::error_code error;
  for (auto it = fs_->dir_begin(dir, error), end = llvm::vfs::directory_iterator(); !error && it != end;
       it.increment(error)) {
    llvm::StringRef name = llvm::sys::path::filename(it->path());
    if (!name.consume_front("go1") || !name.consume_back(".txt")) continue;
    int minor = 0;
    if (name.empty() || (name.consume_front(".") && !name.getAsInteger(10, minor))) {
      files.emplace_back(minor, it->path().str());
    }
  }
  std::sort(files.begin(), files.end());  // the first file that knows a symbol wins
  for (const auto& [minor, path] : files) {
    if (auto buffer = fs_->getBufferForFile(path)) ReadFile((*buffer)->getBuffer(), minor);
  }
}

std::optional<int> StdHistory::Since(llvm::StringRef package, llvm::StringRef symbol) {
  if (!read_) Read();
  auto it = since_.find((package + " " + symbol).str());
  return it != since_.end() ? std::optional<int>(it->second) : std::nullopt;
}

}  // namespace instc::go
