#include "compiler/build/gcflags.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Path.h"

namespace instc::build {
namespace {

bool IsRelative(llvm::StringRef pattern) {
  return pattern == "." || pattern == ".." || pattern.startswith("./") || pattern.startswith("../");
}

std::string Rooted(llvm::StringRef directory, llvm::StringRef relative) {
  llvm::SmallString<128> path(directory);
  llvm::sys::path::append(path, relative);
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  return path.str().str();
}

bool MatchesPackage(llvm::StringRef pattern, const Listed& package, llvm::StringRef directory) {
  if (pattern == "all") return true;
  if (pattern == "std") return package.is_std;
  if (pattern == "cmd") return package.is_std && llvm::StringRef(package.path).startswith("cmd/");
  if (IsRelative(pattern)) return MatchesPattern(Rooted(directory, pattern), package.dir);
  if (llvm::sys::path::is_absolute(pattern)) return MatchesPattern(pattern, package.dir);
  return MatchesPattern(pattern, package.path);
}

}  // namespace

bool MatchesPattern(llvm::StringRef pattern, llvm::StringRef path) {
  if (pattern.endswith("/...") && MatchesPattern(pattern.drop_back(4), path)) return true;
  llvm::SmallVector<llvm::StringRef, 4> parts;
  pattern.split(parts, "...");
  if (parts.size() == 1) return pattern == path;
  if (!path.consume_front(parts.front())) return false;
  for (size_t i = 1; i + 1 < parts.size(); ++i) {
    size_t at = path.find(parts[i]);
    if (at == llvm::StringRef::npos) return false;
    path = path.drop_front(at + parts[i].size());
  }
  return path.endswith(parts.back());
}

std::string UserGcflags(const std::vector<std::string>& values, const Listed& package,
                        llvm::StringRef directory) {
  std::string flags;
  for (llvm::StringRef value : values) {
    value = value.trim();
    if (value.empty()) {
      flags.clear();
      continue;
    }
    bool matches = package.named;
    if (!value.startswith("-")) {
      auto [pattern, rest] = value.split('=');
      matches = MatchesPackage(pattern.trim(), package, directory);
      value = rest.trim();
    }
    if (matches) flags = value.str();
  }
  return flags;
}

}  // namespace instc::build
