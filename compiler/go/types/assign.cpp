#include "compiler/go/types/assign.h"

#include "compiler/go/types/identical.h"
#include "compiler/go/types/lookup.h"
#include "compiler/go/types/substitute.h"
#include "compiler/go/types/universe.h"

namespace instc::go {
namespace {

bool IsNamed(const Type* type) {
  type = Unalias(type);
  return llvm::isa<Named>(type) || llvm::isa<TypeParam>(type) || llvm::isa<BasicType>(type);
}

// Calls `holds` for every type in the type parameter's type set; for other types once. False when the set is
// unbounded.
template <typename Holds>
bool ForTypeSet(const Type* type, Holds holds) {
  if (!IsTypeParam(type)) return holds(type);
  const auto& terms = llvm::cast<InterfaceType>(Underlying(type))->Terms();
  if (!terms.has_value() || terms->empty()) return false;
  return llvm::all_of(*terms, [&](const UnionTerm& term) { return holds(term.type); });
}

bool HasMethods(const Type* type, const InterfaceType& interface, MissingMethod* missing) {
  for (const Func* wanted : interface.AllMethods()) {
    Selection selection = LookupFieldOrMethod(type, wanted->name(), wanted->package());
    const auto* found = llvm::dyn_cast_or_null<Func>(selection.object);
    bool same = found != nullptr && Identical(found->signature(), wanted->signature());
    if (same && !selection.needs_addressable) continue;
    if (missing != nullptr)
      *missing = {wanted, found, found != nullptr && !same, same && selection.needs_addressable};
    return false;
  }
  return true;
}

// Whether all types of the term `type` or `~type` are in the set.
bool InTypeSet(const UnionTerm& own, const std::vector<UnionTerm>& terms) {
  return llvm::any_of(terms, [&](const UnionTerm& term) {
    if (term.tilde) return Identical(Underlying(own.type), Underlying(term.type));
    return !own.tilde && Identical(own.type, term.type);
  });
}

bool MeetsInterface(const Type* type, const InterfaceType& interface, bool as_constraint,
                    MissingMethod* missing) {
  const auto* own = UnderlyingAs<InterfaceType>(type);
  // No type at all implements an interface whose type set is empty; one that is empty itself implements all.
  if (own != nullptr && own->Terms().has_value() && own->Terms()->empty()) return true;
  if (interface.Terms().has_value() && interface.Terms()->empty()) return false;
  if (!HasMethods(type, interface, missing)) return false;
  // Since Go 1.20 any comparable type, interfaces included, satisfies the constraint `comparable`.
  if (interface.RequiresComparable() && !Comparable(type, !as_constraint)) return false;
  if (!interface.Terms().has_value()) return true;
  if (own == nullptr) return InTypeSet({false, type}, *interface.Terms());
  return own->Terms().has_value() &&
         llvm::all_of(*own->Terms(), [&](const UnionTerm& t) { return InTypeSet(t, *interface.Terms()); });
}

bool UntypedAssignable(const BasicType& from, const Type* to, const ConstValue* constant) {
  if (from.basic == Basic::kUntypedNil) return HasNil(to);
  const Type* underlying = Underlying(to);
  if (const auto* interface = llvm::dyn_cast<InterfaceType>(underlying)) {
    if (!IsTypeParam(to)) {
      const Type* type = DefaultType(&from);
      bool fits = constant == nullptr || Representable(*constant, *UnderlyingAs<BasicType>(type));
      return fits && Implements(type, interface);
    }
    return ForTypeSet(to, [&](const Type* t) { return UntypedAssignable(from, t, constant); });
  }
  const auto* basic = llvm::dyn_cast<BasicType>(underlying);
  if (basic == nullptr) return false;
  if (from.IsBoolean()) return basic->IsBoolean();
  if (from.IsString()) return basic->IsString();
  if (!basic->IsNumeric()) return false;
  if (constant != nullptr && constant->known()) return Representable(*constant, *basic);
  // Without a value: an integer fits every numeric type, a float fits no integer.
  return from.IsInteger() || basic->IsComplex() || (from.IsFloat() && basic->IsFloat());
}

}  // namespace

bool Implements(const Type* type, const Type* interface, MissingMethod* missing) {
  const auto* wanted = UnderlyingAs<InterfaceType>(interface);
  if (Unalias(type)->IsInvalid() || Unalias(interface)->IsInvalid()) return true;
  return wanted != nullptr && MeetsInterface(type, *wanted, false, missing);
}

bool Satisfies(const Type* arg, const Type* constraint, MissingMethod* missing) {
  const auto* wanted = UnderlyingAs<InterfaceType>(constraint);
  if (Unalias(arg)->IsInvalid() || Unalias(constraint)->IsInvalid()) return true;
  return wanted != nullptr && MeetsInterface(arg, *wanted, true, missing);
}

std::optional<size_t> FirstUnsatisfied(llvm::ArrayRef<const TypeParam*> params,
                                       llvm::ArrayRef<const Type*> args, TypeContext& context,
                                       MissingMethod* missing) {
  Substitution* substitution = context.NewSubstitution();
  substitution->params = params.vec();
  substitution->args = args.vec();
  for (size_t i = 0; i < params.size() && i < args.size(); ++i) {
    if (!Satisfies(args[i], Substitute(params[i]->Constraint(), *substitution), missing)) return i;
  }
  return std::nullopt;
}

// Assignability, in the order of the specification.
bool AssignableTo(const Type* from, const Type* to, const ConstValue* constant) {
  from = Unalias(from);
  to = Unalias(to);
  if (from->IsInvalid() || to->IsInvalid() || Identical(from, to)) return true;
  if (const auto* basic = llvm::dyn_cast<BasicType>(from)) {
    if (basic->IsUntyped()) return UntypedAssignable(*basic, to, constant);
  }
  const Type* from_underlying = Underlying(from);
  const Type* to_underlying = Underlying(to);
  bool params = IsTypeParam(from) || IsTypeParam(to);
  if (!params && Identical(from_underlying, to_underlying) && (!IsNamed(from) || !IsNamed(to))) return true;
  if (IsInterface(to) && Implements(from, to)) return true;
  const auto* from_chan = llvm::dyn_cast<ChanType>(from_underlying);
  const auto* to_chan = llvm::dyn_cast<ChanType>(to_underlying);
  if (from_chan != nullptr && to_chan != nullptr && from_chan->direction == ChanDirection::kBoth &&
      Identical(from_chan->element, to_chan->element)) {
    return !IsNamed(from) || !IsNamed(to);
  }
  if (IsTypeParam(to) && !IsNamed(from))
    return ForTypeSet(to, [&](const Type* t) { return AssignableTo(from, t); });
  if (IsTypeParam(from) && !IsNamed(to))
    return ForTypeSet(from, [&](const Type* t) { return AssignableTo(t, to); });
  return false;
}

namespace {

bool IsBytesOrRunes(const Type* type) {
  const auto* slice = UnderlyingAs<SliceType>(type);
  const auto* element = slice != nullptr ? UnderlyingAs<BasicType>(slice->element) : nullptr;
  return element != nullptr && (element->basic == Basic::kUint8 || element->basic == Basic::kInt32);
}

// T(c) for a constant c and a type that constants have: representable, or a rune that becomes text.
bool ConstantConvertible(const BasicType& from, const BasicType& to, const ConstValue& constant) {
  return (from.IsInteger() && to.IsString()) || Representable(constant, to);
}

bool BasicConvertible(const BasicType& from, const BasicType& to) {
  bool from_real = from.IsInteger() || from.IsFloat();
  bool to_real = to.IsInteger() || to.IsFloat();
  if (from_real && to_real) return true;
  if (from.IsComplex() && to.IsComplex()) return true;
  if (to.IsString()) return from.IsString() || from.IsInteger();
  if (from.basic == Basic::kUnsafePointer) return to.basic == Basic::kUintptr;
  if (to.basic == Basic::kUnsafePointer) return from.basic == Basic::kUintptr;
  return from.IsBoolean() && to.IsBoolean();
}

// *T to *U, neither of them a defined pointer type.
bool PointersConvertible(const PointerType* from, const PointerType* to) {
  if (from == nullptr || to == nullptr || IsTypeParam(from->element) || IsTypeParam(to->element))
    return false;
  return IdenticalIgnoringTags(Underlying(from->element), Underlying(to->element));
}

// []T to [N]T or *[N]T.
bool SliceToArray(const Type* from, const Type* to) {
  const auto* slice = llvm::dyn_cast<SliceType>(from);
  if (const auto* pointer = llvm::dyn_cast<PointerType>(to)) to = Underlying(pointer->element);
  const auto* array = llvm::dyn_cast<ArrayType>(to);
  return slice != nullptr && array != nullptr && Identical(slice->element, array->element);
}

}  // namespace

bool ConvertibleTo(const Type* from, const Type* to, const ConstValue* constant) {
  if (Unalias(from)->IsInvalid() || Unalias(to)->IsInvalid()) return true;
  const Type* x = Underlying(from);
  const Type* y = Underlying(to);
  const auto* from_basic = llvm::dyn_cast<BasicType>(x);
  const auto* to_basic = llvm::dyn_cast<BasicType>(y);
  bool constants = constant != nullptr && constant->known() && from_basic != nullptr && to_basic != nullptr;
  if (constants && to_basic->basic != Basic::kUnsafePointer)
    return ConstantConvertible(*from_basic, *to_basic, *constant);
  if (AssignableTo(from, to, constant)) return true;
  if (IsTypeParam(from)) return ForTypeSet(from, [&](const Type* t) { return ConvertibleTo(t, to); });
  if (IsTypeParam(to)) return ForTypeSet(to, [&](const Type* t) { return ConvertibleTo(from, t, constant); });
  if (IdenticalIgnoringTags(x, y)) return true;
  if (PointersConvertible(TypeAs<PointerType>(from), TypeAs<PointerType>(to))) return true;
  if (from_basic != nullptr && to_basic != nullptr) return BasicConvertible(*from_basic, *to_basic);
  if (from_basic != nullptr && from_basic->IsString()) return IsBytesOrRunes(to);
  if (to_basic != nullptr && to_basic->IsString()) return IsBytesOrRunes(from);
  if (to_basic != nullptr && to_basic->basic == Basic::kUnsafePointer) return llvm::isa<PointerType>(x);
  if (from_basic != nullptr && from_basic->basic == Basic::kUnsafePointer) return llvm::isa<PointerType>(y);
  return SliceToArray(x, y);
}

bool AssertableTo(const Type* from, const Type* to, MissingMethod* missing) {
  if (Unalias(from)->IsInvalid() || Unalias(to)->IsInvalid()) return true;
  if (!IsInterface(from)) return false;
  return IsInterface(to) || IsTypeParam(to) || Implements(to, from, missing);
}

}  // namespace instc::go
