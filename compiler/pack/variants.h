// Variants apart from their pack: what a cache of lowered plugins holds.
#ifndef INSTC_COMPILER_PACK_VARIANTS_H
#define INSTC_COMPILER_PACK_VARIANTS_H

#include <string>
#include <vector>

#include "compiler/pack/pack.h"

namespace instc::pack {

/// The bytes carry no digest of their own.
[[nodiscard]] std::string VariantsToJson(const std::vector<Variant>& variants);
/// As strict as the reader of a pack. `file` is only used in messages.
[[nodiscard]] Result<std::vector<Variant>> VariantsFromJson(llvm::StringRef text, llvm::StringRef file);

}  // namespace instc::pack

#endif  // INSTC_COMPILER_PACK_VARIANTS_H
