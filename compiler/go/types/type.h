// Go's types as data.
//
// A Type is owned by the TypeContext that made it and never moves. Named types, type parameters and alias
// declarations have identity; all other types are compared by shape with Identical(). Declarations resolve on
// the first question: holding a `const Named*` of net/http costs nothing until somebody asks for its
// underlying type, its fields or a method.
//
// Everything is handed out const. What is filled in lazily is mutable inside and never changes its answer.
// One thread.
#ifndef INSTC_COMPILER_GO_TYPES_TYPE_H
#define INSTC_COMPILER_GO_TYPES_TYPE_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/go/syntax/ast.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Casting.h"

namespace instc::go {

class Const;
class Func;
class Object;
class Package;
class TypeContext;
class TypeName;
class Var;
struct Substitution;
class Resolver;

enum class TypeKind : uint8_t {
  kInvalid,
  kBasic,
  kNamed,
  kAlias,
  kPointer,
  kSlice,
  kArray,
  kMap,
  kChan,
  kStruct,
  kSignature,
  kInterface,
  kUnion,
  kTuple,
  kTypeParam,
};

class Type {
 public:
  Type(const Type&) = delete;
  Type& operator=(const Type&) = delete;
  virtual ~Type() = default;

  TypeKind kind() const { return kind_; }
  bool IsInvalid() const { return kind_ == TypeKind::kInvalid; }

 protected:
  explicit Type(TypeKind kind) : kind_(kind) {}

 private:
  TypeKind kind_;
};

/// A type that could not be determined. Every question about it is answered so that no follow-up error
/// arises.
class InvalidType : public Type {
 public:
  enum class Why : uint8_t {
    kError,        ///< reported: unknown name, cycle, broken source
    kNotInferred,  ///< needs evaluation of an initialiser beyond what instc infers
    kCgo,          ///< C.xxx
  };
  explicit InvalidType(Why why) : Type(TypeKind::kInvalid), why(why) {}
  static bool classof(const Type* t) { return t->kind() == TypeKind::kInvalid; }
  const Why why;
};

enum class Basic : uint8_t {
  kBool,
  kInt,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUint,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kUintptr,
  kFloat32,
  kFloat64,
  kComplex64,
  kComplex128,
  kString,
  kUnsafePointer,
  kUntypedBool,
  kUntypedInt,
  kUntypedRune,
  kUntypedFloat,
  kUntypedComplex,
  kUntypedString,
  kUntypedNil,
};

class BasicType : public Type {
 public:
  BasicType(Basic basic, llvm::StringRef name) : Type(TypeKind::kBasic), basic(basic), name(name) {}
  static bool classof(const Type* t) { return t->kind() == TypeKind::kBasic; }
  bool IsUntyped() const { return basic >= Basic::kUntypedBool; }
  bool IsBoolean() const { return basic == Basic::kBool || basic == Basic::kUntypedBool; }
  bool IsInteger() const;  ///< untyped int and rune included
  bool IsUnsigned() const;
  bool IsFloat() const;  ///< untyped float included
  bool IsComplex() const;
  bool IsNumeric() const { return IsInteger() || IsFloat() || IsComplex(); }
  bool IsString() const { return basic == Basic::kString || basic == Basic::kUntypedString; }
  bool IsOrdered() const { return IsInteger() || IsFloat() || IsString(); }
  const Basic basic;
  const llvm::StringRef name;  ///< "int", "untyped string", "unsafe.Pointer"
};

class PointerType : public Type {
 public:
  explicit PointerType(const Type* element) : Type(TypeKind::kPointer), element(element) {}
  static bool classof(const Type* t) { return t->kind() == TypeKind::kPointer; }
  const Type* const element;
};

class SliceType : public Type {
 public:
  explicit SliceType(const Type* element) : Type(TypeKind::kSlice), element(element) {}
  static bool classof(const Type* t) { return t->kind() == TypeKind::kSlice; }
  const Type* const element;
};

class ArrayType : public Type {
 public:
  ArrayType(int64_t length, const Type* element) : Type(TypeKind::kArray), length(length), element(element) {}
  static bool classof(const Type* t) { return t->kind() == TypeKind::kArray; }
  const int64_t length;  ///< -1: unknown
  const Type* const element;
};

class MapType : public Type {
 public:
  MapType(const Type* key, const Type* value) : Type(TypeKind::kMap), key(key), value(value) {}
  static bool classof(const Type* t) { return t->kind() == TypeKind::kMap; }
  const Type* const key;
  const Type* const value;
};

class ChanType : public Type {
 public:
  ChanType(ChanDirection direction, const Type* element)
      : Type(TypeKind::kChan), direction(direction), element(element) {}
  static bool classof(const Type* t) { return t->kind() == TypeKind::kChan; }
  const ChanDirection direction;
  const Type* const element;
};

/// Parameters or results. As a type: what a call with several results has.
class TupleType : public Type {
 public:
  explicit TupleType(std::vector<const Var*> vars) : Type(TypeKind::kTuple), vars(std::move(vars)) {}
  static bool classof(const Type* t) { return t->kind() == TypeKind::kTuple; }
  const std::vector<const Var*> vars;
};

class StructType : public Type {
 public:
  StructType(std::vector<const Var*> fields, std::vector<std::string> tags)
      : Type(TypeKind::kStruct), fields(std::move(fields)), tags(std::move(tags)) {}
  static bool classof(const Type* t) { return t->kind() == TypeKind::kStruct; }
  const std::vector<const Var*> fields;
  const std::vector<std::string> tags;  ///< unquoted, one a field, mostly empty
  /// The field of that name declared right here, not through embedding; null when there is none.
  const Var* Field(llvm::StringRef name) const;
};

class TypeParam;

/// A function's type. For a method the receiver is kept beside params.
class SignatureType : public Type {
 public:
  SignatureType(std::vector<const Var*> params, std::vector<const Var*> results, bool variadic)
      : Type(TypeKind::kSignature),
        params(std::move(params)),
        results(std::move(results)),
        variadic(variadic) {}
  static bool classof(const Type* t) { return t->kind() == TypeKind::kSignature; }
  const std::vector<const Var*> params;  ///< a variadic last one has slice type []T
  const std::vector<const Var*> results;
  const bool variadic;
  std::vector<const TypeParam*> type_params;           ///< of a generic function
  std::vector<const TypeParam*> receiver_type_params;  ///< of a method of a generic type
  const Var* receiver = nullptr;
};

/// One element `T` or `~T` of a union.
struct UnionTerm {
  bool tilde = false;
  const Type* type = nullptr;
};

class UnionType : public Type {
 public:
  explicit UnionType(std::vector<UnionTerm> terms) : Type(TypeKind::kUnion), terms(std::move(terms)) {}
  static bool classof(const Type* t) { return t->kind() == TypeKind::kUnion; }
  const std::vector<UnionTerm> terms;
};

class InterfaceType : public Type {
 public:
  InterfaceType(std::vector<const Func*> methods, std::vector<const Type*> embedded)
      : Type(TypeKind::kInterface), explicit_methods(std::move(methods)), embedded(std::move(embedded)) {}
  static bool classof(const Type* t) { return t->kind() == TypeKind::kInterface; }

