#include "compiler/pack/digest.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

namespace instc::pack {

std::string Sha256(llvm::StringRef text) {
  llvm::SHA256 hash;
  hash.update(text);
  return "sha256:" + llvm::toHex(hash.final(), /*LowerCase=*/true);
}

std::string ShortDigest(llvm::StringRef digest) {
  digest.consume_front("sha256:");
  return digest.take_front(24).str();
}

}  // namespace instc::pack
