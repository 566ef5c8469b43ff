// What a name stands for. Objects are owned by their package's TypeContext; types and values resolve on first
// question.
#ifndef INSTC_COMPILER_GO_TYPES_OBJECT_H
#define INSTC_COMPILER_GO_TYPES_OBJECT_H

#include <string>

#include "compiler/go/syntax/ast.h"
#include "compiler/go/types/constant.h"
#include "compiler/go/types/type.h"
#include "dsl/source/source_buffer.h"

namespace instc::go {

class Package;
class Resolver;
struct Scope;         // where a type expression resolves; see resolver.h
struct Substitution;  // type arguments of an instance; see substitute.h

enum class ObjectKind : uint8_t { kConst, kVar, kFunc, kTypeName, kPackageName, kBuiltin, kNil };

/// The word for messages: "constant", "variable", "function", ...
llvm::StringRef ObjectKindName(ObjectKind kind);

/// Whether a name starts with an upper-case letter.
bool IsExportedName(llvm::StringRef name);

class Object {
 public:
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  virtual ~Object() = default;

  ObjectKind kind() const { return kind_; }
  llvm::StringRef name() const { return name_; }
  const Package* package() const { return package_; }  ///< null for predeclared objects
  bool exported() const { return IsExportedName(name_); }
  /// Its name where it is declared; nowhere for predeclared objects.
  const Span& declared_at() const { return declared_at_; }
  /// Its type; for a TypeName the type it names. Never null.
  virtual const Type* type() const = 0;

 protected:
  Object(ObjectKind kind, llvm::StringRef name, const Package* package, Span at)
      : kind_(kind), name_(name), package_(package), declared_at_(at) {}

 private:
  friend class TypeContext;
  friend class Resolver;
  ObjectKind kind_;
  std::string name_;
  const Package* package_;
  Span declared_at_;
};

/// Order of methods in method sets and interfaces: exported ones first, then by name, then by package path.
bool ObjectLess(const Object* a, const Object* b);

class Const : public Object {
 public:
  static bool classof(const Object* o) { return o->kind() == ObjectKind::kConst; }
  const Type* type() const override;
  const ConstValue& value() const;  ///< kind kUnknown when instc cannot represent it exactly

 private:
  friend class TypeContext;
  friend class Resolver;
  friend class UniverseBuilder;
  using Object::Object;
  void Resolve() const;
  Resolver* resolver_ = nullptr;
  const ValueDecl* decl_ = nullptr;
  uint32_t index_ = 0;
  uint32_t file_ = 0;
  mutable bool resolving_ = false;
  mutable const Type* type_ = nullptr;
  mutable ConstValue value_;
};

/// A package variable, a field, a parameter or a result.
class Var : public Object {
 public:
  static bool classof(const Object* o) { return o->kind() == ObjectKind::kVar; }
  const Type* type() const override;
  bool is_field() const { return is_field_; }
  bool embedded() const { return embedded_; }
  /// Declaration of a package variable; null for others.
  const ValueDecl* decl() const { return decl_; }

 private:
  friend class TypeContext;
  friend class Resolver;
  friend class UniverseBuilder;
  using Object::Object;
  bool is_field_ = false;
  bool embedded_ = false;
  Resolver* resolver_ = nullptr;
  const ValueDecl* decl_ = nullptr;  // package variable: type from here
  uint32_t index_ = 0;
  uint32_t file_ = 0;
  const Expr* type_expr_ = nullptr;  // field or parameter: type from here, in scope_
  bool variadic_ = false;
  const Scope* scope_ = nullptr;
  const Var* origin_ = nullptr;  // instance of a generic field: substituted on demand
  const Substitution* substitution_ = nullptr;
  mutable bool resolving_ = false;
  mutable const Type* type_ = nullptr;
};

/// A function, a method or an interface method.
class Func : public Object {
 public:
  static bool classof(const Object* o) { return o->kind() == ObjectKind::kFunc; }
  const Type* type() const override { return signature(); }
  const SignatureType* signature() const;
  bool is_method() const { return is_method_; }
  bool is_interface_method() const { return interface_elem_ != nullptr || predeclared_; }
  bool has_pointer_receiver() const { return pointer_receiver_; }
  /// The declaration, null for interface methods; and the file it stands in.
  const FuncDecl* decl() const { return decl_; }
  const File* file() const;
  /// The method of the generic type that this one was instantiated from; itself otherwise.
  const Func* origin() const { return origin_ != nullptr ? origin_ : this; }

