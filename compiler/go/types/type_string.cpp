#include "compiler/go/types/type_string.h"

#include "compiler/go/types/package.h"
#include "compiler/go/types/universe.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::go {
namespace {

constexpr int kMaxDepth = 100;

class Writer {
 public:
  explicit Writer(Qualifier qualifier, AnySpelling empty = AnySpelling::kAny, TypeParamNames names = nullptr)
      : qualifier_(qualifier), empty_(empty), names_(names) {}

  void Type(const go::Type* type) {
    if (depth_ > kMaxDepth) {
      out_ += "...";
      return;
    }
    ++depth_;
    Kind(type);
    --depth_;
  }

  void Signature(const SignatureType& signature) {
    TypeParams(signature.type_params);
    Vars(signature.params, signature.variadic);
    if (signature.results.empty()) return;
    out_ += " ";
    if (signature.results.size() == 1 && signature.results.front()->name().empty()) {
      Type(signature.results.front()->type());
    } else {
      Vars(signature.results, false);
    }
  }

  std::string Take() { return std::move(out_); }

 private:
  void Kind(const go::Type* type) {
    switch (type->kind()) {
      case TypeKind::kInvalid:
        out_ += "invalid type";
        return;
      case TypeKind::kBasic:
        out_ += llvm::cast<BasicType>(type)->name;
        return;
      case TypeKind::kNamed:
        Name(*llvm::cast<Named>(type)->object(), llvm::cast<Named>(type)->type_args());
        return TypeParams(llvm::cast<Named>(type)->IsGeneric() ? llvm::cast<Named>(type)->type_params()
                                                               : std::vector<const TypeParam*>());
      case TypeKind::kAlias:
        if (type == AnyType()) return Empty();
        return Name(*llvm::cast<Alias>(type)->object(), llvm::cast<Alias>(type)->type_args());
      case TypeKind::kTypeParam:
        out_ += names_ ? names_(*llvm::cast<TypeParam>(type))
                       : llvm::cast<TypeParam>(type)->object()->name().str();
        return;
      case TypeKind::kPointer:
        out_ += "*";
        return Type(llvm::cast<PointerType>(type)->element);
      case TypeKind::kSlice:
        out_ += "[]";
        return Type(llvm::cast<SliceType>(type)->element);
      case TypeKind::kArray: {
        int64_t length = llvm::cast<ArrayType>(type)->length;
        out_ += "[" + (length < 0 ? "?" : llvm::itostr(length)) + "]";
        return Type(llvm::cast<ArrayType>(type)->element);
      }
      case TypeKind::kMap:
        out_ += "map[";
        Type(llvm::cast<MapType>(type)->key);
        out_ += "]";
        return Type(llvm::cast<MapType>(type)->value);
      case TypeKind::kChan:
        return Chan(*llvm::cast<ChanType>(type));
      case TypeKind::kStruct:
        return Struct(*llvm::cast<StructType>(type));
      case TypeKind::kSignature:
        out_ += "func";
        return Signature(*llvm::cast<SignatureType>(type));
      case TypeKind::kInterface:
        return Interface(*llvm::cast<InterfaceType>(type));
      case TypeKind::kUnion:
        return Union(*llvm::cast<UnionType>(type));
      case TypeKind::kTuple:
        return Vars(llvm::cast<TupleType>(type)->vars, false);
    }
  }

  void Name(const TypeName& name, const std::vector<const go::Type*>& args) {
    if (name.package() != nullptr) {
      std::string qualifier = qualifier_(*name.package());
      if (!qualifier.empty()) out_ += qualifier + ".";
    }
    out_ += name.name();
    if (args.empty()) return;
    llvm::StringRef separator = "[";
    for (const go::Type* arg : args) {
      out_ += separator;
      Type(arg);
      separator = ", ";
    }
    out_ += "]";
  }

