// From type expressions to types.
#include <algorithm>

#include "compiler/go/syntax/scanner.h"
#include "compiler/go/types/resolver.h"
#include "compiler/go/types/resolver_depth.h"
#include "compiler/go/types/universe.h"
#include "dsl/base/overload.h"

namespace instc::go {
thread_local int Resolver::depth_ = 0;

const Type* Resolver::TypeOf(const Expr& expr, const Scope& scope) {
  DepthGuard depth;
  if (!depth.ok()) return Invalid();
  TypeContext& types = context();
  // Expressions that are no types are the library's error; instc answers with Invalid and stays silent.
  auto no_type = [] { return Invalid(); };
  return std::visit(
      Overload{
          [&](const BadExpr&) { return no_type(); },
          [&](const NameExpr& name) { return NamedType(name, scope); },
          [&](const LiteralExpr&) { return no_type(); },
          [&](const ParenExpr& paren) { return TypeOf(*paren.inner, scope); },
          [&](const SelectorExpr& selector) { return QualifiedType(selector, scope); },
          [&](const IndexExpr& index) { return InstanceType(index, scope); },
          [&](const SliceExpr&) { return no_type(); },
          [&](const AssertExpr&) { return no_type(); },
          [&](const CallExpr&) { return no_type(); },
          [&](const StarExpr& star) { return PointerTo(TypeOf(*star.operand, scope)); },
          [&](const UnaryExpr& unary) {
            return unary.op == Token::kTilde ? UnionOf(expr, scope) : no_type();
          },
          [&](const BinaryExpr& binary) {
            return binary.op == Token::kOr ? UnionOf(expr, scope) : no_type();
          },
          [&](const FuncLitExpr&) { return no_type(); },
          [&](const CompositeExpr&) { return no_type(); },
          [&](const ArrayTypeExpr& array) { return ArrayOrSlice(array, scope); },
          [&](const MapTypeExpr& map) -> const Type* {
            return types.Map(TypeOf(*map.key, scope), TypeOf(*map.value, scope));
          },
          [&](const ChanTypeExpr& chan) -> const Type* {
            return types.Chan(chan.direction, TypeOf(*chan.element, scope));
          },
          [&](const FuncTypeExpr& func) -> const Type* { return MakeSignature(func.signature, scope); },
          [&](const StructTypeExpr& type) { return StructOf(type, scope); },
          [&](const InterfaceTypeExpr& type) { return InterfaceOf(type, scope); },
      },
      expr.node);
}

// A pointer to what has an error is an error itself. Aliases are followed only where they may stand for C types:
// following one may load a package.
const Type* Resolver::PointerTo(const Type* element) {
  bool uses_cgo = llvm::any_of(package_.files(), [](const File& file) { return file.imports_c; });
  const Type* meant = uses_cgo ? Unalias(element) : element;
  return meant->IsInvalid() ? meant : context().Pointer(element);
}

const Type* Resolver::NamedType(const NameExpr& name, const Scope& scope) {
  const auto* object = llvm::dyn_cast_or_null<TypeName>(LookupIn(name.name.text, scope));
  return object != nullptr ? object->type() : Invalid();
}

const Type* Resolver::QualifiedType(const SelectorExpr& selector, const Scope& scope) {
  const auto* qualifier = selector.operand->As<NameExpr>();
  if (qualifier == nullptr) return Invalid();
  const auto* import = llvm::dyn_cast_or_null<PackageName>(LookupIn(qualifier->name.text, scope));
  if (import == nullptr) return Invalid();
  if (import->path() == "C") return Invalid(InvalidType::Why::kCgo);
  const Package* package = import->imported();
  if (package == nullptr) {
    ReportMissing(*import);
    return Invalid();
  }
  const auto* object = llvm::dyn_cast_or_null<TypeName>(package->Lookup(selector.name.text));
  return object != nullptr ? object->type() : Invalid();
}

const Type* Resolver::InstanceType(const IndexExpr& index, const Scope& scope) {
  const Type* generic = TypeOf(*index.operand, scope);
  if (generic->IsInvalid()) return generic;
  std::vector<const Type*> args;
  for (const Expr* arg : index.args) args.push_back(TypeOf(*arg, scope));
  return context().Instantiate(generic, args);
}

const Type* Resolver::ArrayOrSlice(const ArrayTypeExpr& array, const Scope& scope) {
  const Type* element = TypeOf(*array.element, scope);
  if (array.ellipsis) return context().Array(-1, element);
  if (array.length == nullptr) return context().Slice(element);
  Operand length = Evaluate(*array.length, scope);
  std::optional<int64_t> value = length.is_constant ? length.value.AsInt64() : std::nullopt;
  return context().Array(value.value_or(-1), element);
}

namespace {

// The name of an embedded field: that of its type.
Ident EmbeddedName(const Expr* type) {
  type = Unparen(type);
  if (const auto* star = type->As<StarExpr>()) type = Unparen(star->operand);
  if (const auto* index = type->As<IndexExpr>()) type = Unparen(index->operand);
  if (const auto* selector = type->As<SelectorExpr>()) return selector->name;
  if (const auto* name = type->As<NameExpr>()) return name->name;
  return {};
}

}  // namespace

const Type* Resolver::StructOf(const StructTypeExpr& type, const Scope& scope) {
  std::vector<const Var*> fields;
  std::vector<std::string> tags;
  auto add = [&](const Ident& name, const FieldDecl& decl) {
    Var* field =
        context().NewObject<Var>(ObjectKind::kVar, name.text, &package_, SpanOf(scope.file, name.range()));
    field->resolver_ = this;
    field->is_field_ = true;
    field->embedded_ = decl.embedded();
    field->type_expr_ = decl.type;
    field->scope_ = &scope;
    fields.push_back(field);
    tags.emplace_back();
    if (!decl.tag.empty()) UnquoteString(decl.tag, tags.back());
  };
  for (const FieldDecl& decl : type.fields) {
    if (decl.embedded()) add(EmbeddedName(decl.type), decl);
    for (const Ident& name : decl.names) add(name, decl);
  }
  return context().NewType<StructType>(std::move(fields), std::move(tags));
}

const Type* Resolver::InterfaceOf(const InterfaceTypeExpr& type, const Scope& scope) {
  if (type.elems.empty()) return EmptyInterface();
  std::vector<const Func*> methods;
  std::vector<const Type*> embedded;
  for (const InterfaceElem& elem : type.elems) {
    if (elem.embedded != nullptr) {
      embedded.push_back(TypeOf(*elem.embedded, scope));
      continue;
    }
    Func* method = context().NewObject<Func>(ObjectKind::kFunc, elem.name.text, &package_,
                                             SpanOf(scope.file, elem.name.range()));
    method->resolver_ = this;
    method->is_method_ = true;
    method->interface_elem_ = &elem;
    method->scope_ = &scope;
    methods.push_back(method);
  }
  std::sort(methods.begin(), methods.end(), ObjectLess);
  return context().NewType<InterfaceType>(std::move(methods), std::move(embedded));
}

const Type* Resolver::UnionOf(const Expr& expr, const Scope& scope) {
  std::vector<const Expr*> elements;
  const Expr* rest = &expr;
  for (const auto* binary = rest->As<BinaryExpr>(); binary != nullptr && binary->op == Token::kOr;
       binary = rest->As<BinaryExpr>()) {
    elements.push_back(binary->right);
    rest = binary->left;
  }
  elements.push_back(rest);
  std::vector<UnionTerm> terms;
  for (auto it = elements.rbegin(); it != elements.rend(); ++it) {
    const auto* unary = (*it)->As<UnaryExpr>();
    bool tilde = unary != nullptr && unary->op == Token::kTilde;
    terms.push_back({tilde, TypeOf(tilde ? *unary->operand : **it, scope)});
  }
  return context().NewType<UnionType>(std::move(terms));
}

std::vector<const Var*> Resolver::ParamVars(const ParamList& list, const Scope& scope, bool* variadic) {
  std::vector<const Var*> vars;
  auto add = [&](llvm::StringRef name, ByteRange range, const ParamGroup& group) {
    Var* var = context().NewObject<Var>(ObjectKind::kVar, name, &package_, SpanOf(scope.file, range));
    var->resolver_ = this;
    var->type_expr_ = group.type;
    var->scope_ = &scope;
    var->variadic_ = group.variadic;
    vars.push_back(var);
  };
  for (const ParamGroup& group : list.groups) {
    if (group.names.empty()) add("", group.type_range, group);
    for (const Ident& name : group.names) add(name.text, name.range(), group);
    if (variadic != nullptr) *variadic = group.variadic;
  }
  return vars;
}

SignatureType* Resolver::MakeSignature(const FuncSignature& signature, const Scope& scope) {
  bool variadic = false;
  std::vector<const Var*> params = ParamVars(signature.params, scope, &variadic);
  std::vector<const Var*> results = ParamVars(signature.results, scope, nullptr);
  return context().NewType<SignatureType>(std::move(params), std::move(results), variadic);
}

}  // namespace instc::go