  const std::vector<const Func*> explicit_methods;  ///< declared here, sorted by name
  const std::vector<const Type*> embedded;          ///< interfaces, unions and other type elements
  bool implicit = false;                            ///< written `[T ~int|string]` without the word interface
  bool is_comparable = false;                       ///< the predeclared `comparable` itself

  /// All methods, embedded interfaces included, sorted by name and (for unexported names) package.
  const std::vector<const Func*>& AllMethods() const;
  const Func* Method(llvm::StringRef name, const Package* from) const;
  /// The type set's terms; nullopt: all types. An empty vector: no type at all.
  const std::optional<std::vector<UnionTerm>>& Terms() const;
  bool RequiresComparable() const;
  /// Whether it may only constrain type parameters.
  bool IsConstraintOnly() const { return Terms().has_value() || RequiresComparable(); }

 private:
  void Complete() const;
  static void ReportCycle(const Type* element);
  static std::optional<std::vector<UnionTerm>> FlattenUnion(const UnionType& type);
  mutable bool complete_ = false;
  mutable bool completing_ = false;
  mutable bool comparable_ = false;
  mutable std::vector<const Func*> all_methods_;
  mutable std::optional<std::vector<UnionTerm>> terms_;
};

/// A defined type: declared by `type T ...`, or an instance `T[int]` of a generic one.
class Named : public Type {
 public:
  static bool classof(const Type* t) { return t->kind() == TypeKind::kNamed; }

  const TypeName* object() const { return object_; }
  /// The generic type that this is an instance of; itself otherwise.
  const Named* origin() const { return origin_ != nullptr ? origin_ : this; }
  const std::vector<const TypeParam*>& type_params() const;  ///< of the declaration; empty for an instance
  const std::vector<const Type*>& type_args() const { return type_args_; }
  bool IsGeneric() const { return origin_ == nullptr && !type_params().empty(); }

