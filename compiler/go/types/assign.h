// May a value of this type stand where that type is wanted?
#ifndef INSTC_COMPILER_GO_TYPES_ASSIGN_H
#define INSTC_COMPILER_GO_TYPES_ASSIGN_H

#include <optional>

#include "compiler/go/types/constant.h"
#include "compiler/go/types/object.h"
#include "compiler/go/types/type.h"
#include "llvm/ADT/ArrayRef.h"

namespace instc::go {

/// Why a type does not implement an interface.
struct MissingMethod {
  const Func* wanted =
      nullptr;  ///< the interface's method; null when the obstacle is no method (type set, comparable)
  const Func* found = nullptr;  ///< a method of that name with another signature, or with a pointer receiver
  bool wrong_signature = false;
  bool needs_pointer = false;  ///< *T would implement it
};

/// Whether values of `type` implement `interface` (its underlying type is one). Fills `missing` when not.
bool Implements(const Type* type, const Type* interface, MissingMethod* missing = nullptr);
/// Whether a type argument satisfies a type parameter's constraint.
bool Satisfies(const Type* arg, const Type* constraint, MissingMethod* missing = nullptr);

/// The first type parameter whose constraint, with `args` for the parameters, its argument does not satisfy.
std::optional<size_t> FirstUnsatisfied(llvm::ArrayRef<const TypeParam*> params,
                                       llvm::ArrayRef<const Type*> args, TypeContext& context,
                                       MissingMethod* missing = nullptr);

/// Whether a value of `from` may be assigned to a variable of `to`. For an untyped constant give its value.
bool AssignableTo(const Type* from, const Type* to, const ConstValue* constant = nullptr);
/// Whether to(x) is legal.
bool ConvertibleTo(const Type* from, const Type* to, const ConstValue* constant = nullptr);
/// Whether an interface value of type `from` may be asserted to `to`: to is an interface or implements from.
bool AssertableTo(const Type* from, const Type* to, MissingMethod* missing = nullptr);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_ASSIGN_H
