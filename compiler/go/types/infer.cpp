// Unification of parameter types with argument types, in both directions of the specification that matter to
// package-level initialisers and rule expressions: typed arguments first, then untyped constants with their
// default types, then core types of constraints.
#include "compiler/go/types/infer.h"

#include "compiler/go/types/identical.h"
#include "compiler/go/types/object.h"
#include "compiler/go/types/substitute.h"

namespace instc::go {
namespace {

constexpr int kMaxDepth = 100;

class Unifier {
 public:
  Unifier(const std::vector<const TypeParam*>& params, std::vector<const Type*> known)
      : params_(params), known_(std::move(known)) {
    known_.resize(params.size(), nullptr);
  }

  std::vector<const Type*>& known() { return known_; }

  /// Makes `param` (which may mention type parameters) equal to `arg`. `exact`: below the top level no named
  /// type may stand for its underlying one.
  bool Unify(const Type* param, const Type* arg, bool exact) {
    if (depth_ > kMaxDepth) return false;
    ++depth_;
    bool same = UnifyHere(param, arg, exact);
    --depth_;
    return same;
  }

 private:
  int IndexOf(const Type* type) const {
    for (size_t i = 0; i < params_.size(); ++i) {
      if (params_[i] == type) return static_cast<int>(i);
    }
    return -1;
  }

  bool UnifyHere(const Type* param, const Type* arg, bool exact) {
    param = Unalias(param);
    int index = IndexOf(param);
    if (index >= 0) {
      const Type*& have = known_[static_cast<size_t>(index)];
      if (have == nullptr) {
        have = arg;
        return true;
      }
      if (Identical(have, arg)) return true;
      return !exact && Identical(Underlying(have), Underlying(arg));
    }
    arg = Unalias(arg);
    if (arg->IsInvalid() || param == arg) return true;
    if (!exact && param->kind() != TypeKind::kNamed && arg->kind() == TypeKind::kNamed) arg = Underlying(arg);
    if (param->kind() != arg->kind()) return IsInterface(param);  // assigning to an interface infers nothing
    switch (param->kind()) {
      case TypeKind::kPointer:
        return Unify(llvm::cast<PointerType>(param)->element, llvm::cast<PointerType>(arg)->element, true);
      case TypeKind::kSlice:
        return Unify(llvm::cast<SliceType>(param)->element, llvm::cast<SliceType>(arg)->element, true);
      case TypeKind::kArray:
        return Unify(llvm::cast<ArrayType>(param)->element, llvm::cast<ArrayType>(arg)->element, true);
      case TypeKind::kChan:
        return Unify(llvm::cast<ChanType>(param)->element, llvm::cast<ChanType>(arg)->element, true);
      case TypeKind::kMap:
        return Unify(llvm::cast<MapType>(param)->key, llvm::cast<MapType>(arg)->key, true) &&
               Unify(llvm::cast<MapType>(param)->value, llvm::cast<MapType>(arg)->value, true);
      case TypeKind::kSignature: {
        const auto* x = llvm::cast<SignatureType>(param);
        const auto* y = llvm::cast<SignatureType>(arg);
        return UnifyVars(x->params, y->params) && UnifyVars(x->results, y->results);
      }
      case TypeKind::kNamed:
        return UnifyNamed(*llvm::cast<Named>(param), *llvm::cast<Named>(arg));
      case TypeKind::kInvalid:
      case TypeKind::kBasic:
      case TypeKind::kAlias:
      case TypeKind::kStruct:
      case TypeKind::kInterface:
      case TypeKind::kUnion:
      case TypeKind::kTuple:
      case TypeKind::kTypeParam:
        return Identical(param, arg) || IsInterface(param);
    }
    return false;
  }

  bool UnifyVars(const std::vector<const Var*>& a, const std::vector<const Var*>& b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i) {
      if (!Unify(a[i]->type(), b[i]->type(), true)) return false;
    }
    return true;
  }

  bool UnifyNamed(const Named& param, const Named& arg) {
    if (param.origin() != arg.origin()) return IsInterface(&param);
    for (size_t i = 0; i < param.type_args().size() && i < arg.type_args().size(); ++i) {
      if (!Unify(param.type_args()[i], arg.type_args()[i], true)) return false;
    }
    return true;
  }

