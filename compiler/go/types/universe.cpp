#include "compiler/go/types/universe.h"

#include <map>

#include "compiler/go/types/type_context.h"

namespace instc::go {

// Everything predeclared, built once. Objects are made by hand here and need no resolver.
class UniverseBuilder {
 public:
  UniverseBuilder() {
    Basics();
    Constants();
    AnyAndError();
    Comparable();
    Builtins();
    for (const auto& [name, object] : scope_) names_.push_back(name);
    for (const auto& [name, object] : unsafe_) unsafe_names_.push_back(name);
  }

  const Object* Lookup(llvm::StringRef name) const {
    auto it = scope_.find(name);
    return it != scope_.end() ? it->second : nullptr;
  }
  const Object* LookupUnsafe(llvm::StringRef name) const {
    auto it = unsafe_.find(name);
    return it != unsafe_.end() ? it->second : nullptr;
  }

  std::map<Basic, const BasicType*> basics_;
  const Type* error_ = nullptr;
  const Type* any_ = nullptr;
  const Type* empty_ = nullptr;
  const Type* comparable_ = nullptr;
  std::vector<llvm::StringRef> names_;
  std::vector<llvm::StringRef> unsafe_names_;

 private:
  TypeName* NewTypeName(llvm::StringRef name, const Type* type) {
    TypeName* object = context_.NewObject<TypeName>(ObjectKind::kTypeName, name, nullptr, Span{});
    object->type_ = type;
    return object;
  }

  void Enter(const Object* object) { scope_.emplace(object->name(), object); }

  void Basics() {
    static constexpr std::pair<Basic, llvm::StringLiteral> kTyped[] = {
        {Basic::kBool, "bool"},           {Basic::kInt, "int"},
        {Basic::kInt8, "int8"},           {Basic::kInt16, "int16"},
        {Basic::kInt32, "int32"},         {Basic::kInt64, "int64"},
        {Basic::kUint, "uint"},           {Basic::kUint8, "uint8"},
        {Basic::kUint16, "uint16"},       {Basic::kUint32, "uint32"},
        {Basic::kUint64, "uint64"},       {Basic::kUintptr, "uintptr"},
        {Basic::kFloat32, "float32"},     {Basic::kFloat64, "float64"},
        {Basic::kComplex64, "complex64"}, {Basic::kComplex128, "complex128"},
        {Basic::kString, "string"},
    };
    for (const auto& [basic, name] : kTyped) Enter(NewTypeName(name, NewBasic(basic, name)));
    // byte and rune are other spellings of the same types.
    Enter(NewTypeName("byte", context_.NewType<BasicType>(Basic::kUint8, "byte")));
    Enter(NewTypeName("rune", context_.NewType<BasicType>(Basic::kInt32, "rune")));
    static constexpr std::pair<Basic, llvm::StringLiteral> kUntyped[] = {
        {Basic::kUntypedBool, "untyped bool"},       {Basic::kUntypedInt, "untyped int"},
        {Basic::kUntypedRune, "untyped rune"},       {Basic::kUntypedFloat, "untyped float"},
        {Basic::kUntypedComplex, "untyped complex"}, {Basic::kUntypedString, "untyped string"},
        {Basic::kUntypedNil, "untyped nil"},
    };
    for (const auto& [basic, name] : kUntyped) NewBasic(basic, name);
    TypeName* pointer = NewTypeName("Pointer", NewBasic(Basic::kUnsafePointer, "unsafe.Pointer"));
    unsafe_.emplace(pointer->name(), pointer);
  }

  const BasicType* NewBasic(Basic basic, llvm::StringRef name) {
    const BasicType* type = context_.NewType<BasicType>(basic, name);
    basics_[basic] = type;
    return type;
  }

  void NewConstant(llvm::StringRef name, Basic basic, ConstValue value) {
    Const* object = context_.NewObject<Const>(ObjectKind::kConst, name, nullptr, Span{});
    object->type_ = basics_.at(basic);
    object->value_ = std::move(value);
    Enter(object);
  }

  void Constants() {
    NewConstant("true", Basic::kUntypedBool, ConstValue::Bool(true));
    NewConstant("false", Basic::kUntypedBool, ConstValue::Bool(false));
    NewConstant("iota", Basic::kUntypedInt, ConstValue());  // its value is the const declaration's
    Enter(context_.NewObject<NilObject>());
  }

