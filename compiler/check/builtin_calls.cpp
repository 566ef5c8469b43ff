// Calls of what the language adds to Go.
#include "compiler/check/expression_errors.h"
#include "compiler/check/hook_checker.h"
#include "compiler/go/types/assign.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/universe.h"
#include "dsl/diagnostics/consumers.h"

namespace instc::check {

using go::Basic;
using go::BasicTypeOf;

INSTC_DIAGNOSTIC(MixedTypes, "E0326", Error, "`{0}` mixes {1} and {2}", llvm::StringRef, std::string,
                 std::string);
INSTC_DIAGNOSTIC(NeedsTypeArgument, "E0327", Error, "`{0}` needs a type: write `{0}[T](x)`", llvm::StringRef);
INSTC_DIAGNOSTIC(ExtractPlace, "E0331", Error, "`extract` stands only behind `from` in a span", );
INSTC_DIAGNOSTIC(TrustReason, "E0606", Error, "`trust` says why, in a string", );

namespace {

bool IsString(const go::Type* type) {
  const auto* basic = llvm::dyn_cast<go::BasicType>(go::Underlying(type));
  return basic != nullptr && basic->IsString();
}

}  // namespace

HookChecker::ExprPtr HookChecker::BuiltinCall(const Builtin& builtin, const ast::Call& call, Span span) {
  switch (builtin.kind) {
    case BuiltinKind::kOr:
      return OrExpr(call, span);
    case BuiltinKind::kCond:
      return CondExpr(call, span);
    case BuiltinKind::kOpt:
      return OptExpr(call, span);
    case BuiltinKind::kExcept:
      return ExceptExpr(call, span);
    case BuiltinKind::kWords:
      return WordsExpr(call, span);
    case BuiltinKind::kExtern:
      return OfString(builtin, ExternExpr(BuiltinExtern(builtin), call, span));
    case BuiltinKind::kTrust:
      return TrustExpr(builtin, call, span);
    case BuiltinKind::kAmbient: {
      const Type* type = ContextType();
      if (!ArgCount(call, span, builtin.name, 0, 0) || !Nameable(type, span)) return Bad(span);
      return Make(span, type, rules::Ambient{});
    }
    case BuiltinKind::kExists:
      return ExistsExpr(call, span);
    case BuiltinKind::kJoin:
      return JoinExpr(call, span);
    case BuiltinKind::kExtract:
      emitter().Emit(span, ExtractPlace).Help("write `span server NAME in ctx from extract(ctx, carrier)`");
      return Bad(span);
    case BuiltinKind::kIs:
    case BuiltinKind::kAs:
    case BuiltinKind::kApply:
      emitter().Emit(span, NeedsTypeArgument, builtin.name);
      return Bad(span);
    case BuiltinKind::kClone:
    case BuiltinKind::kLen:
      break;
  }
  if (!ArgCount(call, span, builtin.name, 1, 1)) return Bad(span);
  ExprPtr value = CheckValueOf(*call.args[0]);
  if (IsInvalid(*value) || IsAbsent(*value)) return value;
  const Type* under = go::Underlying(value->type);
  const bool map_or_slice = llvm::isa<go::MapType>(under) || llvm::isa<go::SliceType>(under);
  if (builtin.kind == BuiltinKind::kClone) {
    const Type* pointee = go::Pointee(under);
    const bool pointer = pointee != nullptr && llvm::isa<go::StructType>(go::Underlying(pointee));
    if (map_or_slice || pointer) return Make(span, value->type, rules::Clone{value});
    emitter().Emit(value->span, WrongArgType, 1, Show(value->type),
                   "a pointer to a struct, a map or a slice");
    return Bad(span);
  }
  const bool cap = builtin.name == "cap";
  const bool sized = llvm::isa<go::SliceType>(under) || llvm::isa<go::ArrayType>(under) ||
                     llvm::isa<go::ChanType>(under) ||
                     (!cap && (llvm::isa<go::MapType>(under) || IsString(value->type)));
  if (sized) return Make(span, BasicTypeOf(Basic::kInt), rules::Len{builtin.name.str(), value});
  emitter().Emit(value->span, WrongArgType, 1, Show(value->type), "something that has a length");
  return Bad(span);
}

HookChecker::ExprPtr HookChecker::TypeBuiltin(const Builtin& builtin, const ast::Index& index,
                                              const ast::Call& call, Span span) {
  const bool takes_type = builtin.kind == BuiltinKind::kIs || builtin.kind == BuiltinKind::kAs ||
                          builtin.kind == BuiltinKind::kApply;
  if (!takes_type) {
    emitter().Emit(index.operand->span, NotCallable, ("`" + builtin.name + "` with a type argument").str());
    return Bad(span);
  }
  if (index.indices.size() != 1 || !ArgCount(call, span, builtin.name, 1, 1)) return Bad(span);
  const Type* type = TypeOfExpr(*index.indices[0]);
  if (type == nullptr) {
    emitter()
        .Emit(index.indices[0]->span, NeedsTypeArgument, builtin.name)
        .Note("`" + index.indices[0]->span.Text().str() + "` is no known type");
    return Bad(span);
  }
  if (builtin.kind == BuiltinKind::kApply) return ApplyExpr(type, call, span);
  ExprPtr asserted = Assertion(CheckValueOf(*call.args[0]), type, span);
  if (IsInvalid(*asserted) || builtin.kind == BuiltinKind::kAs) return asserted;
  const ExprPtr base = std::get<rules::Assert>(asserted->node).base;
  return Make(span, BasicTypeOf(Basic::kBool), rules::Is{base, type});
}

/// opt(e): e where this version has it, all its results if e is a call, absent where it has not. Errors of
/// the attempt are not shown.
HookChecker::ExprPtr HookChecker::OptExpr(const ast::Call& call, Span span) {
  if (!ArgCount(call, span, "opt", 1, 1)) return Bad(span);
  diag::DiscardingConsumer discard;
  diag::Emitter attempt(discard);
  diag::Emitter* outer = std::exchange(emitter_, &attempt);
  ExprPtr value = Check(*call.args[0]);
  emitter_ = outer;
  return attempt.HasErrors() ? AbsentOf(span, go::Invalid(go::InvalidType::Why::kNotInferred)) : value;
}

HookChecker::ExprPtr HookChecker::OrExpr(const ast::Call& call, Span span) {
  if (!ArgCount(call, span, "or", 1, SIZE_MAX)) return Bad(span);
  rules::Or out;
  const Type* type = nullptr;
  for (const ast::ExprPtr& arg : call.args) {
    ExprPtr value = CheckValueOf(*arg);
    if (IsAbsent(*value)) continue;
    if (type == nullptr || go::IsUntyped(type)) {
      if (type == nullptr || Assignable(*value, type) || go::AssignableTo(type, value->type))
        type = value->type;
    }
    if (!Assignable(*value, type)) {
      emitter().Emit(arg->span, MixedTypes, "or", Show(type), Show(value->type));
      return Bad(span);
    }
    out.args.push_back(value);
  }
  if (type == nullptr) return AbsentOf(span, go::Invalid(go::InvalidType::Why::kNotInferred));
  type = go::DefaultType(type);
  for (ExprPtr& arg : out.args) arg = Coerce(arg, type);
  if (out.args.size() == 1) return out.args[0];
  if (!Nameable(type, span)) return Bad(span);
  return Make(span, type, std::move(out));
}

HookChecker::ExprPtr HookChecker::CondExpr(const ast::Call& call, Span span) {
  if (!ArgCount(call, span, "cond", 3, 3)) return Bad(span);
  ExprPtr condition = CheckValueOf(*call.args[0]);
  ExprPtr then = CheckValueOf(*call.args[1]);
  ExprPtr otherwise = CheckValueOf(*call.args[2]);
  if (!Assignable(*condition, BasicTypeOf(Basic::kBool))) {
    emitter().Emit(condition->span, WrongArgType, 1, Show(condition->type), "`bool`");
    return Bad(span);
  }
  if (IsAbsent(*condition)) return otherwise;
  const ExprPtr& typed =
      IsAbsent(*then) || (go::IsUntyped(then->type) && !IsAbsent(*otherwise)) ? otherwise : then;
  const Type* type = typed->type;  // stays untyped when both are: whoever uses it gives it a type
  if (!Assignable(*then, type) || !Assignable(*otherwise, type)) {
    emitter().Emit(span, MixedTypes, "cond", Show(then->type), Show(otherwise->type));
    return Bad(span);
  }
  if (IsAbsent(*then) && IsAbsent(*otherwise)) return then;
  if (!Nameable(type, span)) return Bad(span);
  return Make(span, type, rules::Cond{condition, Coerce(then, type), Coerce(otherwise, type)});
}

/// trust(e, "why") is e without labels; parameterized(e) is statement text that never held values.
HookChecker::ExprPtr HookChecker::TrustExpr(const Builtin& builtin, const ast::Call& call, Span span) {
  const bool trust = builtin.name == "trust";
  const size_t wanted = trust ? 2 : 1;
  if (!ArgCount(call, span, builtin.name, wanted, wanted)) return Bad(span);
  ExprPtr value = CheckValueOf(*call.args[0]);
  if (trust) {
    ExprPtr reason = CheckValueOf(*call.args[1]);
    const go::ConstValue* constant = ConstantOf(*reason);
    const bool said = constant != nullptr && constant->kind() == go::ConstValue::Kind::kString &&
                      !llvm::StringRef(constant->string_value()).trim().empty();
    if (!said) emitter().Emit(reason->span, TrustReason);
  }
  if (IsInvalid(*value) || IsAbsent(*value)) return value;
  auto trusted = std::make_shared<rules::Expr>(*value);
  trusted->labels = trust ? kSanitized | kBounded | kTrusted : value->labels | kSanitized;
  return trusted;
}

HookChecker::ExprPtr HookChecker::ExceptExpr(const ast::Call& call, Span span) {
  if (!ArgCount(call, span, "except", 2, SIZE_MAX)) return Bad(span);
  rules::Except out;
  out.error = CheckValueOf(*call.args[0]);
  for (size_t i = 0; i < call.args.size(); ++i) {
    ExprPtr value = i == 0 ? out.error : CheckValueOf(*call.args[i]);
    if (!Assignable(*value, go::ErrorType())) {
      emitter().Emit(call.args[i]->span, WrongArgType, i + 1, Show(value->type), "`error`");
      return Bad(span);
    }
    if (i > 0 && !IsAbsent(*value)) out.sentinels.push_back(value);
  }
  if (IsAbsent(*out.error) || out.sentinels.empty()) return out.error;
  return Make(span, go::ErrorType(), std::move(out));
}

HookChecker::ExprPtr HookChecker::WordsExpr(const ast::Call& call, Span span) {
  rules::Words out;
  for (size_t i = 0; i < call.args.size(); ++i) {
    ExprPtr value = CheckValueOf(*call.args[i]);
    if (IsAbsent(*value)) continue;
    if (!IsString(value->type)) {
      emitter().Emit(call.args[i]->span, WrongArgType, i + 1, Show(value->type), "`string`");
      return Bad(span);
    }
    out.args.push_back(Coerce(value, BasicTypeOf(Basic::kString)));
  }
  if (out.args.empty()) return AbsentOf(span, BasicTypeOf(Basic::kString));
  if (out.args.size() == 1) return out.args[0];
  return Make(span, BasicTypeOf(Basic::kString), std::move(out));
}

}  // namespace instc::check
