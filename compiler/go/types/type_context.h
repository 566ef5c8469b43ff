// Owns types and objects, and makes new ones. Every package shares the context of its Program; a checker that
// builds types of its own (a `*T` written in a rule) makes a context for them, so that nothing long-lived
// points to something short-lived.
#ifndef INSTC_COMPILER_GO_TYPES_TYPE_CONTEXT_H
#define INSTC_COMPILER_GO_TYPES_TYPE_CONTEXT_H

#include <map>
#include <memory>
#include <vector>

#include "compiler/go/types/object.h"
#include "compiler/go/types/type.h"

namespace instc::go {

class TypeContext {
 public:
  TypeContext();
  ~TypeContext();
  TypeContext(const TypeContext&) = delete;
  TypeContext& operator=(const TypeContext&) = delete;

  const PointerType* Pointer(const Type* element);
  const SliceType* Slice(const Type* element);
  const ArrayType* Array(int64_t length, const Type* element);
  const MapType* Map(const Type* key, const Type* value);
  const ChanType* Chan(ChanDirection direction, const Type* element);
  const TupleType* Tuple(std::vector<const Var*> vars);
  /// Parameters and results given by their types alone.
  const SignatureType* Signature(llvm::ArrayRef<const Type*> params, llvm::ArrayRef<const Type*> results,
                                 bool variadic);
  /// A variable of known type: a parameter, a result, a field.
  const Var* Variable(llvm::StringRef name, const Type* type, const Package* package = nullptr);
  const Var* Field(llvm::StringRef name, const Type* type, const Package& package, bool embedded);
  /// A struct type that no Go source declares, with methods of its pointer.
  const Named* DeclareStruct(llvm::StringRef name, const Package& package, Span at,
                             std::vector<const Var*> fields,
                             llvm::ArrayRef<std::pair<llvm::StringRef, const SignatureType*>> methods);

  /// `generic` is a generic Named or Alias; an instance with the same arguments is the same pointer within
  /// this context. Invalid when the number of arguments is wrong. Constraints are not checked here: see
  /// Satisfies().
  const Type* Instantiate(const Type* generic, llvm::ArrayRef<const Type*> args);
  /// The signature of a generic function with its type parameters replaced; null when the number is wrong.
  const SignatureType* Instantiate(const SignatureType& generic, llvm::ArrayRef<const Type*> args);

  // Below: for the resolver and the substituter.
  template <typename T, typename... Args>
  T* NewType(Args&&... args) {
    T* made = new T(std::forward<Args>(args)...);
    types_.emplace_back(made);
    return made;
  }
  template <typename T, typename... Args>
  T* NewObject(Args&&... args) {
    T* made = new T(std::forward<Args>(args)...);
    objects_.emplace_back(made);
    return made;
  }
  Substitution* NewSubstitution();
  int NestingOf(const Type* type) const;
  Scope* NewScope();
  /// The same method, field or parameter after a substitution, which must live in this context.
  const Func* Instance(const Func& method, const Substitution& substitution);
  const Var* Instance(const Var& var, const Substitution& substitution);

 private:
  std::vector<std::unique_ptr<Type>> types_;
  std::vector<std::unique_ptr<Object>> objects_;
  std::vector<std::unique_ptr<Substitution>> substitutions_;
  std::vector<std::unique_ptr<Scope>> scopes_;
  std::map<const Type*, int> nesting_;                         // of instances; lookups only
  std::map<const Type*, std::vector<const Type*>> instances_;  // looked up by origin only: order never shows
};

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_TYPE_CONTEXT_H
