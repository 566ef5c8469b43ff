// A file a plugin: the basis, the digest of all that follows, a line `SUMMARY-DIGEST` for each variant, an
// empty line, and the variants as a pack has them.
#include "compiler/compile/kept_variants.h"

#include "compiler/pack/digest.h"
#include "compiler/pack/variants.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace instc::compile {

KeptVariants::KeptVariants(const std::string& cache_dir, llvm::StringRef plugin, std::string basis)
    : basis_(std::move(basis)) {
  if (cache_dir.empty()) return;
  path_ = cache_dir + "/lowered/" + plugin.str();
  if (auto buffer = llvm::MemoryBuffer::getFile(path_)) Read((*buffer)->getBuffer());
}

void KeptVariants::Read(llvm::StringRef text) {
  auto [basis, rest] = text.split('\n');
  auto [digest, body] = rest.split('\n');
  if (basis != basis_ || digest != pack::Sha256(body)) return;
  auto [summaries, json] = body.split("\n\n");
  auto variants = pack::VariantsFromJson(json, path_);
  if (!variants) return llvm::consumeError(variants.takeError());
  for (pack::Variant& variant : *variants) {
    auto [summary, others] = summaries.split('\n');
    summaries = others;
    const std::string version = variant.first;
    kept_.emplace(version, Kept{summary.str(), std::move(variant)});
  }
}

const pack::Variant* KeptVariants::Find(const std::string& version, llvm::StringRef summary_digest) const {
  auto found = kept_.find(version);
  return found != kept_.end() && found->second.summary_digest == summary_digest ? &found->second.variant
                                                                                : nullptr;
}

void KeptVariants::Keep(const std::string& version, const std::string& summary_digest,
                        pack::Variant variant) {
  if (summary_digest.empty()) return;
  kept_.insert_or_assign(version, Kept{summary_digest, std::move(variant)});
  changed_ = true;
}

void KeptVariants::Save() const {
  if (!changed_ || path_.empty()) return;
  if (llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path_))) return;
  std::string summaries;
  std::vector<pack::Variant> variants;
  for (const auto& [version, kept] : kept_) {
    summaries += kept.summary_digest + "\n";
    variants.push_back(kept.variant);
  }
  const std::string body = summaries + "\n" + pack::VariantsToJson(variants);
  const std::string text = basis_ + "\n" + pack::Sha256(body) + "\n" + body;
  llvm::consumeError(llvm::writeFileAtomically(path_ + ".%%%%%%%%", path_, text));
}

}  // namespace instc::compile
