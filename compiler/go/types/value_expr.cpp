// Types and constants of initialisers, as far as instc needs them: the source compiles, so nothing is checked
// here, only followed. Where following stops (closures over unknown C, exotic inference) the type is Invalid
// with kNotInferred.
#include "compiler/go/types/assign.h"
#include "compiler/go/types/infer.h"
#include "compiler/go/types/lookup.h"
#include "compiler/go/types/resolver.h"
#include "compiler/go/types/resolver_depth.h"
#include "compiler/go/types/sizes.h"
#include "compiler/go/types/universe.h"
#include "dsl/base/overload.h"

namespace instc::go {
namespace {

Operand Value(const Type* type) {
  Operand operand;
  operand.mode = Operand::Mode::kValue;
  operand.type = type;
  return operand;
}

Operand Constant(const Type* type, ConstValue value) {
  Operand operand = Value(type);
  operand.is_constant = true;
  operand.value = std::move(value);
  return operand;
}

Operand TypeOperand(const Type* type) {
  Operand operand;
  operand.mode = Operand::Mode::kType;
  operand.type = type;
  return operand;
}

Operand NotInferred() {
  return Value(Invalid(InvalidType::Why::kNotInferred));
}

const Type* LiteralType(Token kind) {
  switch (kind) {
    case Token::kInt:
      return BasicTypeOf(Basic::kUntypedInt);
    case Token::kFloat:
      return BasicTypeOf(Basic::kUntypedFloat);
    case Token::kImaginary:
      return BasicTypeOf(Basic::kUntypedComplex);
    case Token::kRune:
      return BasicTypeOf(Basic::kUntypedRune);
    default:
      return BasicTypeOf(Basic::kUntypedString);
  }
}

}  // namespace

// The type of one variable of `var a, b = x, y` or `var a, b = f()`.
const Type* Resolver::InitialiserType(const ValueDecl& decl, uint32_t index, const Scope& scope) {
  const Type* not_inferred = Invalid(InvalidType::Why::kNotInferred);
  const Type* type = nullptr;
  if (decl.values.size() == decl.names.size()) {
    type = Evaluate(*decl.values[index], scope).type;
  } else if (decl.values.size() == 1) {
    const Expr* value = Unparen(decl.values.front());
    type = Evaluate(*value, scope).type;
    const auto* tuple = type != nullptr ? llvm::dyn_cast<TupleType>(type) : nullptr;
    if (tuple != nullptr) {
      type = index < tuple->vars.size() ? tuple->vars[index]->type() : nullptr;
    } else if (index == 1) {
      type = BasicTypeOf(Basic::kUntypedBool);  // v, ok = x.(T), m[k], <-c
    }
  }
  return type != nullptr ? DefaultType(type) : not_inferred;
}

Operand Resolver::Evaluate(const Expr& expr, const Scope& scope, int iota) {
  DepthGuard depth;
  if (!depth.ok()) return NotInferred();
  auto type_operand = [&] { return TypeOperand(TypeOf(expr, scope)); };
  return std::visit(
      Overload{
          [&](const BadExpr&) { return NotInferred(); },
          [&](const NameExpr& name) { return EvaluateName(name, scope, iota); },
          [&](const LiteralExpr& literal) {
            return Constant(LiteralType(literal.kind), LiteralValue(literal.kind, literal.text));
          },
          [&](const ParenExpr& paren) { return Evaluate(*paren.inner, scope, iota); },
          [&](const SelectorExpr& selector) { return EvaluateSelector(selector, scope, iota); },
          [&](const IndexExpr& index) { return EvaluateIndex(index, scope, iota); },
          [&](const SliceExpr& slice) { return EvaluateSlice(slice, scope, iota); },
          [&](const AssertExpr& assertion) { return Value(TypeOf(*assertion.type, scope)); },
          [&](const CallExpr& call) { return EvaluateCall(call, scope, iota); },
          [&](const StarExpr& star) {
            Operand x = Evaluate(*star.operand, scope, iota);
            if (x.mode == Operand::Mode::kType) return TypeOperand(context().Pointer(x.type));
            const auto* pointer = x.type != nullptr ? UnderlyingAs<PointerType>(x.type) : nullptr;
            return pointer != nullptr ? Value(pointer->element) : NotInferred();
          },
          [&](const UnaryExpr& unary) { return EvaluateUnary(unary, scope, iota); },
          [&](const BinaryExpr&) { return EvaluateBinary(expr, scope, iota); },
          [&](const FuncLitExpr& literal) { return Value(MakeSignature(literal.signature, scope)); },
          [&](const CompositeExpr& literal) { return EvaluateComposite(literal, scope, iota); },
          [&](const ArrayTypeExpr&) { return type_operand(); },
          [&](const MapTypeExpr&) { return type_operand(); },
          [&](const ChanTypeExpr&) { return type_operand(); },
          [&](const FuncTypeExpr&) { return type_operand(); },
          [&](const StructTypeExpr&) { return type_operand(); },
          [&](const InterfaceTypeExpr&) { return type_operand(); },
      },
      expr.node);
}

Operand Resolver::OperandOf(const Object* object) {
  if (object == nullptr) return NotInferred();
  switch (object->kind()) {
    case ObjectKind::kConst:
      return Constant(object->type(), llvm::cast<Const>(object)->value());
    case ObjectKind::kVar:
    case ObjectKind::kFunc:
    case ObjectKind::kNil:
      return Value(object->type());
    case ObjectKind::kTypeName:
      return TypeOperand(object->type());
    case ObjectKind::kBuiltin:
    case ObjectKind::kPackageName: {
      Operand operand;
      operand.mode =
          object->kind() == ObjectKind::kBuiltin ? Operand::Mode::kBuiltin : Operand::Mode::kPackage;
      operand.object = object;
      return operand;
    }
  }
  return NotInferred();
}

Operand Resolver::EvaluateName(const NameExpr& name, const Scope& scope, int iota) {
  const Object* object = LookupIn(name.name.text, scope);
  if (object != nullptr && object->package() == nullptr && object->name() == "iota" && iota >= 0) {
    return Constant(object->type(), ConstValue::Int(iota));
  }
  return OperandOf(object);
}

namespace {

// Parameters are all named or none is.
std::string ReceiverName(const SignatureType& signature) {
  if (signature.params.empty() || signature.params.front()->name().empty()) return "";
  bool named = signature.receiver != nullptr && !signature.receiver->name().empty();
  return named ? signature.receiver->name().str() : "_";
}

}  // namespace

Operand Resolver::EvaluateSelector(const SelectorExpr& selector, const Scope& scope, int iota) {
  Operand x = Evaluate(*selector.operand, scope, iota);
  if (x.mode == Operand::Mode::kPackage) {
    const auto* import = llvm::cast<PackageName>(x.object);
    const Package* package = import->imported();
    if (package == nullptr) ReportMissing(*import);
    return package != nullptr ? OperandOf(package->Lookup(selector.name.text)) : NotInferred();
  }
  if (x.type == nullptr) return NotInferred();
  Selection selection = LookupFieldOrMethod(x.type, selector.name.text, &package_);
  if (!selection.found()) return NotInferred();
  if (x.mode != Operand::Mode::kType) return Value(selection.type);
  // T.Method: a function with the receiver as its first parameter.
  const auto* signature = llvm::dyn_cast<SignatureType>(selection.type);
  if (signature == nullptr) return NotInferred();
  std::vector<const Var*> params = {context().Variable(ReceiverName(*signature), x.type, &package_)};
  params.insert(params.end(), signature->params.begin(), signature->params.end());
  return Value(context().NewType<SignatureType>(std::move(params), signature->results, signature->variadic));
}

Operand Resolver::EvaluateIndex(const IndexExpr& index, const Scope& scope, int iota) {
  Operand x = Evaluate(*index.operand, scope, iota);
  if (x.mode == Operand::Mode::kType) {
    std::vector<const Type*> args;
    for (const Expr* arg : index.args) args.push_back(TypeOf(*arg, scope));
    return TypeOperand(context().Instantiate(x.type, args));
  }
  if (x.type == nullptr) return NotInferred();
  if (const auto* signature = llvm::dyn_cast<SignatureType>(x.type)) {
    std::vector<const Type*> args;
    for (const Expr* arg : index.args) args.push_back(TypeOf(*arg, scope));
    const SignatureType* instance = context().Instantiate(*signature, args);
    return instance != nullptr ? Value(instance) : x;  // the rest is inferred from the arguments
  }
  const Type* type = Underlying(x.type);
  if (const auto* pointer = llvm::dyn_cast<PointerType>(type)) type = Underlying(pointer->element);
  if (const auto* array = llvm::dyn_cast<ArrayType>(type)) return Value(array->element);
  if (const auto* slice = llvm::dyn_cast<SliceType>(type)) return Value(slice->element);
  if (const auto* map = llvm::dyn_cast<MapType>(type)) return Value(map->value);
  const auto* basic = llvm::dyn_cast<BasicType>(type);
  return basic != nullptr && basic->IsString() ? Value(LookupUniverse("byte")->type()) : NotInferred();
}

Operand Resolver::EvaluateSlice(const SliceExpr& slice, const Scope& scope, int iota) {
  Operand x = Evaluate(*slice.operand, scope, iota);
  if (x.type == nullptr) return NotInferred();
  const Type* type = Underlying(x.type);
  if (const auto* pointer = llvm::dyn_cast<PointerType>(type)) type = Underlying(pointer->element);
  if (const auto* array = llvm::dyn_cast<ArrayType>(type)) return Value(context().Slice(array->element));
  return Value(DefaultType(x.type));
}

Operand Resolver::EvaluateConversion(const Type* type, const Operand& x) {
  const auto* basic = UnderlyingAs<BasicType>(type);
  if (!x.is_constant || basic == nullptr) return Value(type);
  return Constant(type, ConvertConst(x.value, *basic));
}

Operand Resolver::EvaluateCall(const CallExpr& call, const Scope& scope, int iota) {
  Operand callee = Evaluate(*call.callee, scope, iota);
  switch (callee.mode) {
    case Operand::Mode::kType:
      if (call.args.size() != 1) return NotInferred();
      return EvaluateConversion(callee.type, Evaluate(*call.args.front(), scope, iota));
    case Operand::Mode::kBuiltin:
      return EvaluateBuiltin(llvm::cast<BuiltinFunc>(callee.object)->builtin, call, scope, iota);
    case Operand::Mode::kValue:
      return CallResult(callee.type, call, scope, iota);
    case Operand::Mode::kInvalid:
    case Operand::Mode::kPackage:
      return NotInferred();
  }
  return NotInferred();
}

Operand Resolver::CallResult(const Type* callee, const CallExpr& call, const Scope& scope, int iota) {
  const auto* signature = llvm::dyn_cast_or_null<SignatureType>(CoreType(callee));
  if (signature == nullptr) return NotInferred();
  if (!signature->type_params.empty()) {
    std::vector<const Type*> given;
    if (const auto* index = Unparen(call.callee)->As<IndexExpr>()) {
      for (const Expr* arg : index->args) given.push_back(TypeOf(*arg, scope));
    }
    std::vector<const Type*> args;
    for (const Expr* arg : call.args) {
      const Type* type = Evaluate(*arg, scope, iota).type;
      args.push_back(type != nullptr ? type : Invalid(InvalidType::Why::kNotInferred));
    }
    if (args.size() == 1) {  // f(g()) passes all results of g
      if (const auto* tuple = llvm::dyn_cast<TupleType>(args.front())) {
        args.clear();
        for (const Var* var : tuple->vars) args.push_back(var->type());
      }
    }
    auto inferred = InferTypeArgs(*signature, given, args, context());
    if (!inferred.has_value()) return NotInferred();
    signature = context().Instantiate(*signature, *inferred);
  }
  if (signature->results.size() == 1) return Value(signature->results.front()->type());
  return Value(context().Tuple(signature->results));
}

// len and cap of constant strings and of arrays are constants.
Operand Resolver::EvaluateLen(const CallExpr& call, const Scope& scope, int iota) {
  const Type* int_type = BasicTypeOf(Basic::kInt);
  Operand x = Evaluate(*call.args.front(), scope, iota);
  if (x.is_constant && x.value.kind() == ConstValue::Kind::kString) {
    return Constant(int_type, ConstValue::Int(static_cast<int64_t>(x.value.string_value().size())));
  }
  if (x.type == nullptr) return Value(int_type);
  const Type* type = Underlying(x.type);
  if (const auto* pointer = llvm::dyn_cast<PointerType>(type)) type = Underlying(pointer->element);
  const auto* array = llvm::dyn_cast<ArrayType>(type);
  if (array == nullptr) return Value(int_type);
  return Constant(int_type, array->length >= 0 ? ConstValue::Int(array->length) : ConstValue());
}

Operand Resolver::EvaluateBuiltin(Builtin builtin, const CallExpr& call, const Scope& scope, int iota) {
  auto first_type = [&]() -> const Type* {
    const Type* type = Evaluate(*call.args.front(), scope, iota).type;
    return type != nullptr ? type : Invalid(InvalidType::Why::kNotInferred);
  };
  const Type* int_type = BasicTypeOf(Basic::kInt);
  if (call.args.empty()) return NotInferred();
  switch (builtin) {
    case Builtin::kLen:
    case Builtin::kCap:
      return EvaluateLen(call, scope, iota);
    case Builtin::kAppend:
      return Value(DefaultType(first_type()));
    case Builtin::kMake:
      return Value(TypeOf(*call.args.front(), scope));
    case Builtin::kNew: {
      Operand x = Evaluate(*call.args.front(), scope, iota);
      return Value(context().Pointer(x.mode == Operand::Mode::kType ? x.type : DefaultType(first_type())));
    }
    case Builtin::kMax:
    case Builtin::kMin: {
      Operand best = Evaluate(*call.args.front(), scope, iota);
      for (const Expr* arg : call.args.drop_front()) {
        Operand x = Evaluate(*arg, scope, iota);
        Operand joined = Combine(Token::kAdd, best, x);
        Token wanted = builtin == Builtin::kMax ? Token::kGreater : Token::kLess;
        ConstValue better = FoldBinary(wanted, x.value, best.value, false);
        joined.value = !better.known() ? ConstValue() : better.bool_value() ? x.value : best.value;
        best = joined;
      }
      return best;
    }
    case Builtin::kCopy:
      return Value(int_type);
    case Builtin::kComplex:
      return EvaluateComplex(call, scope, iota);
    case Builtin::kReal:
    case Builtin::kImag:
      return EvaluatePart(builtin, Evaluate(*call.args.front(), scope, iota));
    case Builtin::kUnsafeSizeof: {
      std::optional<int64_t> size = SizeOf(DefaultType(first_type()));
      return Constant(BasicTypeOf(Basic::kUintptr), size.has_value() ? ConstValue::Int(*size) : ConstValue());
    }
    case Builtin::kUnsafeAlignof: {
      std::optional<int64_t> align = AlignOf(DefaultType(first_type()));
      return Constant(BasicTypeOf(Basic::kUintptr),
                      align.has_value() ? ConstValue::Int(*align) : ConstValue());
    }
    case Builtin::kUnsafeOffsetof:
      return EvaluateOffsetof(call, scope, iota);
    case Builtin::kUnsafeAdd:
      return Value(BasicTypeOf(Basic::kUnsafePointer));
    case Builtin::kUnsafeString:
      return Value(BasicTypeOf(Basic::kString));
    case Builtin::kUnsafeStringData:
      return Value(context().Pointer(LookupUniverse("byte")->type()));
    case Builtin::kUnsafeSlice:
    case Builtin::kUnsafeSliceData: {
      const Type* type = Underlying(first_type());
      if (const auto* pointer = llvm::dyn_cast<PointerType>(type))
        return Value(context().Slice(pointer->element));
      const auto* slice = llvm::dyn_cast<SliceType>(type);
      return slice != nullptr ? Value(context().Pointer(slice->element)) : NotInferred();
    }
    case Builtin::kRecover:
    case Builtin::kClear:
    case Builtin::kClose:
    case Builtin::kDelete:
    case Builtin::kPanic:
    case Builtin::kPrint:
    case Builtin::kPrintln:
      return NotInferred();
  }
  return NotInferred();
}

namespace {

const Type* ComplexOf(const Type* part) {
  const auto* basic = UnderlyingAs<BasicType>(part);
  if (basic == nullptr) return Invalid(InvalidType::Why::kNotInferred);
  if (basic->IsUntyped()) return BasicTypeOf(Basic::kUntypedComplex);
  return BasicTypeOf(basic->basic == Basic::kFloat32 ? Basic::kComplex64 : Basic::kComplex128);
}

const Type* PartOf(const Type* complex) {
  const auto* basic = UnderlyingAs<BasicType>(complex);
  if (basic == nullptr) return Invalid(InvalidType::Why::kNotInferred);
  if (basic->IsUntyped()) return BasicTypeOf(Basic::kUntypedFloat);
  return BasicTypeOf(basic->basic == Basic::kComplex64 ? Basic::kFloat32 : Basic::kFloat64);
}

}  // namespace

Operand Resolver::EvaluateComplex(const CallExpr& call, const Scope& scope, int iota) {
  if (call.args.size() != 2) return NotInferred();
  Operand real = Evaluate(*call.args[0], scope, iota);
  Operand imaginary = Evaluate(*call.args[1], scope, iota);
  if (real.type == nullptr || imaginary.type == nullptr) return NotInferred();
  const Type* type = ComplexOf(IsUntyped(real.type) ? imaginary.type : real.type);
  if (!real.is_constant || !imaginary.is_constant) return Value(DefaultType(type));
  bool known = real.value.IsNumber() && imaginary.value.IsNumber();
  ConstValue value = known ? ConstValue::Complex(real.value.real(), imaginary.value.real()) : ConstValue();
  const auto* basic = llvm::dyn_cast<BasicType>(type);
  return Constant(type, basic != nullptr ? ConvertConst(value, *basic) : ConstValue());
}

// real(x) and imag(x).
Operand Resolver::EvaluatePart(Builtin builtin, const Operand& x) {
  if (x.type == nullptr) return NotInferred();
  const Type* type = PartOf(x.type);
  if (!x.is_constant) return Value(type);
  if (!x.value.IsNumber()) return Constant(type, ConstValue());
  return Constant(type,
                  ConstValue::Fraction(builtin == Builtin::kReal ? x.value.real() : x.value.imaginary()));
}

Operand Resolver::EvaluateOffsetof(const CallExpr& call, const Scope& scope, int iota) {
  std::optional<int64_t> offset;
  const auto* selector = Unparen(call.args.front())->As<SelectorExpr>();
  if (selector != nullptr) {
    Operand x = Evaluate(*selector->operand, scope, iota);
    if (x.type != nullptr) offset = OffsetOf(x.type, selector->name.text, &package_);
  }
  return Constant(BasicTypeOf(Basic::kUintptr), offset.has_value() ? ConstValue::Int(*offset) : ConstValue());
}

Operand Resolver::EvaluateUnary(const UnaryExpr& unary, const Scope& scope, int iota) {
  Operand x = Evaluate(*unary.operand, scope, iota);
  if (x.type == nullptr) return NotInferred();
  if (unary.op == Token::kAnd) return Value(context().Pointer(x.type));
  if (unary.op == Token::kArrow) {
    const auto* chan = UnderlyingAs<ChanType>(x.type);
    return chan != nullptr ? Value(chan->element) : NotInferred();
  }
  if (!x.is_constant) return x;
  const auto* basic = UnderlyingAs<BasicType>(x.type);
  unsigned unsigned_bits = 0;
  if (basic != nullptr && basic->IsUnsigned())
    unsigned_bits = static_cast<unsigned>(8 * SizeOf(basic).value_or(8));
  return Constant(x.type, FoldUnary(unary.op, x.value, unsigned_bits));
}

// Loops along the left operands: generated code adds up thousands of strings.
Operand Resolver::EvaluateBinary(const Expr& expr, const Scope& scope, int iota) {
  std::vector<const BinaryExpr*> chain;
  const Expr* left = &expr;
  for (const auto* binary = left->As<BinaryExpr>(); binary != nullptr; binary = left->As<BinaryExpr>()) {
    chain.push_back(binary);
    left = binary->left;
  }
  Operand result = Evaluate(*left, scope, iota);
  for (auto it = chain.rbegin(); it != chain.rend(); ++it) {
    Operand right = Evaluate(*(*it)->right, scope, iota);
    bool texts = (*it)->op == Token::kAdd && result.value.kind() == ConstValue::Kind::kString &&
                 right.value.kind() == ConstValue::Kind::kString;
    if (texts && result.type == right.type) {  // in place, as such sums may have thousands of parts
      result.value.Append(right.value);
    } else {
      result = Combine((*it)->op, result, right);
    }
  }
  return result;
}

Operand Resolver::Combine(Token op, const Operand& x, const Operand& y) {
  if (x.type == nullptr || y.type == nullptr) return NotInferred();
  bool constant = x.is_constant && y.is_constant;
  bool shift = op == Token::kShl || op == Token::kShr;
  const Type* type = x.type;
  if (!shift && IsUntyped(x.type) && !IsUntyped(y.type)) type = y.type;
  if (!shift && IsUntyped(x.type) && IsUntyped(y.type)) {
    const auto* a = TypeAs<BasicType>(x.type);
    const auto* b = TypeAs<BasicType>(y.type);
    type = a->basic >= b->basic ? x.type : y.type;  // int < rune < float < complex
  }
  const auto* basic = UnderlyingAs<BasicType>(type);
  bool integer = basic != nullptr && basic->IsInteger();
  if (shift && basic != nullptr && basic->basic == Basic::kUntypedFloat)
    type = BasicTypeOf(Basic::kUntypedInt);
  ConstValue value;
  if (constant) {
    // An untyped operand takes the type of the other one first: 0.1 is rounded before a float32 meets it.
    auto typed = [&](const ConstValue& v) {
      return shift || basic == nullptr || basic->IsUntyped() ? v : ConvertConst(v, *basic);
    };
    value = FoldBinary(op, typed(x.value), typed(y.value), integer);
  }
  if (BinaryPrecedence(op) == 3) type = BasicTypeOf(Basic::kUntypedBool);
  if (!constant) return Value(type);
  const auto* result = UnderlyingAs<BasicType>(type);
  return Constant(type, result != nullptr ? ConvertConst(value, *result) : ConstValue());
}

// T{...}; the length of [...]T{...} is the highest index plus one.
Operand Resolver::EvaluateComposite(const CompositeExpr& literal, const Scope& scope, int iota) {
  const auto* array = literal.type->As<ArrayTypeExpr>();
  if (array == nullptr || !array->ellipsis) return Value(TypeOf(*literal.type, scope));
  int64_t next = 0;
  int64_t length = 0;
  for (const KeyedElement& element : literal.elements) {
    if (element.key != nullptr) {
      std::optional<int64_t> index = Evaluate(*element.key, scope, iota).value.AsInt64();
      if (!index.has_value()) return Value(context().Array(-1, TypeOf(*array->element, scope)));
      next = *index;
    }
    length = std::max(length, ++next);
  }
  return Value(context().Array(length, TypeOf(*array->element, scope)));
}

}  // namespace instc::go