  const std::vector<const TypeParam*>& params_;
  std::vector<const Type*> known_;
  int depth_ = 0;
};

// The parameter type that the i-th argument is assigned to.
const Type* ParamTypeFor(const SignatureType& signature, size_t i) {
  if (signature.variadic && i + 1 >= signature.params.size()) {
    const auto* slice = TypeAs<SliceType>(signature.params.back()->type());
    return slice != nullptr ? slice->element : nullptr;
  }
  return i < signature.params.size() ? signature.params[i]->type() : nullptr;
}

bool UnifyTypedArguments(const SignatureType& generic, llvm::ArrayRef<const Type*> args, Unifier& unifier) {
  for (size_t i = 0; i < args.size(); ++i) {
    if (args[i] == nullptr || IsUntyped(args[i])) continue;
    const Type* param = ParamTypeFor(generic, i);
    if (param == nullptr || !unifier.Unify(param, args[i], false)) return false;
  }
  return true;
}

// A type parameter that only untyped constants are passed for becomes the default type of the widest of them:
// int, rune, float, complex.
bool DefaultUntypedArguments(const SignatureType& generic, llvm::ArrayRef<const Type*> args,
                             Unifier& unifier) {
  std::vector<const BasicType*> widest(generic.type_params.size(), nullptr);
  for (size_t i = 0; i < args.size(); ++i) {
    if (args[i] == nullptr || !IsUntyped(args[i]) || IsUntypedNil(args[i])) continue;
    const Type* param = ParamTypeFor(generic, i);
    if (param == nullptr) return false;
    const auto* type_param = TypeAs<TypeParam>(param);
    if (type_param == nullptr || type_param->index() >= widest.size() ||
        generic.type_params[type_param->index()] != type_param) {
      continue;
    }
    const auto* basic = TypeAs<BasicType>(args[i]);
    const BasicType*& kept = widest[type_param->index()];
    if (kept != nullptr && (!kept->IsNumeric() || !basic->IsNumeric()) && kept != basic) return false;
    if (kept == nullptr || kept->basic < basic->basic) kept = basic;
  }
  for (size_t i = 0; i < widest.size(); ++i) {
    if (widest[i] != nullptr && unifier.known()[i] == nullptr) unifier.known()[i] = DefaultType(widest[i]);
  }
  return true;
}

// `S ~[]E`: knowing S gives E, and the other way round.
void UnifyConstraints(const SignatureType& generic, Unifier& unifier, TypeContext& context) {
  for (const TypeParam* param : generic.type_params) {
    const auto& terms = param->ConstraintInterface()->Terms();
    if (!terms.has_value() || terms->size() != 1) continue;
    const UnionTerm& term = terms->front();
    const Type*& have = unifier.known()[param->index()];
    if (have != nullptr) {
      unifier.Unify(term.type, term.tilde ? Underlying(have) : have, false);
      continue;
    }
    Substitution* substitution = context.NewSubstitution();
    for (size_t i = 0; i < generic.type_params.size(); ++i) {
      if (unifier.known()[i] == nullptr) continue;
      substitution->params.push_back(generic.type_params[i]);
      substitution->args.push_back(unifier.known()[i]);
    }
    have = Substitute(term.type, *substitution);
  }
}

}  // namespace

std::optional<std::vector<const Type*>> InferTypeArgs(const SignatureType& generic,
                                                      llvm::ArrayRef<const Type*> given,
                                                      llvm::ArrayRef<const Type*> args,
                                                      TypeContext& context) {
  if (given.size() > generic.type_params.size()) return std::nullopt;
  Unifier unifier(generic.type_params, given.vec());
  if (!UnifyTypedArguments(generic, args, unifier)) return std::nullopt;
  UnifyConstraints(generic, unifier, context);
  if (!DefaultUntypedArguments(generic, args, unifier)) return std::nullopt;
  UnifyConstraints(generic, unifier, context);
  for (const Type* type : unifier.known()) {
    if (type == nullptr) return std::nullopt;
  }
  return unifier.known();
}

}  // namespace instc::go
