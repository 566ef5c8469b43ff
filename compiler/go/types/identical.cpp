#include "compiler/go/types/identical.h"

#include <set>
#include <utility>
#include <vector>

#include "compiler/go/types/object.h"
#include "compiler/go/types/package.h"

namespace instc::go {
namespace {

constexpr int kMaxDepth = 200;
constexpr int kFewSteps = 32;
constexpr int kMaxSteps = 100'000;  // types that share parts can be compared in more ways than there is time

// Compares by structure. Type parameters of two generic signatures count as equal when they stand at the same
// place.
class Comparer {
 public:
  explicit Comparer(bool tags) : tags_(tags) {}

  bool Same(const Type* a, const Type* b) {
    if (a == b) return true;
    a = Unalias(a);
    b = Unalias(b);
    if (a == b || a->IsInvalid() || b->IsInvalid()) return true;
    if (a->kind() != b->kind()) return false;
    if (depth_ > kMaxDepth || ++steps_ > kMaxSteps) return true;
    // What is being compared, or was found the same, is the same: types that share parts are compared part by
    // part.
    bool remember = steps_ > kFewSteps && params_.empty();
    if (remember && !assumed_.insert({a, b}).second) return true;
    ++depth_;
    bool same = SameKind(a, b);
    --depth_;
    if (remember && !same) assumed_.erase({a, b});
    return same;
  }

 private:
  bool SameKind(const Type* a, const Type* b) {
    switch (a->kind()) {
      case TypeKind::kInvalid:
      case TypeKind::kAlias:
        return true;
      case TypeKind::kBasic:
        return llvm::cast<BasicType>(a)->basic == llvm::cast<BasicType>(b)->basic;
      case TypeKind::kNamed:
        return SameNamed(*llvm::cast<Named>(a), *llvm::cast<Named>(b));
      case TypeKind::kPointer:
        return Same(llvm::cast<PointerType>(a)->element, llvm::cast<PointerType>(b)->element);
      case TypeKind::kSlice:
        return Same(llvm::cast<SliceType>(a)->element, llvm::cast<SliceType>(b)->element);
      case TypeKind::kArray: {
        const auto* x = llvm::cast<ArrayType>(a);
        const auto* y = llvm::cast<ArrayType>(b);
        bool length = x->length == y->length || x->length < 0 || y->length < 0;
        return length && Same(x->element, y->element);
      }
      case TypeKind::kMap: {
        const auto* x = llvm::cast<MapType>(a);
        const auto* y = llvm::cast<MapType>(b);
        return Same(x->key, y->key) && Same(x->value, y->value);
      }
      case TypeKind::kChan: {
        const auto* x = llvm::cast<ChanType>(a);
        const auto* y = llvm::cast<ChanType>(b);
        return x->direction == y->direction && Same(x->element, y->element);
      }
      case TypeKind::kStruct:
        return SameStruct(*llvm::cast<StructType>(a), *llvm::cast<StructType>(b));
      case TypeKind::kSignature:
        return SameSignature(*llvm::cast<SignatureType>(a), *llvm::cast<SignatureType>(b));
      case TypeKind::kInterface:
        return SameInterface(*llvm::cast<InterfaceType>(a), *llvm::cast<InterfaceType>(b));
      case TypeKind::kUnion:
        return SameTerms(llvm::cast<UnionType>(a)->terms, llvm::cast<UnionType>(b)->terms);
      case TypeKind::kTuple:
        return SameVars(llvm::cast<TupleType>(a)->vars, llvm::cast<TupleType>(b)->vars);
      case TypeKind::kTypeParam:
        for (const auto& [x, y] : params_) {
          if (x == a) return y == b;
        }
        return false;
    }
    return false;
  }

  bool SameNamed(const Named& a, const Named& b) {
    if (a.origin() != b.origin() || a.type_args().size() != b.type_args().size()) return false;
    for (size_t i = 0; i < a.type_args().size(); ++i) {
      if (!Same(a.type_args()[i], b.type_args()[i])) return false;
    }
    return true;
  }

  static bool SamePackage(const Object& a, const Object& b) {
    if (a.package() == b.package()) return true;
    return a.package() != nullptr && b.package() != nullptr && a.package()->path() == b.package()->path();
  }

  bool SameStruct(const StructType& a, const StructType& b) {
    if (a.fields.size() != b.fields.size()) return false;
    for (size_t i = 0; i < a.fields.size(); ++i) {
      const Var& x = *a.fields[i];
      const Var& y = *b.fields[i];
      if (x.name() != y.name() || x.embedded() != y.embedded()) return false;
      if (!x.exported() && !SamePackage(x, y)) return false;
      if (tags_ && a.tags[i] != b.tags[i]) return false;
      if (!Same(x.type(), y.type())) return false;
    }
    return true;
  }

  bool SameVars(const std::vector<const Var*>& a, const std::vector<const Var*>& b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i) {
      if (!Same(a[i]->type(), b[i]->type())) return false;
    }
    return true;
  }