  void AnyAndError() {
    empty_ = context_.NewType<InterfaceType>(std::vector<const Func*>{}, std::vector<const Type*>{});
    TypeName* any_name = NewTypeName("any", nullptr);
    Alias* any = context_.NewType<Alias>(&context_, any_name);
    // Not empty_: what was written `any` is also printed so.
    any->aliased_ = context_.NewType<InterfaceType>(std::vector<const Func*>{}, std::vector<const Type*>{});
    any->params_resolved_ = true;
    any_name->type_ = any_ = any;
    Enter(any_name);

    Func* method = context_.NewObject<Func>(ObjectKind::kFunc, "Error", nullptr, Span{});
    method->is_method_ = true;
    method->predeclared_ = true;
    method->signature_ = context_.Signature({}, {basics_.at(Basic::kString)}, false);
    error_ = NewNamedInterface("error", context_.NewType<InterfaceType>(std::vector<const Func*>{method},
                                                                        std::vector<const Type*>{}));
  }

  void Comparable() {
    auto* interface = context_.NewType<InterfaceType>(std::vector<const Func*>{}, std::vector<const Type*>{});
    interface->is_comparable = true;
    comparable_ = NewNamedInterface("comparable", interface);
  }

  const Type* NewNamedInterface(llvm::StringRef name, const InterfaceType* interface) {
    TypeName* type_name = NewTypeName(name, nullptr);
    Named* named = context_.NewType<Named>(&context_, type_name);
    named->underlying_ = interface;
    named->underlying_state_ = named->methods_state_ = named->params_state_ = Named::State::kResolved;
    type_name->type_ = named;
    Enter(type_name);
    return named;
  }

  void Builtins() {
    static constexpr std::pair<Builtin, llvm::StringLiteral> kBuiltins[] = {
        {Builtin::kAppend, "append"},   {Builtin::kCap, "cap"},         {Builtin::kClear, "clear"},
        {Builtin::kClose, "close"},     {Builtin::kComplex, "complex"}, {Builtin::kCopy, "copy"},
        {Builtin::kDelete, "delete"},   {Builtin::kImag, "imag"},       {Builtin::kLen, "len"},
        {Builtin::kMake, "make"},       {Builtin::kMax, "max"},         {Builtin::kMin, "min"},
        {Builtin::kNew, "new"},         {Builtin::kPanic, "panic"},     {Builtin::kPrint, "print"},
        {Builtin::kPrintln, "println"}, {Builtin::kReal, "real"},       {Builtin::kRecover, "recover"},
    };
    for (const auto& [builtin, name] : kBuiltins) Enter(context_.NewObject<BuiltinFunc>(builtin, name));
    static constexpr std::pair<Builtin, llvm::StringLiteral> kUnsafe[] = {
        {Builtin::kUnsafeAdd, "Add"},           {Builtin::kUnsafeAlignof, "Alignof"},
        {Builtin::kUnsafeOffsetof, "Offsetof"}, {Builtin::kUnsafeSizeof, "Sizeof"},
        {Builtin::kUnsafeSlice, "Slice"},       {Builtin::kUnsafeSliceData, "SliceData"},
        {Builtin::kUnsafeString, "String"},     {Builtin::kUnsafeStringData, "StringData"},
    };
    for (const auto& [builtin, name] : kUnsafe) {
      unsafe_.emplace(name, context_.NewObject<BuiltinFunc>(builtin, name));
    }
  }

  TypeContext context_;
  std::map<llvm::StringRef, const Object*> scope_;
  std::map<llvm::StringRef, const Object*> unsafe_;
};

namespace {

const UniverseBuilder& Universe() {
  static const UniverseBuilder universe;
  return universe;
}

}  // namespace

const Object* LookupUniverse(llvm::StringRef name) {
  return Universe().Lookup(name);
}
const Object* LookupUnsafe(llvm::StringRef name) {
  return Universe().LookupUnsafe(name);
}
const std::vector<llvm::StringRef>& UnsafeNames() {
  return Universe().unsafe_names_;
}
const std::vector<llvm::StringRef>& UniverseNames() {
  return Universe().names_;
}
const BasicType* BasicTypeOf(Basic basic) {
  return Universe().basics_.at(basic);
}
const Type* ErrorType() {
  return Universe().error_;
}
const Type* AnyType() {
  return Universe().any_;
}
const Type* EmptyInterface() {
  return Universe().empty_;
}
const Type* ComparableType() {
  return Universe().comparable_;
}

const Type* Invalid(InvalidType::Why why) {
  static const InvalidType kTypes[] = {InvalidType(InvalidType::Why::kError),
                                       InvalidType(InvalidType::Why::kNotInferred),
                                       InvalidType(InvalidType::Why::kCgo)};
  return &kTypes[static_cast<size_t>(why)];
}

}  // namespace instc::go
