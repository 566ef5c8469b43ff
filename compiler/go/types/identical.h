// Type identity and comparability, as in the Go specification.
#ifndef INSTC_COMPILER_GO_TYPES_IDENTICAL_H
#define INSTC_COMPILER_GO_TYPES_IDENTICAL_H

#include "compiler/go/types/type.h"

namespace instc::go {

/// Invalid types are identical to everything, so that no follow-up error arises.
bool Identical(const Type* a, const Type* b);
bool IdenticalIgnoringTags(const Type* a, const Type* b);

/// Whether == is allowed between two values of the type. Interfaces are; `strict` asks that it can never
/// panic.
bool Comparable(const Type* type, bool strict = false);
/// Whether < is allowed.
bool Ordered(const Type* type);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_IDENTICAL_H
