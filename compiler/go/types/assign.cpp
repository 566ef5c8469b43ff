#include "compiler/go/types/assign.h"

#include "compiler/go/types/identical.h"
#include "compiler/go/types/lookup.h"
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

bool InTypeSet(const Type* type, const std::vector<UnionTerm>& terms) {
  return llvm::any_of(terms, [&](const UnionTerm& term) {
    return Identical(type, term.type) || (term.tilde && Identical(Underlying(type), Underlying(term.type)));
  });
}

bool MeetsInterface(const Type* type, const InterfaceType& interface, bool as_constraint,
                    MissingMethod* missing) {
  if (!HasMethods(type, interface, missing)) return false;
  // Since Go 1.20 any comparable type, interfaces included, satisfies the constraint `comparable`.
  if (interface.RequiresComparable() && !Comparable(type, !as_constraint)) return false;
  if (!interface.Terms().has_value()) return true;
  const auto* own = UnderlyingAs<InterfaceType>(type);
  if (own != nullptr && (!IsTypeParam(type) || !own->Terms().has_value())) return false;
  return ForTypeSet(type, [&](const Type* t) { return InTypeSet(t, *interface.Terms()); });
}

bool UntypedAssignable(const BasicType& from, const Type* to, const ConstValue* constant) {
  if (from.basic == Basic::kUntypedNil) return HasNil(to);
  const Type* underlying = Underlying(to);
  if (const auto* interface = llvm::dyn_cast<InterfaceType>(underlying)) {
    if (!IsTypeParam(to)) return Implements(DefaultType(&from), interface);
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

bool BasicConvertible(const BasicType& from, const BasicType& to, const ConstValue* constant) {
  bool integer_constant = constant != nullptr && constant->known() && to.IsInteger();
  if (integer_constant && from.IsNumeric()) return Representable(*constant, to);
  bool from_real = from.IsInteger() || from.IsFloat();
  bool to_real = to.IsInteger() || to.IsFloat();
  if (from_real && to_real) return true;
  if (from.IsNumeric() && to.IsComplex()) return from.IsComplex() || from.IsUntyped();
  if (to.IsString()) return from.IsString() || from.IsInteger();
  if (from.basic == Basic::kUnsafePointer) return to.basic == Basic::kUintptr;
  if (to.basic == Basic::kUnsafePointer) return from.basic == Basic::kUintptr;
  return from.IsBoolean() && to.IsBoolean();
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
  if (AssignableTo(from, to, constant)) return true;
  if (IsTypeParam(from)) return ForTypeSet(from, [&](const Type* t) { return ConvertibleTo(t, to); });
  if (IsTypeParam(to)) return ForTypeSet(to, [&](const Type* t) { return ConvertibleTo(from, t, constant); });
  const Type* x = Underlying(from);
  const Type* y = Underlying(to);
  if (IdenticalIgnoringTags(x, y)) return true;
  const auto* from_pointer = llvm::dyn_cast<PointerType>(x);
  const auto* to_pointer = llvm::dyn_cast<PointerType>(y);
  if (from_pointer != nullptr && to_pointer != nullptr) {
    return IdenticalIgnoringTags(Underlying(from_pointer->element), Underlying(to_pointer->element));
  }
  const auto* from_basic = llvm::dyn_cast<BasicType>(x);
  const auto* to_basic = llvm::dyn_cast<BasicType>(y);
  if (from_basic != nullptr && to_basic != nullptr) return BasicConvertible(*from_basic, *to_basic, constant);
  if (from_basic != nullptr && from_basic->IsString()) return IsBytesOrRunes(to);
  if (to_basic != nullptr && to_basic->IsString()) return IsBytesOrRunes(from);
  if (to_basic != nullptr && to_basic->basic == Basic::kUnsafePointer) return from_pointer != nullptr;
  if (from_basic != nullptr && from_basic->basic == Basic::kUnsafePointer) return to_pointer != nullptr;
  return SliceToArray(x, y);
}

bool AssertableTo(const Type* from, const Type* to, MissingMethod* missing) {
  if (Unalias(from)->IsInvalid() || Unalias(to)->IsInvalid()) return true;
  if (!IsInterface(from)) return false;
  return IsInterface(to) || Implements(to, from, missing);
}

}  // namespace instc::go
