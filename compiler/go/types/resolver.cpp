// Names: the package scope, the imports of its files, and the objects' own questions.
#include "compiler/go/types/resolver.h"

#include <algorithm>
#include <set>

#include "compiler/go/types/universe.h"

namespace instc::go {

Span Resolver::SpanOf(uint32_t file, ByteRange range) const {
  return {package_.files()[file].buffer, range.begin, range.end};
}

void Resolver::Declare() {
  auto count = static_cast<uint32_t>(package_.files().size());
  file_scopes_.resize(count);
  imports_.resize(count);
  for (uint32_t file = 0; file < count; ++file) {
    file_scopes_[file].file = file;
    DeclareImports(file);
    DeclareValues(file);
    DeclareTypes(file);
  }
  for (uint32_t file = 0; file < count; ++file) DeclareFuncs(file);
  std::set<std::string> paths;
  for (const File& file : package_.files()) {
    for (const ImportDecl& import : file.imports) paths.insert(import.path);
  }
  import_paths_.assign(paths.begin(), paths.end());
}

// The first declaration of a name wins: a second one is an error that the Go compiler reports.
void Resolver::Enter(Object* object) {
  if (object->name() != "_" && !object->name().empty()) scope_.try_emplace(object->name(), object);
}

void Resolver::DeclareImports(uint32_t file) {
  for (const ImportDecl& decl : package_.files()[file].imports) {
    if (decl.name.text == "_") continue;
    PackageName* name = context().NewObject<PackageName>(ObjectKind::kPackageName, decl.name.text, &package_,
                                                         SpanOf(file, decl.range));
    name->resolver_ = this;
    name->path_ = decl.path;
    FileImports& imports = imports_[file];
    if (decl.path == "C") {
      name->name_ = "C";
      imports.explicit_names.push_back(name);
    } else if (decl.name.text == ".") {
      imports.dot.push_back(name);
    } else if (decl.name.text.empty()) {
      imports.unnamed.push_back(name);
    } else {
      imports.explicit_names.push_back(name);
    }
  }
}

void Resolver::DeclareValues(uint32_t file) {
  for (const ValueDecl& decl : package_.files()[file].values) {
    for (uint32_t i = 0; i < decl.names.size(); ++i) {
      Span span = SpanOf(file, decl.names[i].range());
      if (decl.is_const) {
        Const* constant = context().NewObject<Const>(ObjectKind::kConst, decl.names[i].text, &package_, span);
        constant->resolver_ = this;
        constant->decl_ = &decl;
        constant->index_ = i;
        constant->file_ = file;
        Enter(constant);
      } else {
        Var* var = context().NewObject<Var>(ObjectKind::kVar, decl.names[i].text, &package_, span);
        var->resolver_ = this;
        var->decl_ = &decl;
        var->index_ = i;
        var->file_ = file;
        Enter(var);
      }
    }
  }
}

void Resolver::DeclareTypes(uint32_t file) {
  for (const TypeDecl& decl : package_.files()[file].types) {
    TypeName* name = context().NewObject<TypeName>(ObjectKind::kTypeName, decl.name.text, &package_,
                                                   SpanOf(file, decl.name.range()));
    name->resolver_ = this;
    name->decl_ = &decl;
    name->file_ = file;
    if (decl.is_alias) {
      name->type_ = context().NewType<Alias>(&context(), name);
      if (const auto* target = decl.type->As<NameExpr>())
        simple_aliases_.emplace(decl.name.text, target->name.text);
    } else {
      name->type_ = context().NewType<Named>(&context(), name);
    }
    Enter(name);
  }
}

// A method may be declared on an alias of its type.
llvm::StringRef Resolver::ThroughAliases(llvm::StringRef type_name) const {
  for (int length = 0; length < 10; ++length) {
    auto it = simple_aliases_.find(type_name);
    if (it == simple_aliases_.end()) return type_name;
    type_name = it->second;
  }
  return type_name;
}

void Resolver::DeclareFuncs(uint32_t file) {
  for (const FuncDecl& decl : package_.files()[file].funcs) {
    Func* func = context().NewObject<Func>(ObjectKind::kFunc, decl.name.text, &package_,
                                           SpanOf(file, decl.name.range()));
    func->resolver_ = this;
    func->decl_ = &decl;
    func->file_ = file;
    func->is_method_ = decl.is_method();
    func->pointer_receiver_ = decl.receiver_is_pointer();
    functions_.push_back(func);
    if (!func->is_method_) {
      if (decl.name.text != "init") Enter(func);
    } else if (!decl.name.blank()) {
      methods_[ThroughAliases(decl.receiver_type_name())].push_back(func);
    }
  }
}

const Object* Resolver::Lookup(llvm::StringRef name) const {
  return scope_.lookup(name);
}

const std::vector<llvm::StringRef>& Resolver::names() const {
  if (names_.size() == scope_.size()) return names_;
  for (const auto& [name, object] : scope_) names_.push_back(name);
  llvm::sort(names_);
  return names_;
}

const std::vector<const Func*>& Resolver::MethodsOf(llvm::StringRef type_name) const {
  static const std::vector<const Func*> kNone;
  auto it = methods_.find(type_name);
  return it != methods_.end() ? it->second : kNone;
}

const Package* Resolver::Import(const PackageName& import) {
  auto known = imported_.find(import.path());
  if (known != imported_.end()) return known->second;
  const Package* package = importer_.Import(import.path(), package_);
  imported_.emplace(import.path().str(), package);
  if (package != nullptr) ReportImportCycle(import, *package);
  return package;
}

namespace {

// The last element of an import path, without a major version.
llvm::StringRef LikelyName(llvm::StringRef path) {
  auto [parent, last] = path.rsplit('/');
  unsigned major = 0;
  bool is_version = last.startswith("v") && !last.drop_front().getAsInteger(10, major);
  if (is_version) last = parent.rsplit('/').second.empty() ? parent : parent.rsplit('/').second;
  return last.empty() ? path : last;
}

bool IsCalled(const PackageName& import, llvm::StringRef name) {
  const Package* package = import.imported();
  return package != nullptr && package->name() == name;
}

}  // namespace

// By a name written, or by a path that contains it.
const PackageName* Resolver::LikelyImportIn(uint32_t file, llvm::StringRef name) const {
  const FileImports& imports = imports_[file];
  for (const PackageName* import : imports.explicit_names) {
    if (import->name() == name) return import;
  }
  for (const PackageName* import : imports.unnamed) {
    if (LikelyName(import->path()) == name && IsCalled(*import, name)) return import;
  }
  for (const PackageName* import : imports.unnamed) {
    if (import->path().contains(name) && IsCalled(*import, name)) return import;
  }
  return nullptr;
}

// An import without a name of its own is called what its package clause says, which only loading tells. The
// likeliest paths are tried first, so that in practice nothing else is loaded; predeclared names are never
// imports.
const PackageName* Resolver::ImportIn(uint32_t file, llvm::StringRef name) const {
  if (const PackageName* import = LikelyImportIn(file, name)) return import;
  if (LookupUniverse(name) != nullptr) return nullptr;
  const FileImports& imports = imports_[file];
  for (const PackageName* import : imports.unnamed) {
    if (!import->path().contains(name) && IsCalled(*import, name)) return import;
  }
  // What cannot be loaded is probably called what its path says.
  for (const PackageName* import : imports.unnamed) {
    if (import->imported() == nullptr && LikelyName(import->path()) == name) return import;
  }
  return nullptr;
}

// Package scope, imports of the file, dot imports; the universe is left to the caller.
const Object* Resolver::ResolveName(llvm::StringRef name, uint32_t file) const {
  if (const Object* object = Lookup(name)) return object;
  for (const PackageName* import : imports_[file].dot) {
    const Package* package = import->imported();
    const Object* object = package != nullptr && IsExportedName(name) ? package->Lookup(name) : nullptr;
    if (object != nullptr) return object;
  }
  return ImportIn(file, name);
}

const Object* Resolver::LookupIn(llvm::StringRef name, const Scope& scope) const {
  for (const auto& [param_name, object] : scope.type_params) {
    if (param_name == name) return object;
  }
  // The universe before the imports: no import may be called `string`, and asking them would load them.
  if (const Object* object = Lookup(name)) return object;
  if (const Object* object = LookupUniverse(name)) return object;
  return ResolveName(name, scope.file);
}

// ---- What objects and types ask ----

Scope* Resolver::ScopeWithTypeParams(uint32_t file, const ParamList& list,
                                     std::vector<const TypeParam*>& params) {
  Scope* scope = context().NewScope();
  scope->file = file;
  for (const ParamGroup& group : list.groups) {
    for (const Ident& ident : group.names) {
      TypeName* name = context().NewObject<TypeName>(ObjectKind::kTypeName, ident.text, &package_,
                                                     SpanOf(file, ident.range()));
      name->resolver_ = this;
      name->file_ = file;
      name->scope_ = scope;
      name->constraint_ = group.type;
      auto* param = context().NewType<TypeParam>(&context(), name, static_cast<uint32_t>(params.size()));
      name->type_ = param;
      params.push_back(param);
      scope->type_params.emplace_back(ident.text, name);
    }
  }
  return scope;
}

void Resolver::TypeParamsOf(const TypeName& name, std::vector<const TypeParam*>& params) {
  if (name.decl_ == nullptr || !name.decl_->type_params.present()) return;
  declaration_scopes_[&name] = ScopeWithTypeParams(name.file_, name.decl_->type_params, params);
}

const Type* Resolver::DefinitionOf(const TypeName& name) {
  const Scope* scope = &file_scopes_[name.file_];
  if (name.decl_->type_params.present()) {
    if (const auto* named = llvm::dyn_cast<Named>(name.type_)) named->type_params();
    if (const auto* alias = llvm::dyn_cast<Alias>(name.type_)) alias->type_params();
    scope = declaration_scopes_.at(&name);
  }
  return TypeOf(*name.decl_->type, *scope);
}

const Type* Resolver::ConstraintOf(const TypeName& name) {
  for (const auto& [expr, type] : name.scope_->constraints) {
    if (expr == name.constraint_) return type;
  }
  const Type* type = TypeOf(*name.constraint_, *name.scope_);
  if (!type->IsInvalid() && UnderlyingAs<InterfaceType>(type) == nullptr) {
    auto* wrapped =
        context().NewType<InterfaceType>(std::vector<const Func*>{}, std::vector<const Type*>{type});
    wrapped->implicit = true;
    type = wrapped;
  }
  name.scope_->constraints.emplace_back(name.constraint_, type);
  return type;
}

const Type* Resolver::VarType(const Var& var) {
  if (var.type_expr_ != nullptr) {
    const Type* type = TypeOf(*var.type_expr_, *var.scope_);
    return var.variadic_ ? context().Slice(type) : type;
  }
  if (var.decl_ == nullptr) return Invalid();
  const Scope& scope = file_scopes_[var.file_];
  if (var.decl_->type != nullptr) return TypeOf(*var.decl_->type, scope);
  return InitialiserType(*var.decl_, var.index_, scope);
}

void Resolver::ConstTypeAndValue(const Const& constant) {
  const ValueDecl& decl = *constant.decl_;
  const Scope& scope = file_scopes_[constant.file_];
  Operand operand;
  if (constant.index_ < decl.values.size())
    operand = Evaluate(*decl.values[constant.index_], scope, decl.iota);
  const Type* type = operand.type != nullptr ? operand.type : Invalid();
  if (decl.type != nullptr) type = TypeOf(*decl.type, scope);
  constant.type_ = type;
  if (!operand.is_constant) return;
  const auto* basic = UnderlyingAs<BasicType>(type);
  constant.value_ = basic != nullptr ? ConvertConst(operand.value, *basic) : ConstValue();
}

const SignatureType* Resolver::SignatureOf(const Func& func) {
  if (func.interface_elem_ != nullptr) return MakeSignature(func.interface_elem_->signature, *func.scope_);
  const FuncDecl& decl = *func.decl_;
  std::vector<const TypeParam*> params;
  const Scope* scope = &file_scopes_[func.file_];
  std::vector<const TypeParam*> receiver_params;
  if (decl.type_params.present()) scope = ScopeWithTypeParams(func.file_, decl.type_params, params);
  if (func.is_method_) scope = ReceiverScope(func, receiver_params);
  SignatureType* signature = MakeSignature(decl.signature, *scope);
  signature->type_params = std::move(params);
  signature->receiver_type_params = std::move(receiver_params);
  if (func.is_method_) {
    std::vector<const Var*> receiver = ParamVars(decl.receiver, *scope, nullptr);
    if (!receiver.empty()) signature->receiver = receiver.front();
  }
  return signature;
}

// In `func (r *T[K, V])` K and V are new names for T's own type parameters.
const Scope* Resolver::ReceiverScope(const Func& func, std::vector<const TypeParam*>& params) {
  const FuncDecl& decl = *func.decl_;
  const Expr* type = decl.receiver.groups.empty() ? nullptr : Unparen(decl.receiver.groups.front().type);
  if (type == nullptr) return &file_scopes_[func.file_];
  if (const auto* star = type->As<StarExpr>()) type = Unparen(star->operand);
  const auto* index = type->As<IndexExpr>();
  if (index == nullptr) return &file_scopes_[func.file_];
  const auto* type_name = llvm::dyn_cast_or_null<TypeName>(Lookup(ThroughAliases(decl.receiver_type_name())));
  const auto* named = type_name != nullptr ? llvm::dyn_cast<Named>(type_name->type()) : nullptr;
  if (named == nullptr) return &file_scopes_[func.file_];
  params = named->type_params();
  Scope* scope = context().NewScope();
  scope->file = func.file_;
  for (size_t i = 0; i < index->args.size() && i < params.size(); ++i) {
    const auto* name = index->args[i]->As<NameExpr>();
    if (name != nullptr) scope->type_params.emplace_back(name->name.text, params[i]->object());
  }
  return scope;
}

}  // namespace instc::go