  // A channel of receive-only channels needs parentheses.
  void Chan(const ChanType& chan) {
    bool parentheses = false;
    switch (chan.direction) {
      case ChanDirection::kSend:
        out_ += "chan<- ";
        break;
      case ChanDirection::kReceive:
        out_ += "<-chan ";
        break;
      case ChanDirection::kBoth: {
        out_ += "chan ";
        const auto* element = llvm::dyn_cast<ChanType>(chan.element);
        parentheses = element != nullptr && element->direction == ChanDirection::kReceive;
        break;
      }
    }
    if (parentheses) out_ += "(";
    Type(chan.element);
    if (parentheses) out_ += ")";
  }

  void Struct(const StructType& type) {
    out_ += "struct{";
    for (size_t i = 0; i < type.fields.size(); ++i) {
      if (i > 0) out_ += "; ";
      if (!type.fields[i]->embedded()) out_ += type.fields[i]->name().str() + " ";
      Type(type.fields[i]->type());
      if (!type.tags[i].empty()) out_ += " " + ConstValue::String(type.tags[i]).ToString();
    }
    out_ += "}";
  }

  void Empty() { out_ += empty_ == AnySpelling::kAny ? "any" : "interface{}"; }

  void Interface(const InterfaceType& type) {
    if (&type == Unalias(AnyType())) return Empty();
    if (type.implicit && type.explicit_methods.empty() && type.embedded.size() == 1)
      return Type(type.embedded.front());
    out_ += "interface{";
    llvm::StringRef separator;
    for (const Func* method : type.explicit_methods) {
      out_ += separator;
      out_ += method->name();
      Signature(*method->signature());
      separator = "; ";
    }
    for (const go::Type* element : type.embedded) {
      out_ += separator;
      Type(element);
      separator = "; ";
    }
    out_ += "}";
  }

  void Union(const UnionType& type) {
    llvm::StringRef separator;
    for (const UnionTerm& term : type.terms) {
      out_ += separator;
      if (term.tilde) out_ += "~";
      Type(term.type);
      separator = " | ";
    }
  }

  void Vars(const std::vector<const Var*>& vars, bool variadic) {
    out_ += "(";
    for (size_t i = 0; i < vars.size(); ++i) {
      if (i > 0) out_ += ", ";
      if (!vars[i]->name().empty()) out_ += vars[i]->name().str() + " ";
      const auto* slice = variadic && i + 1 == vars.size() ? TypeAs<SliceType>(vars[i]->type()) : nullptr;
      if (slice != nullptr) out_ += "...";
      Type(slice != nullptr ? slice->element : vars[i]->type());
    }
    out_ += ")";
  }

  // `[K comparable, V1, V2 any]`: neighbours with the same constraint share it.
  void TypeParams(const std::vector<const TypeParam*>& params) {
    if (params.empty()) return;
    out_ += "[";
    for (size_t i = 0; i < params.size(); ++i) {
      out_ += params[i]->object()->name();
      bool last = i + 1 == params.size();
      if (last || params[i + 1]->Constraint() != params[i]->Constraint()) {
        out_ += " ";
        Type(params[i]->Constraint());
      }
      if (!last) out_ += ", ";
    }
    out_ += "]";
  }

  Qualifier qualifier_;
  AnySpelling empty_;
  TypeParamNames names_;
  std::string out_;
  int depth_ = 0;
};

}  // namespace

std::string QualifyByPath(const Package& package) {
  return package.path();
}
std::string QualifyByName(const Package& package) {
  return package.name();
}

std::string TypeString(const Type* type, Qualifier qualifier, AnySpelling empty, TypeParamNames names) {
  Writer writer(qualifier, empty, names);
  writer.Type(type);
  return writer.Take();
}

std::string TypeString(const Type* type, const Package* from) {
  return TypeString(type, [from](const Package& package) {
    return from != nullptr && package.path() == from->path() ? std::string() : package.name();
  });
}

std::string SignatureString(const SignatureType& signature, Qualifier qualifier) {
  Writer writer(qualifier);
  writer.Signature(signature);
  return writer.Take();
}

}  // namespace instc::go
