// The predeclared names, one immutable set for the whole process.
#ifndef INSTC_COMPILER_GO_TYPES_UNIVERSE_H
#define INSTC_COMPILER_GO_TYPES_UNIVERSE_H

#include "compiler/go/types/object.h"
#include "compiler/go/types/type.h"

namespace instc::go {

/// Predeclared object of that name, null when there is none.
const Object* LookupUniverse(llvm::StringRef name);
/// Member of package unsafe.
const Object* LookupUnsafe(llvm::StringRef name);
/// Names of package unsafe, sorted.
const std::vector<llvm::StringRef>& UnsafeNames();
/// All predeclared names, sorted.
const std::vector<llvm::StringRef>& UniverseNames();

const BasicType* BasicTypeOf(Basic basic);
const Type* ErrorType();       ///< the predeclared interface type error
const Type* AnyType();         ///< the predeclared alias any
const Type* EmptyInterface();  ///< interface{}
const Type* ComparableType();
const Type* Invalid(InvalidType::Why why = InvalidType::Why::kError);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_UNIVERSE_H