  /// Never Named or Alias. InvalidType on a cycle.
  const Type* Underlying() const;
  /// Declared methods in source order (sorted by file name, then offset), receivers of both kinds; for an
  /// instance, substituted.
  const std::vector<const Func*>& methods() const;
  const Func* Method(llvm::StringRef name) const;

 private:
  friend class TypeContext;
  friend class Resolver;
  friend class UniverseBuilder;
  Named(TypeContext* context, const TypeName* object)
      : Type(TypeKind::kNamed), context_(context), object_(object) {}

  enum class State : uint8_t { kUnresolved, kResolving, kResolved };
  TypeContext* context_;
  const TypeName* object_;
  const Named* origin_ = nullptr;
  std::vector<const Type*> type_args_;
  mutable State underlying_state_ = State::kUnresolved;
  mutable State methods_state_ = State::kUnresolved;
  mutable State params_state_ = State::kUnresolved;
  mutable const Type* underlying_ = nullptr;
  mutable std::vector<const TypeParam*> type_params_;
  mutable std::vector<const Func*> methods_;
};

/// `type A = T`, also `any`, and instances of generic aliases. Identical to what it stands for; kept for
/// messages.
class Alias : public Type {
 public:
  static bool classof(const Type* t) { return t->kind() == TypeKind::kAlias; }
  const TypeName* object() const { return object_; }
  const Alias* origin() const { return origin_ != nullptr ? origin_ : this; }
  const std::vector<const TypeParam*>& type_params() const;
  const std::vector<const Type*>& type_args() const { return type_args_; }
  /// The type on the right-hand side; may be an Alias itself. See Unalias.
  const Type* Aliased() const;

 private:
  friend class TypeContext;
  friend class Resolver;
  friend class UniverseBuilder;
  Alias(TypeContext* context, const TypeName* object)
      : Type(TypeKind::kAlias), context_(context), object_(object) {}

  TypeContext* context_;
  const TypeName* object_;
  const Alias* origin_ = nullptr;
  std::vector<const Type*> type_args_;
  mutable bool resolving_ = false;
  mutable bool params_resolved_ = false;
  mutable const Type* aliased_ = nullptr;
  mutable std::vector<const TypeParam*> type_params_;
};

class TypeParam : public Type {
 public:
  static bool classof(const Type* t) { return t->kind() == TypeKind::kTypeParam; }
  const TypeName* object() const { return object_; }
  uint32_t index() const { return index_; }
  /// The constraint as written; always an interface underneath (a bare `~int|string` becomes an implicit
  /// one).
  const Type* Constraint() const;
  const InterfaceType* ConstraintInterface() const;

 private:
  friend class TypeContext;
  friend class Resolver;
  friend class UniverseBuilder;
  TypeParam(TypeContext* context, const TypeName* object, uint32_t index)
      : Type(TypeKind::kTypeParam), context_(context), object_(object), index_(index) {}

  TypeContext* context_;
  const TypeName* object_;
  uint32_t index_;
  mutable bool resolving_ = false;
  mutable const Type* constraint_ = nullptr;
  mutable const InterfaceType* interface_ = nullptr;
};

/// What an alias stands for, through any number of aliases.
const Type* Unalias(const Type* type);
/// Underlying type: of a Named its definition, of a TypeParam its constraint's interface, of anything else
/// the type itself.
const Type* Underlying(const Type* type);
/// Underlying(type) as T, or null.
template <typename T>
const T* UnderlyingAs(const Type* type) {
  return llvm::dyn_cast<T>(Underlying(type));
}
/// Unalias(type) as T, or null.
template <typename T>
const T* TypeAs(const Type* type) {
  return llvm::dyn_cast<T>(Unalias(type));
}
/// *T -> T (also for an alias or a defined pointer type when `through_named`), otherwise null.
const Type* Pointee(const Type* type);
/// The default type of an untyped constant's type (untyped int -> int); other types as they are; untyped nil
/// stays.
const Type* DefaultType(const Type* type);

bool IsInterface(const Type* type);  ///< underlying type is an interface and the type is no type parameter
bool IsTypeParam(const Type* type);
bool IsUntyped(const Type* type);
bool IsUntypedNil(const Type* type);
bool HasNil(const Type* type);  ///< pointer, func, slice, map, chan, interface, unsafe.Pointer
/// The one underlying type shared by all of a type's type set (itself when it is no type parameter); null
/// when there is none.
const Type* CoreType(const Type* type);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_TYPE_H
