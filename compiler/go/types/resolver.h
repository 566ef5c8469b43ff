// The declarations of one package, resolved on demand: which object a name is, which type an expression
// denotes, which type and value an initialiser has. Internal to compiler/go/types; questions go through
// Package, Object and Type.
#ifndef INSTC_COMPILER_GO_TYPES_RESOLVER_H
#define INSTC_COMPILER_GO_TYPES_RESOLVER_H

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "compiler/go/types/package.h"
#include "llvm/ADT/DenseMap.h"

namespace instc::go {

/// Where a type expression stands: the file (for its imports) and the type parameters in force.
struct Scope {
  uint32_t file = 0;
  std::vector<std::pair<llvm::StringRef, const TypeName*>> type_params;
  /// Constraints by expression: `[K, V any]` is one constraint, resolved once.
  mutable std::vector<std::pair<const Expr*, const Type*>> constraints;
};

/// What an expression is: a type, or a value with a type and perhaps a constant.
struct Operand {
  enum class Mode : uint8_t { kInvalid, kType, kValue, kBuiltin, kPackage };
  Mode mode = Mode::kInvalid;
  const Type* type = nullptr;
  ConstValue value;
  bool is_constant = false;        ///< value may still be unknown
  const Object* object = nullptr;  ///< builtin or package name
};

class Resolver {
 public:
  Resolver(Package& package, Importer& importer) : package_(package), importer_(importer) {}
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// Enters all declarations into the scope; resolves nothing.
  void Declare();

  // Names.
  const Object* Lookup(llvm::StringRef name) const;
  const std::vector<llvm::StringRef>& names() const;
  const std::vector<std::string>& import_paths() const { return import_paths_; }
  const std::vector<const Func*>& functions() const { return functions_; }
  const std::vector<const Func*>& MethodsOf(llvm::StringRef type_name) const;
  const PackageName* ImportIn(uint32_t file, llvm::StringRef name) const;
  const PackageName* LikelyImportIn(uint32_t file, llvm::StringRef name) const;
  const Object* ResolveName(llvm::StringRef name, uint32_t file) const;
  const Package* Import(const PackageName& import);
  const Scope& FileScope(uint32_t file) const { return file_scopes_[file]; }
  uint32_t FileCount() const { return static_cast<uint32_t>(file_scopes_.size()); }

  // Declarations, called by the objects and types themselves.
  const Type* DefinitionOf(const TypeName& name);
  void TypeParamsOf(const TypeName& name, std::vector<const TypeParam*>& params);
  const Type* ConstraintOf(const TypeName& name);
  const Type* VarType(const Var& var);
  void ConstTypeAndValue(const Const& constant);
  const SignatureType* SignatureOf(const Func& func);

  // Errors in declarations (cycles.cpp).
  void ReportCycle(const Object& object);
  void ReportMissing(const PackageName& import);
  /// After `import` was answered with `package`: whether that leads back here.
  void ReportImportCycle(const PackageName& import, const Package& package);
  /// Whether a value of the type would contain another one of it, or an alias is spelled out with itself.
  bool ContainsItself(const TypeName& name);

  // Expressions.
  const Type* TypeOf(const Expr& expr, const Scope& scope);
  Operand Evaluate(const Expr& expr, const Scope& scope, int iota = -1);

  const Package& package() const { return package_; }
  TypeContext& context() const { return package_.context(); }

 private:
  struct FileImports {
    std::vector<PackageName*> explicit_names;  // `name "path"`
    std::vector<PackageName*> unnamed;         // `"path"`: the name is the package's own
    std::vector<PackageName*> dot;
  };

  Span SpanOf(uint32_t file, ByteRange range) const;
  void DeclareImports(uint32_t file);
  void DeclareValues(uint32_t file);
  void DeclareTypes(uint32_t file);
  void DeclareFuncs(uint32_t file);
  void Enter(Object* object);
  llvm::StringRef ThroughAliases(llvm::StringRef type_name) const;
  Scope* ScopeWithTypeParams(uint32_t file, const ParamList& list, std::vector<const TypeParam*>& params);

