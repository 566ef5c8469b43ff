// Expressions: names and literals. Each function is what the one of the same node in compiler/lower writes.
#include "compiler/ruletest/evaluate.h"

#include "compiler/go/types/identical.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "compiler/ruletest/interpreter.h"

namespace instc::ruletest {

using rules::Expr;
using rules::ExprPtr;

namespace {

constexpr unsigned kMaxSteps = 1'000'000;

unsigned BitsOf(go::Basic basic) {
  switch (basic) {
    case go::Basic::kInt8:
    case go::Basic::kUint8:
      return 8;
    case go::Basic::kInt16:
    case go::Basic::kUint16:
      return 16;
    case go::Basic::kInt32:
    case go::Basic::kUint32:
      return 32;
    default:
      return 64;
  }
}

}  // namespace

const go::BasicType* BasicOf(const go::Type* type) {
  return go::UnderlyingAs<go::BasicType>(type);
}

Value Wrapped(__int128 value, const go::Type* type) {
  const go::BasicType* basic = BasicOf(type);
  if (basic == nullptr || basic->IsUntyped()) return {Integer{value}};
  const unsigned bits = BitsOf(basic->basic);
  const auto modulus = static_cast<__int128>(1) << bits;
  __int128 wrapped = value % modulus;
  if (wrapped < 0) wrapped += modulus;
  if (!basic->IsUnsigned() && wrapped >= modulus / 2) wrapped -= modulus;
  return {Integer{wrapped}};
}

namespace {

Value FromConstant(const go::ConstValue& constant, const go::Type* type) {
  using Kind = go::ConstValue::Kind;
  const go::BasicType* basic = type == nullptr ? nullptr : BasicOf(type);
  switch (constant.kind()) {
    case Kind::kBool:
      return {constant.bool_value()};
    case Kind::kString:
      return MakeText(constant.string_value());
    case Kind::kInt: {
      if (basic != nullptr && basic->IsFloat()) return {constant.AsDouble().value_or(0)};
      // What does not fit any integer type of Go stays away, as the checker has refused it.
      if (const auto number = constant.AsInt64()) return MakeInt(*number);
      if (const auto number = constant.AsUint64()) return {Integer{static_cast<__int128>(*number)}};
      break;
    }
    case Kind::kFloat:
      if (basic != nullptr && basic->IsInteger())
        if (const auto whole = constant.AsInt64()) return MakeInt(*whole);
      return {constant.AsDouble().value_or(0)};
    case Kind::kComplex:
    case Kind::kUnknown:
      break;
  }
  return {Absent{}};
}

}  // namespace

Value Extended(const Value& unknown, const std::string& part) {
  const auto& node = *unknown.As<Unknown>();
  if (node.path.empty()) return Mix({&unknown});
  return MakeUnknown(node.path + part);
}

std::string Interpreter::NameOf(const rules::Global& global) {
  std::string name = global.name;
  for (const go::Type* type : global.type_args)
    name += (type == global.type_args.front() ? "[" : ", ") + go::TypeString(type, go::QualifyByName);
  if (!global.type_args.empty()) name += "]";
  if (global.package.empty()) return name;
  return llvm::StringRef(global.package).rsplit('/').second.empty()
             ? global.package + "." + name
             : llvm::StringRef(global.package).rsplit('/').second.str() + "." + name;
}

Value Interpreter::Eval(const Expr& expr) {
  if (++steps_ > kMaxSteps) {
    if (!stop_.has_value()) stop_ = Stop{Stop::Why::kSteps, expr.span, {}, ""};
    return {Absent{}};
  }
  return std::visit([&](const auto& node) { return Of(expr, node); }, expr.node);
}

std::vector<Value> Interpreter::EvalAll(const std::vector<ExprPtr>& exprs) {
  std::vector<Value> values;
  values.reserve(exprs.size());
  for (const ExprPtr& expr : exprs) values.push_back(Eval(*expr));
  return values;
}

Value Interpreter::Missing(const Expr& at, const std::string& what) {
  if (strict_ && !stop_.has_value()) stop_ = Stop{Stop::Why::kPanic, at.span, {}, what};
  return {Absent{}};
}

std::string Interpreter::Arguments(const std::vector<ExprPtr>& args) {
  std::string text = "(";
  for (const Value& value : EvalAll(args)) text += (text.size() > 1 ? ", " : "") + Show(value);
  return text + ")";
}

// ------------------------------------------------------------------------------------------------- leaves

Value Interpreter::Of(const Expr& e, const rules::Literal& n) {
  if (n.text == "nil" && !n.value.known()) return {Nil{}};
  Value value = FromConstant(n.value, e.type);
  return value.IsAbsent() ? MakeUnknown(n.text) : value;
}

Value Interpreter::Of(const Expr&, const rules::Use& n) {
  return PlaceOf(*n.binding)->value;
}

/// Constants have their values; an error variable is itself, whatever it says; anything else is a leaf.
Value Interpreter::Of(const Expr& e, const rules::Global& n) {
  const std::string name = NameOf(n);
  auto bound = globals_.find(name);
  if (bound != globals_.end()) return bound->second->value;
  const go::Package* package = &package_;
  if (!n.package.empty()) {
    auto loaded = target_.program->Load(n.package);
    if (!loaded) {
      llvm::consumeError(loaded.takeError());
      return MakeUnknown(name);
    }
    package = *loaded;
  }
  const go::Object* object = package->Lookup(n.name);
  if (const auto* constant = llvm::dyn_cast_or_null<go::Const>(object)) {
    Value value = FromConstant(constant->value(), e.type);
    return value.IsAbsent() ? MakeUnknown(name) : value;
  }
  if (llvm::isa_and_nonnull<go::Func>(object)) return {Opaque{name}};
  Value value = MakeUnknown(name);
  if (go::Identical(go::Unalias(e.type), go::ErrorType())) {
    auto box = std::make_shared<Box>();
    box->path = name;
    box->global = n.package + "." + n.name;
    value = {box};
  }
  globals_[name] = std::make_shared<Place>(Place{value});
  return value;
}

Value Interpreter::Of(const Expr& e, const rules::OptionValue& n) {
  auto found = options_.find(n.index);
  return found == options_.end() ? Zero(e.type) : found->second;
}

Value Interpreter::Of(const Expr&, const rules::Panicked&) {
  return {panic_.has_value()};
}

Value Interpreter::Of(const Expr&, const rules::PanicValue&) {
  return panic_.value_or(Value{Absent{}});
}

Value Interpreter::Of(const Expr&, const rules::Entered&) {
  return {Opaque{"entered"}};
}

Value Interpreter::Of(const Expr&, const rules::Ambient&) {
  if (ambient_.IsAbsent()) {
    auto context = std::make_shared<Box>();
    context->path = "ambient()";
    ambient_ = {std::move(context)};
  }
  return ambient_;
}

Value Interpreter::Of(const Expr& e, const rules::Absent&) {
  return strict_ && e.type != nullptr && !e.type->IsInvalid() ? Zero(e.type) : Value{Absent{}};
}

}  // namespace instc::ruletest