 private:
  friend class TypeContext;
  friend class Resolver;
  friend class UniverseBuilder;
  using Object::Object;
  bool is_method_ = false;
  bool pointer_receiver_ = false;
  bool predeclared_ = false;  // Error of the interface type error
  Resolver* resolver_ = nullptr;
  const FuncDecl* decl_ = nullptr;
  const InterfaceElem* interface_elem_ = nullptr;
  uint32_t file_ = 0;
  const Scope* scope_ = nullptr;
  const Func* origin_ = nullptr;
  const Substitution* substitution_ = nullptr;
  mutable const SignatureType* signature_ = nullptr;
};

class TypeName : public Object {
 public:
  static bool classof(const Object* o) { return o->kind() == ObjectKind::kTypeName; }
  const Type* type() const override {
    return type_;
  }  ///< a Named, Alias, TypeParam or BasicType, itself lazy
  bool is_alias() const { return type_->kind() == TypeKind::kAlias; }
  /// The declaration, null for predeclared types and type parameters; and the file it stands in.
  const TypeDecl* decl() const { return decl_; }
  const File* file() const;

 private:
  friend class TypeContext;
  friend class Resolver;
  friend class UniverseBuilder;
  friend class Named;
  friend class Alias;
  friend class InterfaceType;
  friend class TypeParam;
  using Object::Object;
  Resolver* resolver_ = nullptr;
  const TypeDecl* decl_ = nullptr;
  uint32_t file_ = 0;
  const Scope* scope_ = nullptr;      // type parameter: where its constraint resolves
  const Expr* constraint_ = nullptr;  // type parameter
  const Type* type_ = nullptr;
};

/// A package name of a file's imports.
class PackageName : public Object {
 public:
  static bool classof(const Object* o) { return o->kind() == ObjectKind::kPackageName; }
  const Type* type() const override;
  llvm::StringRef path() const { return path_; }
  /// Loads on first question; null when the package cannot be loaded.
  const Package* imported() const;

 private:
  friend class TypeContext;
  friend class Resolver;
  using Object::Object;
  Resolver* resolver_ = nullptr;
  std::string path_;
  mutable bool loaded_ = false;
  mutable const Package* imported_ = nullptr;
};

enum class Builtin : uint8_t {
  kAppend,
  kCap,
  kClear,
  kClose,
  kComplex,
  kCopy,
  kDelete,
  kImag,
  kLen,
  kMake,
  kMax,
  kMin,
  kNew,
  kPanic,
  kPrint,
  kPrintln,
  kReal,
  kRecover,
  kUnsafeAdd,
  kUnsafeAlignof,
  kUnsafeOffsetof,
  kUnsafeSizeof,
  kUnsafeSlice,
  kUnsafeSliceData,
  kUnsafeString,
  kUnsafeStringData,
};

class BuiltinFunc : public Object {
 public:
  static bool classof(const Object* o) { return o->kind() == ObjectKind::kBuiltin; }
  BuiltinFunc(Builtin builtin, llvm::StringRef name)
      : Object(ObjectKind::kBuiltin, name, nullptr, {}), builtin(builtin) {}
  const Type* type() const override;
  const Builtin builtin;
};

/// The predeclared nil.
class NilObject : public Object {
 public:
  static bool classof(const Object* o) { return o->kind() == ObjectKind::kNil; }
  NilObject() : Object(ObjectKind::kNil, "nil", nullptr, {}) {}
  const Type* type() const override;
};

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_OBJECT_H