  const Scope* ReceiverScope(const Func& func, std::vector<const TypeParam*>& params);

  bool ReachedFrom(const Resolver& from, std::set<const Resolver*>& seen) const;
  std::vector<const TypeName*> PartsOf(const TypeName& name, bool alias) const;

  // Types (type_expr.cpp).
  const Type* PointerTo(const Type* element);
  const Type* NamedType(const NameExpr& name, const Scope& scope);
  const Type* QualifiedType(const SelectorExpr& selector, const Scope& scope);
  const Type* InstanceType(const IndexExpr& index, const Scope& scope);
  const Type* ArrayOrSlice(const ArrayTypeExpr& array, const Scope& scope);
  const Type* StructOf(const StructTypeExpr& type, const Scope& scope);
  const Type* InterfaceOf(const InterfaceTypeExpr& type, const Scope& scope);
  const Type* UnionOf(const Expr& expr, const Scope& scope);
  SignatureType* MakeSignature(const FuncSignature& signature, const Scope& scope);
  std::vector<const Var*> ParamVars(const ParamList& list, const Scope& scope, bool* variadic);
  const Object* LookupIn(llvm::StringRef name, const Scope& scope) const;

  // Values (value_expr.cpp).
  Operand EvaluateName(const NameExpr& name, const Scope& scope, int iota);
  Operand OperandOf(const Object* object);
  Operand EvaluateSelector(const SelectorExpr& selector, const Scope& scope, int iota);
  Operand EvaluateIndex(const IndexExpr& index, const Scope& scope, int iota);
  Operand EvaluateSlice(const SliceExpr& slice, const Scope& scope, int iota);
  Operand EvaluateCall(const CallExpr& call, const Scope& scope, int iota);
  Operand EvaluateConversion(const Type* type, const Operand& x);
  Operand EvaluateBuiltin(Builtin builtin, const CallExpr& call, const Scope& scope, int iota);
  Operand EvaluateComplex(const CallExpr& call, const Scope& scope, int iota);
  Operand EvaluatePart(Builtin builtin, const Operand& x);
  Operand EvaluateOffsetof(const CallExpr& call, const Scope& scope, int iota);
  Operand EvaluateLen(const CallExpr& call, const Scope& scope, int iota);
  Operand EvaluateUnary(const UnaryExpr& unary, const Scope& scope, int iota);
  Operand EvaluateBinary(const Expr& expr, const Scope& scope, int iota);
  Operand Combine(Token op, const Operand& x, const Operand& y);
  Operand EvaluateComposite(const CompositeExpr& literal, const Scope& scope, int iota);
  Operand CallResult(const Type* callee, const CallExpr& call, const Scope& scope, int iota);
  const Type* InitialiserType(const ValueDecl& decl, uint32_t index, const Scope& scope);

  class DepthGuard;

  Package& package_;
  Importer& importer_;
  llvm::DenseMap<llvm::StringRef, Object*> scope_;  // lookups only
  mutable std::vector<llvm::StringRef> names_;      // sorted when somebody asks
  std::vector<std::string> import_paths_;
  std::vector<FileImports> imports_;
  std::vector<Scope> file_scopes_;
  std::vector<const Func*> functions_;
  llvm::DenseMap<llvm::StringRef, std::vector<const Func*>> methods_;  // lookups only
  std::map<llvm::StringRef, llvm::StringRef> simple_aliases_;          // type A = B
  std::map<const TypeName*, const Scope*> declaration_scopes_;         // of generic types; lookups only
  std::map<std::string, const Package*, std::less<>> imported_;
  std::set<const Object*> reported_;                 // lookups only
  std::map<const TypeName*, bool> contains_itself_;  // lookups only
  std::map<const TypeName*, bool> endless_aliases_;  // lookups only
  static thread_local int depth_;                    // across packages: initialisers ask each other
};

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_RESOLVER_H
