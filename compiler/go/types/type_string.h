// Types and objects as Go writes them, for messages and for generated code.
#ifndef INSTC_COMPILER_GO_TYPES_TYPE_STRING_H
#define INSTC_COMPILER_GO_TYPES_TYPE_STRING_H

#include <string>

#include "compiler/go/types/object.h"
#include "compiler/go/types/type.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace instc::go {

/// What to write before the dot of a named type; empty: no qualification.
using Qualifier = llvm::function_ref<std::string(const Package&)>;

/// Package path everywhere: `net/http.Request`.
std::string QualifyByPath(const Package& package);
/// Package name everywhere: `http.Request`.
std::string QualifyByName(const Package& package);

/// How the empty interface is written: files of a module that is older than Go 1.18 do not know `any`.
enum class AnySpelling { kAny, kLiteral };

/// What a type parameter is called where the text stands: methods have their own names for those of the type.
using TypeParamNames = llvm::function_ref<std::string(const TypeParam&)>;

std::string TypeString(const Type* type, Qualifier qualifier, AnySpelling empty = AnySpelling::kAny,
                       TypeParamNames names = nullptr);
/// Names relative to `from`: its own types bare, others by package name. For messages.
std::string TypeString(const Type* type, const Package* from);
/// `(ctx context.Context, name string) (n int, err error)`, without `func`.
std::string SignatureString(const SignatureType& signature, Qualifier qualifier);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_TYPE_STRING_H
