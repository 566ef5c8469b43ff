#include "compiler/compile/verdicts.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace instc::compile {

Verdicts::Verdicts(const std::string& cache_dir, llvm::StringRef plugin, std::string basis)
    : basis_(std::move(basis)) {
  if (cache_dir.empty()) return;
  path_ = cache_dir + "/checked/" + plugin.str();
  auto buffer = llvm::MemoryBuffer::getFile(path_);
  if (!buffer) return;
  auto [head, rest] = (*buffer)->getBuffer().split('\n');
  if (head != basis_) return;
  while (!rest.empty()) {
    auto [line, tail] = rest.split('\n');
    auto [version, digest] = line.split(' ');
    good_.emplace(version.str(), digest.str());
    rest = tail;
  }
}

bool Verdicts::Good(const std::string& version, llvm::StringRef summary_digest) const {
  auto found = good_.find(version);
  return found != good_.end() && found->second == summary_digest;
}

void Verdicts::Note(const std::string& version, const std::string& summary_digest) {
  std::string& known = good_[version];
  changed_ |= known != summary_digest;
  known = summary_digest;
}

void Verdicts::Save() const {
  if (!changed_ || path_.empty()) return;
  if (llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path_))) return;
  std::string text = basis_ + "\n";
  for (const auto& [version, digest] : good_) text += version + " " + digest + "\n";
  llvm::consumeError(llvm::writeFileAtomically(path_ + ".%%%%%%%%", path_, text));
}

}  // namespace instc::compile
