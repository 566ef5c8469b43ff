// Type arguments of a generic function from the types of its arguments.
#ifndef INSTC_COMPILER_GO_TYPES_INFER_H
#define INSTC_COMPILER_GO_TYPES_INFER_H

#include <optional>
#include <vector>

#include "compiler/go/types/type_context.h"

namespace instc::go {

/// Completes `given` explicit type arguments from the arguments' types (function argument inference, then
/// core types of constraints). nullopt when one cannot be inferred or two arguments disagree.
std::optional<std::vector<const Type*>> InferTypeArgs(const SignatureType& generic,
                                                      llvm::ArrayRef<const Type*> given,
                                                      llvm::ArrayRef<const Type*> args, TypeContext& context);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_INFER_H
