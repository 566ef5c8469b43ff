// Replaces type parameters by type arguments. Internal to compiler/go/types.
#ifndef INSTC_COMPILER_GO_TYPES_SUBSTITUTE_H
#define INSTC_COMPILER_GO_TYPES_SUBSTITUTE_H

#include <vector>

#include "compiler/go/types/type_context.h"

namespace instc::go {

/// params[i] becomes args[i]; new types are made in `context`.
struct Substitution {
  TypeContext* context = nullptr;
  std::vector<const TypeParam*> params;
  std::vector<const Type*> args;
};

/// `type` with the substitution applied. Struct fields, parameters and methods are substituted when they are
/// asked for.
const Type* Substitute(const Type* type, const Substitution& substitution);
const SignatureType* SubstituteSignature(const SignatureType& signature, const Substitution& substitution);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_SUBSTITUTE_H
