#include "compiler/go/types/substitute.h"

#include "compiler/go/types/universe.h"

namespace instc::go {
namespace {

constexpr int kMaxDepth = 200;

class Substituter {
 public:
  explicit Substituter(const Substitution& substitution)
      : s_(substitution), context_(*substitution.context) {}

  const Type* Apply(const Type* type) {
    if (depth_ > kMaxDepth) return Invalid();
    ++depth_;
    const Type* result = ApplyKind(type);
    --depth_;
    return result;
  }

  SignatureType* Signature(const SignatureType& signature) {
    auto* made =
        context_.NewType<SignatureType>(Vars(signature.params), Vars(signature.results), signature.variadic);
    made->type_params = signature.type_params;
    made->receiver_type_params = signature.receiver_type_params;
    if (signature.receiver != nullptr) made->receiver = context_.Instance(*signature.receiver, s_);
    return made;
  }

 private:
  const Type* ApplyKind(const Type* type) {
    switch (type->kind()) {
      case TypeKind::kInvalid:
      case TypeKind::kBasic:
        return type;
      case TypeKind::kTypeParam:
        for (size_t i = 0; i < s_.params.size(); ++i) {
          if (s_.params[i] == type) return s_.args[i];
        }
        return type;
      case TypeKind::kNamed:
        return Generic(*llvm::cast<Named>(type));
      case TypeKind::kAlias:
        return Generic(*llvm::cast<Alias>(type));
      case TypeKind::kPointer: {
        const auto* pointer = llvm::cast<PointerType>(type);
        const Type* element = Apply(pointer->element);
        return element == pointer->element ? type : context_.Pointer(element);
      }
      case TypeKind::kSlice: {
        const auto* slice = llvm::cast<SliceType>(type);
        const Type* element = Apply(slice->element);
        return element == slice->element ? type : context_.Slice(element);
      }
      case TypeKind::kArray: {
        const auto* array = llvm::cast<ArrayType>(type);
        const Type* element = Apply(array->element);
        return element == array->element ? type : context_.Array(array->length, element);
      }
      case TypeKind::kMap: {
        const auto* map = llvm::cast<MapType>(type);
        const Type* key = Apply(map->key);
        const Type* value = Apply(map->value);
        return key == map->key && value == map->value ? type : context_.Map(key, value);
      }
      case TypeKind::kChan: {
        const auto* chan = llvm::cast<ChanType>(type);
        const Type* element = Apply(chan->element);
        return element == chan->element ? type : context_.Chan(chan->direction, element);
      }
      case TypeKind::kStruct: {
        const auto* structure = llvm::cast<StructType>(type);
        return context_.NewType<StructType>(Vars(structure->fields), structure->tags);
      }
      case TypeKind::kSignature:
        return Signature(*llvm::cast<SignatureType>(type));
      case TypeKind::kInterface:
        return Interface(*llvm::cast<InterfaceType>(type));
      case TypeKind::kUnion: {
        std::vector<UnionTerm> terms = llvm::cast<UnionType>(type)->terms;
        for (UnionTerm& term : terms) term.type = Apply(term.type);
        return context_.NewType<UnionType>(std::move(terms));
      }
      case TypeKind::kTuple:
        return context_.NewType<TupleType>(Vars(llvm::cast<TupleType>(type)->vars));
    }
    return type;
  }

  // A named type mentions type parameters only in its type arguments.
  template <typename T>
  const Type* Generic(const T& type) {
    if (type.type_args().empty()) return &type;
    std::vector<const Type*> args;
    bool changed = false;
    for (const Type* arg : type.type_args()) {
      args.push_back(Apply(arg));
      changed |= args.back() != arg;
    }
    return changed ? context_.Instantiate(type.origin(), args) : &type;
  }

  const Type* Interface(const InterfaceType& interface) {
    if (interface.explicit_methods.empty() && interface.embedded.empty()) return &interface;
    std::vector<const Func*> methods;
    for (const Func* method : interface.explicit_methods) methods.push_back(context_.Instance(*method, s_));
    std::vector<const Type*> embedded;
    for (const Type* element : interface.embedded) embedded.push_back(Apply(element));
    auto* made = context_.NewType<InterfaceType>(std::move(methods), std::move(embedded));
    made->implicit = interface.implicit;
    made->is_comparable = interface.is_comparable;
    return made;
  }

  std::vector<const Var*> Vars(const std::vector<const Var*>& vars) {
    std::vector<const Var*> made;
    for (const Var* var : vars) made.push_back(context_.Instance(*var, s_));
    return made;
  }

  const Substitution& s_;
  TypeContext& context_;
  int depth_ = 0;
};

}  // namespace

const Type* Substitute(const Type* type, const Substitution& substitution) {
  return Substituter(substitution).Apply(type);
}

const SignatureType* SubstituteSignature(const SignatureType& signature, const Substitution& substitution) {
  return Substituter(substitution).Signature(signature);
}

}  // namespace instc::go
