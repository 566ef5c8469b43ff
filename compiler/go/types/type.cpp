#include "compiler/go/types/type.h"

#include <algorithm>

#include "compiler/go/types/identical.h"
#include "compiler/go/types/object.h"
#include "compiler/go/types/package.h"
#include "compiler/go/types/resolver.h"
#include "compiler/go/types/substitute.h"
#include "compiler/go/types/type_context.h"
#include "compiler/go/types/universe.h"

namespace instc::go {

bool BasicType::IsInteger() const {
  return (basic >= Basic::kInt && basic <= Basic::kUintptr) || basic == Basic::kUntypedInt ||
         basic == Basic::kUntypedRune;
}
bool BasicType::IsUnsigned() const {
  return basic >= Basic::kUint && basic <= Basic::kUintptr;
}
bool BasicType::IsFloat() const {
  return basic == Basic::kFloat32 || basic == Basic::kFloat64 || basic == Basic::kUntypedFloat;
}
bool BasicType::IsComplex() const {
  return basic == Basic::kComplex64 || basic == Basic::kComplex128 || basic == Basic::kUntypedComplex;
}

const Var* StructType::Field(llvm::StringRef name) const {
  for (const Var* field : fields) {
    if (field->name() == name) return field;
  }
  return nullptr;
}

// ---- Named ----

const std::vector<const TypeParam*>& Named::type_params() const {
  if (params_state_ == State::kUnresolved) {
    params_state_ = State::kResolved;
    if (origin_ == nullptr && object_->resolver_ != nullptr)
      object_->resolver_->TypeParamsOf(*object_, type_params_);
  }
  return type_params_;
}

const Type* Named::Underlying() const {
  if (underlying_state_ == State::kResolved) return underlying_;
  if (underlying_state_ == State::kResolving) {
    if (object_->resolver_ != nullptr) object_->resolver_->ReportCycle(*object_);
    return Invalid();
  }
  underlying_state_ = State::kResolving;
  const Type* definition = nullptr;
  if (origin_ != nullptr) {
    Substitution* substitution = context_->NewSubstitution();
    substitution->params = origin_->type_params();
    substitution->args = type_args_;
    definition = Substitute(origin_->Underlying(), *substitution);
  } else if (object_->resolver_->ContainsItself(*object_)) {
    object_->resolver_->ReportCycle(*object_);
    definition = Invalid();
  } else {
    definition = object_->resolver_->DefinitionOf(*object_);
  }
  underlying_ = go::Underlying(definition);
  if (UnderlyingAs<TypeParam>(underlying_) != nullptr) underlying_ = Invalid();
  underlying_state_ = State::kResolved;
  return underlying_;
}

const std::vector<const Func*>& Named::methods() const {
  if (methods_state_ != State::kUnresolved) return methods_;
  methods_state_ = State::kResolved;
  if (origin_ == nullptr) {
    if (object_->resolver_ != nullptr) methods_ = object_->resolver_->MethodsOf(object_->name());
    return methods_;
  }
  if (origin_->methods().empty()) return methods_;
  Substitution* substitution = context_->NewSubstitution();
  substitution->params = origin_->type_params();
  substitution->args = type_args_;
  for (const Func* method : origin_->methods())
    methods_.push_back(context_->Instance(*method, *substitution));
  return methods_;
}

const Func* Named::Method(llvm::StringRef name) const {
  for (const Func* method : methods()) {
    if (method->name() == name) return method;
  }
  return nullptr;
}

// ---- Alias ----

const std::vector<const TypeParam*>& Alias::type_params() const {
  if (!params_resolved_) {
    params_resolved_ = true;
    if (origin_ == nullptr && object_->resolver_ != nullptr)
      object_->resolver_->TypeParamsOf(*object_, type_params_);
  }
  return type_params_;
}

namespace {

// Instances of generic aliases that expand into each other, each into several, have no end in practice.
constexpr int kMaxAliasExpansion = 8;
thread_local int alias_expansion = 0;

}  // namespace

const Type* Alias::Aliased() const {
  if (aliased_ != nullptr) return aliased_;
  if (resolving_) {
    if (object_->resolver_ != nullptr) object_->resolver_->ReportCycle(*object_);
    return Invalid();
  }
  resolving_ = true;
  const Type* aliased = nullptr;
  if (origin_ != nullptr) {
    Substitution* substitution = context_->NewSubstitution();
    substitution->params = origin_->type_params();
    substitution->args = type_args_;
    ++alias_expansion;
    aliased =
        alias_expansion <= kMaxAliasExpansion ? Substitute(origin_->Aliased(), *substitution) : Invalid();
    --alias_expansion;
  } else if (object_->resolver_->ContainsItself(*object_)) {
    object_->resolver_->ReportCycle(*object_);
    aliased = Invalid();
  } else {
    aliased = object_->resolver_->DefinitionOf(*object_);
  }
  resolving_ = false;
  // A chain of aliases that comes back here is a cycle.
  const Type* end = aliased;
  while (const auto* alias = llvm::dyn_cast<Alias>(end)) {
    if (alias == this) {
      if (object_->resolver_ != nullptr) object_->resolver_->ReportCycle(*object_);
      aliased = Invalid();
      break;
    }
    if (alias->aliased_ == nullptr) break;
    end = alias->aliased_;
  }
  aliased_ = aliased;
  return aliased_;
}

// ---- TypeParam ----

const Type* TypeParam::Constraint() const {
  if (constraint_ != nullptr) return constraint_;
  if (resolving_) {
    object_->resolver_->ReportCycle(*object_);
    return Invalid();
  }
  resolving_ = true;
  constraint_ = object_->resolver_->ConstraintOf(*object_);
  resolving_ = false;
  return constraint_;
}

const InterfaceType* TypeParam::ConstraintInterface() const {
  if (interface_ != nullptr) return interface_;
  const Type* constraint = Constraint();
  if (const auto* interface = UnderlyingAs<InterfaceType>(constraint)) {
    interface_ = interface;
  } else if (constraint->IsInvalid()) {
    interface_ = llvm::cast<InterfaceType>(EmptyInterface());
  } else {
    auto* wrapped =
        context_->NewType<InterfaceType>(std::vector<const Func*>{}, std::vector<const Type*>{constraint});
    wrapped->implicit = true;
    interface_ = wrapped;
  }
  return interface_;
}

// ---- Interface ----

namespace {

bool SameMethodName(const Func& a, const Func& b) {
  if (a.name() != b.name()) return false;
  if (a.exported()) return true;
  return a.package() == b.package() ||
         (a.package() != nullptr && b.package() != nullptr && a.package()->path() == b.package()->path());
}

// Go refuses unions with more terms.
constexpr size_t kMaxTerms = 100;

bool Includes(const UnionTerm& a, const UnionTerm& b) {
  if (a.tilde) return Identical(Underlying(a.type), Underlying(b.type));
  return !b.tilde && Identical(a.type, b.type);
}

// Lists stay short: no term is in one that another term includes. Unions of unions would double at each
// level.
void AddTerm(std::vector<UnionTerm>& terms, const UnionTerm& term) {
  if (llvm::any_of(terms, [&](const UnionTerm& known) { return Includes(known, term); })) return;
  llvm::erase_if(terms, [&](const UnionTerm& known) { return Includes(term, known); });
  terms.push_back(term);
}

// Terms that are in both lists: the type set of `interface { A; B }`.
std::vector<UnionTerm> Intersect(const std::vector<UnionTerm>& a, const std::vector<UnionTerm>& b) {
  std::vector<UnionTerm> both;
  for (const UnionTerm& x : a) {
    for (const UnionTerm& y : b) {
      if (Includes(y, x))
        AddTerm(both, x);
      else if (Includes(x, y))
        AddTerm(both, y);
    }
  }
  return both;
}

// Embedding an interface into itself through ever new instances has no end; nobody nests them this deep.
constexpr int kMaxEmbedding = 64;
thread_local int embedding_depth = 0;

}  // namespace

void InterfaceType::ReportCycle(const Type* element) {
  const TypeName* name = nullptr;
  if (const auto* named = TypeAs<Named>(element)) name = named->object();
  if (const auto* param = TypeAs<TypeParam>(element)) name = param->object();
  if (name != nullptr && name->resolver_ != nullptr) name->resolver_->ReportCycle(*name);
}

void InterfaceType::Complete() const {
  if (complete_ || completing_ || embedding_depth > kMaxEmbedding) return;
  completing_ = true;
  ++embedding_depth;
  comparable_ = is_comparable;
  all_methods_ = explicit_methods;
  auto restrict_to = [&](std::vector<UnionTerm> terms) {
    terms_ = terms_.has_value() ? Intersect(*terms_, terms) : std::move(terms);
  };
  for (const Type* element : embedded) {
    const Type* underlying = go::Underlying(element);
    if (const auto* interface = llvm::dyn_cast<InterfaceType>(underlying)) {
      if (interface->completing_) ReportCycle(element);
      for (const Func* method : interface->AllMethods()) {
        bool known = llvm::any_of(all_methods_, [&](const Func* m) { return SameMethodName(*m, *method); });
        if (!known) all_methods_.push_back(method);
      }
      comparable_ |= interface->RequiresComparable();
      if (interface->Terms().has_value()) restrict_to(*interface->Terms());
    } else if (const auto* terms = llvm::dyn_cast<UnionType>(underlying)) {
      if (std::optional<std::vector<UnionTerm>> flat = FlattenUnion(*terms)) restrict_to(std::move(*flat));
    } else if (!underlying->IsInvalid()) {
      restrict_to({{false, element}});
    }
  }
  std::sort(all_methods_.begin(), all_methods_.end(), ObjectLess);
  --embedding_depth;
  completing_ = false;
  complete_ = true;
}

// `A | B` where A may itself be an interface with a type set; nullopt when one of them has all types, or
// there are more terms than Go takes.
std::optional<std::vector<UnionTerm>> InterfaceType::FlattenUnion(const UnionType& type) {
  std::vector<UnionTerm> terms;
  for (const UnionTerm& term : type.terms) {
    const auto* interface = UnderlyingAs<InterfaceType>(term.type);
    if (interface == nullptr) {
      AddTerm(terms, term);
    } else if (!interface->Terms().has_value()) {
      return std::nullopt;
    } else {
      for (const UnionTerm& inner : *interface->Terms()) AddTerm(terms, inner);
    }
    if (terms.size() > kMaxTerms) return std::nullopt;
  }
  return terms;
}

const std::vector<const Func*>& InterfaceType::AllMethods() const {
  Complete();
  return all_methods_;
}
const std::optional<std::vector<UnionTerm>>& InterfaceType::Terms() const {
  Complete();
  return terms_;
}
bool InterfaceType::RequiresComparable() const {
  Complete();
  return comparable_;
}

const Func* InterfaceType::Method(llvm::StringRef name, const Package* from) const {
  for (const Func* method : AllMethods()) {
    if (method->name() != name) continue;
    if (method->exported() ||
        (from != nullptr && method->package() != nullptr && method->package()->path() == from->path()))
      return method;
  }
  return nullptr;
}

// ---- Questions ----

const Type* Unalias(const Type* type) {
  // Aliased() breaks cycles as it resolves them, so this ends.
  for (int length = 0; length < 1000; ++length) {
    const auto* alias = llvm::dyn_cast<Alias>(type);
    if (alias == nullptr) return type;
    type = alias->Aliased();
  }
  return Invalid();
}

const Type* Underlying(const Type* type) {
  type = Unalias(type);
  if (const auto* named = llvm::dyn_cast<Named>(type)) return named->Underlying();
  if (const auto* param = llvm::dyn_cast<TypeParam>(type)) return param->ConstraintInterface();
  return type;
}

const Type* Pointee(const Type* type) {
  const auto* pointer = TypeAs<PointerType>(type);
  return pointer != nullptr ? pointer->element : nullptr;
}

const Type* DefaultType(const Type* type) {
  const auto* basic = TypeAs<BasicType>(type);
  if (basic == nullptr) return type;
  switch (basic->basic) {
    case Basic::kUntypedBool:
      return BasicTypeOf(Basic::kBool);
    case Basic::kUntypedInt:
      return BasicTypeOf(Basic::kInt);
    case Basic::kUntypedRune:
      return LookupUniverse("rune")->type();
    case Basic::kUntypedFloat:
      return BasicTypeOf(Basic::kFloat64);
    case Basic::kUntypedComplex:
      return BasicTypeOf(Basic::kComplex128);
    case Basic::kUntypedString:
      return BasicTypeOf(Basic::kString);
    default:
      return type;
  }
}

bool IsTypeParam(const Type* type) {
  return TypeAs<TypeParam>(type) != nullptr;
}
bool IsInterface(const Type* type) {
  return !IsTypeParam(type) && UnderlyingAs<InterfaceType>(type) != nullptr;
}

bool IsUntyped(const Type* type) {
  const auto* basic = TypeAs<BasicType>(type);
  return basic != nullptr && basic->IsUntyped();
}

bool IsUntypedNil(const Type* type) {
  const auto* basic = TypeAs<BasicType>(type);
  return basic != nullptr && basic->basic == Basic::kUntypedNil;
}

bool HasNil(const Type* type) {
  const Type* underlying = Underlying(type);
  switch (underlying->kind()) {
    case TypeKind::kInvalid:
    case TypeKind::kPointer:
    case TypeKind::kSlice:
    case TypeKind::kMap:
    case TypeKind::kChan:
    case TypeKind::kSignature:
      return true;
    case TypeKind::kInterface: {
      if (!IsTypeParam(type)) return true;
      const auto& terms = llvm::cast<InterfaceType>(underlying)->Terms();
      return terms.has_value() && !terms->empty() &&
             llvm::all_of(*terms, [](const UnionTerm& term) { return HasNil(term.type); });
    }
    case TypeKind::kBasic: {
      Basic basic = llvm::cast<BasicType>(underlying)->basic;
      return basic == Basic::kUnsafePointer || basic == Basic::kUntypedNil;
    }
    case TypeKind::kNamed:
    case TypeKind::kAlias:
    case TypeKind::kArray:
    case TypeKind::kStruct:
    case TypeKind::kUnion:
    case TypeKind::kTuple:
    case TypeKind::kTypeParam:
      return false;
  }
  return false;
}

const Type* CoreType(const Type* type) {
  if (!IsTypeParam(type)) return Underlying(type);
  const auto& terms = llvm::cast<InterfaceType>(Underlying(type))->Terms();
  if (!terms.has_value() || terms->empty()) return nullptr;
  const Type* core = Underlying(terms->front().type);
  for (const UnionTerm& term : *terms) {
    if (!Identical(core, Underlying(term.type))) return nullptr;
  }
  return core;
}

}  // namespace instc::go
