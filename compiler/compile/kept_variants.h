// Lowered text of plugins that was made before.
//
// A pack holds a plugin lowered for two versions of its library, and most of what `instc compile` would do
// for that it has done before. So the text is kept beside the verdicts (verdicts.h), under the same
// conditions: it counts as long as everything that it was made from is the same. Its bytes carry a digest,
// and what does not fit is made again.
#ifndef INSTC_COMPILER_COMPILE_KEPT_VARIANTS_H
#define INSTC_COMPILER_COMPILE_KEPT_VARIANTS_H

#include <map>
#include <string>

#include "compiler/pack/pack.h"
#include "llvm/ADT/StringRef.h"

namespace instc::compile {

class KeptVariants {
 public:
  /// `basis`: a digest of what all of them were made from. Without `cache_dir` nothing is kept.
  KeptVariants(const std::string& cache_dir, llvm::StringRef plugin, std::string basis);

  /// Null: none was made for this version with a summary of that digest.
  const pack::Variant* Find(const std::string& version, llvm::StringRef summary_digest) const;
  /// One without a digest is not kept: nobody could tell what it was made from.
  void Keep(const std::string& version, const std::string& summary_digest, pack::Variant variant);
  /// Writes what has changed. That it cannot be written costs time, and nothing else.
  void Save() const;

 private:
  struct Kept {
    std::string summary_digest;
    pack::Variant variant;
  };
  void Read(llvm::StringRef text);

  std::string path_;
  std::string basis_;
  std::map<std::string, Kept> kept_;  // by version
  bool changed_ = false;
};

}  // namespace instc::compile

#endif  // INSTC_COMPILER_COMPILE_KEPT_VARIANTS_H
