// SHA-256 as instc writes it everywhere: "sha256:" and 64 hexadecimal digits.
#ifndef INSTC_COMPILER_PACK_DIGEST_H
#define INSTC_COMPILER_PACK_DIGEST_H

#include <string>

#include "llvm/ADT/StringRef.h"

namespace instc::pack {

[[nodiscard]] std::string Sha256(llvm::StringRef text);

/// The first 24 digits of a digest, for file names and flags.
[[nodiscard]] std::string ShortDigest(llvm::StringRef digest);

}  // namespace instc::pack

#endif  // INSTC_COMPILER_PACK_DIGEST_H
