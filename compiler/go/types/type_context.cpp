#include "compiler/go/types/type_context.h"

#include <algorithm>

#include "compiler/go/types/identical.h"
#include "compiler/go/types/resolver.h"
#include "compiler/go/types/substitute.h"
#include "compiler/go/types/universe.h"

namespace instc::go {

TypeContext::TypeContext() = default;
TypeContext::~TypeContext() = default;

const PointerType* TypeContext::Pointer(const Type* element) {
  return NewType<PointerType>(element);
}
const SliceType* TypeContext::Slice(const Type* element) {
  return NewType<SliceType>(element);
}
const ArrayType* TypeContext::Array(int64_t length, const Type* element) {
  return NewType<ArrayType>(length, element);
}
const MapType* TypeContext::Map(const Type* key, const Type* value) {
  return NewType<MapType>(key, value);
}
const ChanType* TypeContext::Chan(ChanDirection direction, const Type* element) {
  return NewType<ChanType>(direction, element);
}
const TupleType* TypeContext::Tuple(std::vector<const Var*> vars) {
  return NewType<TupleType>(std::move(vars));
}

const SignatureType* TypeContext::Signature(llvm::ArrayRef<const Type*> params,
                                            llvm::ArrayRef<const Type*> results, bool variadic) {
  std::vector<const Var*> param_vars;
  for (const Type* type : params) param_vars.push_back(Variable("", type));
  std::vector<const Var*> result_vars;
  for (const Type* type : results) result_vars.push_back(Variable("", type));
  return NewType<SignatureType>(std::move(param_vars), std::move(result_vars), variadic);
}

const Var* TypeContext::Variable(llvm::StringRef name, const Type* type, const Package* package) {
  Var* var = NewObject<Var>(ObjectKind::kVar, name, package, Span{});
  var->type_ = type;
  return var;
}

const Var* TypeContext::Field(llvm::StringRef name, const Type* type, const Package& package, bool embedded) {
  Var* field = NewObject<Var>(ObjectKind::kVar, name, &package, Span{});
  field->type_ = type;
  field->is_field_ = true;
  field->embedded_ = embedded;
  return field;
}

const Named* TypeContext::DeclareStruct(
    llvm::StringRef name, const Package& package, Span at, std::vector<const Var*> fields,
    llvm::ArrayRef<std::pair<llvm::StringRef, const SignatureType*>> methods) {
  TypeName* object = NewObject<TypeName>(ObjectKind::kTypeName, name, &package, at);
  Named* named = NewType<Named>(this, object);
  object->type_ = named;
  std::vector<std::string> tags(fields.size());
  named->underlying_ = NewType<StructType>(std::move(fields), std::move(tags));
  for (const auto& [method_name, signature] : methods) {
    Func* method = NewObject<Func>(ObjectKind::kFunc, method_name, &package, at);
    method->is_method_ = true;
    method->pointer_receiver_ = true;
    method->signature_ = signature;
    named->methods_.push_back(method);
  }
  named->underlying_state_ = named->methods_state_ = named->params_state_ = Named::State::kResolved;
  return named;
}

Substitution* TypeContext::NewSubstitution() {
  substitutions_.push_back(std::make_unique<Substitution>());
  substitutions_.back()->context = this;
  return substitutions_.back().get();
}

Scope* TypeContext::NewScope() {
  scopes_.push_back(std::make_unique<Scope>());
  return scopes_.back().get();
}

const Var* TypeContext::Instance(const Var& var, const Substitution& substitution) {
  Var* instance = NewObject<Var>(ObjectKind::kVar, var.name(), var.package(), var.declared_at());
  instance->is_field_ = var.is_field_;
  instance->embedded_ = var.embedded_;
  instance->origin_ = &var;
  instance->substitution_ = &substitution;
  return instance;
}

const Func* TypeContext::Instance(const Func& method, const Substitution& substitution) {
  Func* instance = NewObject<Func>(ObjectKind::kFunc, method.name(), method.package(), method.declared_at());
  instance->is_method_ = method.is_method_;
  instance->pointer_receiver_ = method.pointer_receiver_;
  instance->resolver_ = method.resolver_;
  instance->decl_ = method.decl_;
  instance->interface_elem_ = method.interface_elem_;
  instance->file_ = method.file_;
  instance->origin_ = &method;
  instance->substitution_ = &substitution;
  return instance;
}

// How many instances stand in each other in a type argument.
int TypeContext::NestingOf(const Type* type) const {
  constexpr int kMaxDepth = 100;
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    auto known = nesting_.find(type);
    if (known != nesting_.end()) return known->second;
    if (const auto* pointer = llvm::dyn_cast<PointerType>(type)) {
      type = pointer->element;
    } else if (const auto* slice = llvm::dyn_cast<SliceType>(type)) {
      type = slice->element;
    } else if (const auto* array = llvm::dyn_cast<ArrayType>(type)) {
      type = array->element;
    } else if (const auto* chan = llvm::dyn_cast<ChanType>(type)) {
      type = chan->element;
    } else if (const auto* map = llvm::dyn_cast<MapType>(type)) {
      type = map->value;
    } else {
      return 0;
    }
  }
  return kMaxDepth;
}

const Type* TypeContext::Instantiate(const Type* generic, llvm::ArrayRef<const Type*> args) {
  const auto* named = llvm::dyn_cast<Named>(generic);
  const auto* alias = llvm::dyn_cast<Alias>(generic);
  if (named == nullptr && alias == nullptr) return Invalid();
  size_t wanted = named != nullptr ? named->type_params().size() : alias->type_params().size();
  if (wanted != args.size() || wanted == 0) return Invalid();
  std::vector<const Type*>& known = instances_[generic];
  for (const Type* instance : known) {
    const auto& have = named != nullptr ? llvm::cast<Named>(instance)->type_args()
                                        : llvm::cast<Alias>(instance)->type_args();
    bool same = true;
    for (size_t i = 0; i < args.size() && same; ++i) same = have[i] == args[i] || Identical(have[i], args[i]);
    if (same) return instance;
  }
  // Generic types can ask for ever new and ever larger instances.
  constexpr size_t kMaxInstances = 100'000;
  constexpr int kMaxNesting = 64;
  int nesting = 1;
  for (const Type* arg : args) nesting = std::max(nesting, 1 + NestingOf(arg));
  if (nesting > kMaxNesting || nesting_.size() >= kMaxInstances) return Invalid();
  const Type* made = nullptr;
  if (named != nullptr) {
    Named* instance = NewType<Named>(this, named->object());
    instance->origin_ = named;
    instance->type_args_ = args.vec();
    made = instance;
  } else {
    Alias* instance = NewType<Alias>(this, alias->object());
    instance->origin_ = alias;
    instance->type_args_ = args.vec();
    made = instance;
  }
  instances_[generic].push_back(made);
  nesting_.emplace(made, nesting);
  return made;
}

const SignatureType* TypeContext::Instantiate(const SignatureType& generic,
                                              llvm::ArrayRef<const Type*> args) {
  if (generic.type_params.size() != args.size()) return nullptr;
  Substitution* substitution = NewSubstitution();
  substitution->params = generic.type_params;
  substitution->args = args.vec();
  auto* instance = const_cast<SignatureType*>(SubstituteSignature(generic, *substitution));
  instance->type_params.clear();
  return instance;
}

}  // namespace instc::go
