// Sizes and offsets as the gc compiler lays types out on 64-bit machines. They appear in array lengths of the
// standard library (padding to cache lines). Internal to compiler/go/types.
#ifndef INSTC_COMPILER_GO_TYPES_SIZES_H
#define INSTC_COMPILER_GO_TYPES_SIZES_H

#include <cstdint>
#include <optional>

#include "compiler/go/types/type.h"

namespace instc::go {

/// nullopt when something in the type is unknown.
std::optional<int64_t> SizeOf(const Type* type);
std::optional<int64_t> AlignOf(const Type* type);
/// Offset of a field selected on a struct (or pointer to one), embedded structs included.
std::optional<int64_t> OffsetOf(const Type* type, llvm::StringRef field, const Package* from);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_SIZES_H