  bool SameSignature(const SignatureType& a, const SignatureType& b) {
    if (a.variadic != b.variadic || a.type_params.size() != b.type_params.size()) return false;
    size_t before = params_.size();
    for (size_t i = 0; i < a.type_params.size(); ++i)
      params_.emplace_back(a.type_params[i], b.type_params[i]);
    bool same = true;
    for (size_t i = 0; i < a.type_params.size() && same; ++i) {
      same = Same(a.type_params[i]->Constraint(), b.type_params[i]->Constraint());
    }
    same = same && SameVars(a.params, b.params) && SameVars(a.results, b.results);
    params_.resize(before);
    return same;
  }

  bool SameInterface(const InterfaceType& a, const InterfaceType& b) {
    if (a.RequiresComparable() != b.RequiresComparable()) return false;
    const auto& a_terms = a.Terms();
    const auto& b_terms = b.Terms();
    if (a_terms.has_value() != b_terms.has_value()) return false;
    if (a_terms.has_value() && !SameTerms(*a_terms, *b_terms)) return false;
    const auto& x = a.AllMethods();
    const auto& y = b.AllMethods();
    if (x.size() != y.size()) return false;
    for (size_t i = 0; i < x.size(); ++i) {
      if (x[i]->name() != y[i]->name() || (!x[i]->exported() && !SamePackage(*x[i], *y[i]))) return false;
      if (!Same(x[i]->signature(), y[i]->signature())) return false;
    }
    return true;
  }

  bool SameTerms(const std::vector<UnionTerm>& a, const std::vector<UnionTerm>& b) {
    return Covers(a, b) && Covers(b, a);
  }

  bool Covers(const std::vector<UnionTerm>& a, const std::vector<UnionTerm>& b) {
    return llvm::all_of(b, [&](const UnionTerm& y) {
      return llvm::any_of(a, [&](const UnionTerm& x) { return x.tilde == y.tilde && Same(x.type, y.type); });
    });
  }

  bool tags_;
  int depth_ = 0;
  int steps_ = 0;
  std::set<std::pair<const Type*, const Type*>> assumed_;  // lookups only
  std::vector<std::pair<const Type*, const Type*>> params_;
};

// A type that was looked into before is not looked into again: either it was comparable, or it is being
// decided, as an instance of a generic type may contain itself. (The first type that is not ends it all.)
class Comparability {
 public:
  explicit Comparability(bool strict) : strict_(strict) {}

  bool Holds(const Type* type) {
    if (depth_ > kMaxDepth || !seen_.insert(Unalias(type)).second) return true;
    ++depth_;
    bool holds = HoldsUnder(type, Underlying(type));
    --depth_;
    return holds;
  }

 private:
  bool HoldsUnder(const Type* type, const Type* underlying) {
    switch (underlying->kind()) {
      case TypeKind::kInvalid:
      case TypeKind::kPointer:
      case TypeKind::kChan:
        return true;
      case TypeKind::kBasic:
        return llvm::cast<BasicType>(underlying)->basic != Basic::kUntypedNil;
      case TypeKind::kInterface: {
        const auto* interface = llvm::cast<InterfaceType>(underlying);
        if (interface->RequiresComparable() || (!strict_ && !IsTypeParam(type))) return true;
        const auto& terms = interface->Terms();
        return terms.has_value() && AllStrictly(*terms);
      }
      case TypeKind::kStruct:
        return llvm::all_of(llvm::cast<StructType>(underlying)->fields,
                            [&](const Var* field) { return Holds(field->type()); });
      case TypeKind::kArray:
        return Holds(llvm::cast<ArrayType>(underlying)->element);
      case TypeKind::kNamed:
      case TypeKind::kAlias:
      case TypeKind::kSlice:
      case TypeKind::kMap:
      case TypeKind::kSignature:
      case TypeKind::kUnion:
      case TypeKind::kTuple:
      case TypeKind::kTypeParam:
        return false;
    }
    return false;
  }

  // A type parameter is comparable when none of its types can panic.
  bool AllStrictly(const std::vector<UnionTerm>& terms) {
    bool before = std::exchange(strict_, true);
    bool all = llvm::all_of(terms, [&](const UnionTerm& term) { return Holds(term.type); });
    strict_ = before;
    return all;
  }

  bool strict_;
  int depth_ = 0;
  std::set<const Type*> seen_;  // lookups only
};

}  // namespace

bool Identical(const Type* a, const Type* b) {
  return Comparer(true).Same(a, b);
}
bool IdenticalIgnoringTags(const Type* a, const Type* b) {
  return Comparer(false).Same(a, b);
}
bool Comparable(const Type* type, bool strict) {
  return Comparability(strict).Holds(type);
}

bool Ordered(const Type* type) {
  if (Unalias(type)->IsInvalid()) return true;
  const Type* underlying = Underlying(type);
  if (const auto* basic = llvm::dyn_cast<BasicType>(underlying)) return basic->IsOrdered();
  const auto* interface = llvm::dyn_cast<InterfaceType>(underlying);
  if (interface == nullptr || !IsTypeParam(type)) return false;
  const auto& terms = interface->Terms();
  return terms.has_value() && llvm::all_of(*terms, [](const UnionTerm& term) { return Ordered(term.type); });
}

}  // namespace instc::go
