// Calls: built-ins, externs, conversions, functions and methods of the library.
#include "compiler/check/hook_checker.h"
#include "compiler/check/not_lowered.h"
#include "compiler/check/suggest.h"
#include "compiler/go/types/assign.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "dsl/diagnostics/consumers.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::check {

using go::Basic;
using go::BasicTypeOf;

INSTC_DIAGNOSTIC(AmbiguousName, "E0203", Error, "`{0}` is both {1} and a name of package {2}",
                 llvm::StringRef, llvm::StringRef, std::string);
INSTC_DIAGNOSTIC(UnknownFunction, "E0207", Error, "unknown function `{0}`", std::string);
INSTC_DIAGNOSTIC(WrongArgCount, "E0322", Error, "`{0}` takes {1}, the call has {2}", llvm::StringRef,
                 std::string, size_t);
INSTC_DIAGNOSTIC(WrongArgType, "E0323", Error, "argument {0} has type {1}, {2} is wanted", size_t,
                 std::string, std::string);
INSTC_DIAGNOSTIC(NotCallable, "E0324", Error, "{0} cannot be called", std::string);
INSTC_DIAGNOSTIC(BadConversion, "E0325", Error, "{0} cannot be converted to {1}", std::string, std::string);
INSTC_DIAGNOSTIC(MixedTypes, "E0326", Error, "`{0}` mixes {1} and {2}", llvm::StringRef, std::string,
                 std::string);
INSTC_DIAGNOSTIC(NeedsTypeArgument, "E0327", Error, "`{0}` needs a type: write `{0}[T](x)`", llvm::StringRef);
INSTC_DIAGNOSTIC(ExternNotFound, "E0328", Error, "package {0} has no function for extern `{1}`", std::string,
                 std::string);
INSTC_DIAGNOSTIC(ExternSignature, "E0329", Error, "extern `{0}` differs from its Go function: {1}",
                 std::string, std::string);
INSTC_DIAGNOSTIC(ExternPackage, "E0330", Error,
                 "externs come from packages of the runtime (instc.dev/rt/...), this is `{0}`", std::string);
INSTC_DIAGNOSTIC(ExtractPlace, "E0331", Error, "`extract` stands only behind `from` in a span", );
INSTC_DIAGNOSTIC(NotAddressable, "E0332", Error,
                 "method `{0}` has a pointer receiver and this value cannot be addressed", llvm::StringRef);
INSTC_DIAGNOSTIC(TrustReason, "E0606", Error, "`trust` says why, in a string", );

namespace {

std::string Count(size_t least, size_t most) {
  auto arguments = [](size_t n) { return std::to_string(n) + (n == 1 ? " argument" : " arguments"); };
  if (least == most) return arguments(least);
  if (most == SIZE_MAX) return "at least " + arguments(least);
  return std::to_string(least) + " to " + arguments(most);
}

bool IsInteger(const go::Type* type) {
  const auto* basic = llvm::dyn_cast<go::BasicType>(go::Underlying(type));
  return basic != nullptr && basic->IsInteger();
}

bool IsString(const go::Type* type) {
  const auto* basic = llvm::dyn_cast<go::BasicType>(go::Underlying(type));
  return basic != nullptr && basic->IsString();
}

std::string Fold(llvm::StringRef name) {
  std::string folded;
  for (char c : name)
    if (c != '_' && c != '.') folded += llvm::toLower(c);
  return folded;
}

std::string Symbol(llvm::StringRef name) {
  std::string symbol = "instcX_";
  for (char c : name) symbol += llvm::isAlnum(c) ? c : '_';
  return symbol;
}

/// How a plain type is spelled in a port variable; empty when it may not cross.
std::string PlainType(const go::Type* type) {
  const go::Type* plain = go::Unalias(type);
  if (go::Identical(plain, go::ErrorType())) return "error";
  if (go::Identical(plain, go::EmptyInterface())) return "any";
  if (const auto* basic = llvm::dyn_cast<go::BasicType>(plain); basic != nullptr && !basic->IsUntyped())
    return basic->name.str();
  if (const auto* slice = llvm::dyn_cast<go::SliceType>(plain)) {
    const std::string element = PlainType(slice->element);
    return element.empty() ? "" : "[]" + element;
  }
  return "";
}

std::string FuncType(llvm::ArrayRef<const go::Type*> params, llvm::ArrayRef<const go::Type*> results) {
  std::string text = "func(";
  for (size_t i = 0; i < params.size(); ++i) text += (i > 0 ? ", " : "") + PlainType(params[i]);
  text += ")";
  if (results.empty()) return text;
  if (results.size() == 1) return text + " " + PlainType(results[0]);
  text += " (";
  for (size_t i = 0; i < results.size(); ++i) text += (i > 0 ? ", " : "") + PlainType(results[i]);
  return text + ")";
}

}  // namespace

// ---------------------------------------------------------------------------------------------------
// dispatch

HookChecker::ExprPtr HookChecker::CallExpr(const ast::Call& call, Span span) {
  const ast::Expr& callee = *call.callee;
  if (const auto* index = std::get_if<ast::Index>(&callee.node)) {
    const auto* ident = std::get_if<ast::Ident>(&index->operand->node);
    const Builtin* builtin =
        ident == nullptr || scope_->Find(ident->name) != nullptr ? nullptr : FindBuiltin(ident->name);
    if (builtin != nullptr) return TypeBuiltin(*builtin, *index, call, span);
    ReportNotLowered(emitter(), callee.span, "a call of a generic function with type arguments");
    return Bad(span);
  }
  if (const auto* ident = std::get_if<ast::Ident>(&callee.node);
      ident != nullptr && scope_->Find(ident->name) == nullptr) {
    const go::Object* object = scope_->package == nullptr ? nullptr : scope_->package->Lookup(ident->name);
    const ast::ExternDecl* declared = plugin_.set.FindExtern(*scope_->file, ident->name);
    const Builtin* builtin = FindBuiltin(ident->name);
    if (object != nullptr && (declared != nullptr || builtin != nullptr)) {
      emitter()
          .Emit(callee.span, AmbiguousName, ident->name, declared != nullptr ? "an extern" : "a built-in",
                scope_->package->path())
          .Note(SpanOf(*object), "declared here");
      return Bad(span);
    }
    if (declared != nullptr) return ExternExpr(DeclaredExtern(*declared), call, span);
    if (builtin != nullptr) return BuiltinCall(*builtin, call, span);
  }
  const auto* selector = std::get_if<ast::Selector>(&callee.node);
  if (selector != nullptr) {
    const auto* base = std::get_if<ast::Ident>(&selector->operand->node);
    if (base != nullptr && scope_->Find(base->name) == nullptr && IsBuiltinNamespace(base->name)) {
      const std::string name = base->name + "." + selector->name.text;
      if (const Builtin* builtin = FindBuiltin(name)) return BuiltinCall(*builtin, call, span);
      std::vector<std::string> names;
      for (llvm::StringRef known : BuiltinNames()) names.push_back(known.str());
      auto builder = emitter().Emit(callee.span, UnknownFunction, name);
      Suggest(builder, callee.span, name, names);
      return Bad(span);
    }
  }
  if (const Type* type = TypeOfExpr(callee)) return ConvertCall(type, call, span);
  if (selector != nullptr) return MethodCallExpr(call, *selector, span);
  ExprPtr value = CheckValueOf(callee);
  if (IsInvalid(*value)) return Bad(span);
  const auto* signature = go::UnderlyingAs<go::SignatureType>(value->type);
  if (signature == nullptr) {
    emitter().Emit(callee.span, NotCallable, Show(value->type));
    return Bad(span);
  }
  const bool declared = std::holds_alternative<rules::Global>(value->node);
  return FuncCallExpr(value, !declared, *signature, call, span);
}

bool HookChecker::ArgCount(const ast::Call& call, Span span, llvm::StringRef what, size_t least,
                           size_t most) {
  if (call.args.size() >= least && call.args.size() <= most) return true;
  emitter().Emit(span, WrongArgCount, what, Count(least, most), call.args.size());
  return false;
}

// --------------------------------------------------------------------------------------------------- library
// calls

const go::Type* HookChecker::ResultType(const go::SignatureType& signature) {
  if (signature.results.size() == 1) return signature.results[0]->type();
  return plugin_.target.program->context().Tuple(signature.results);
}

std::optional<std::vector<HookChecker::ExprPtr>> HookChecker::Arguments(const go::SignatureType& signature,
                                                                        const ast::Call& call, Span span,
                                                                        const go::Object* declared) {
  const size_t fixed = signature.params.size() - (signature.variadic ? 1 : 0);
  const bool open_ended = signature.variadic && !call.spread;
  const size_t least = call.spread ? signature.params.size() : fixed;
  const size_t most = open_ended ? SIZE_MAX : signature.params.size();
  if (call.args.size() < least || call.args.size() > most) {
    auto builder =
        emitter().Emit(span, WrongArgCount, call.callee->span.Text(), Count(least, most), call.args.size());
    if (declared != nullptr) builder.Note(SpanOf(*declared), "declared here");
    return std::nullopt;
  }
  std::vector<ExprPtr> args;
  bool ok = true;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const go::Var* param = signature.params[std::min(i, signature.params.size() - 1)];
    const Type* wanted = param->type();
    if (open_ended && i >= fixed) wanted = go::UnderlyingAs<go::SliceType>(wanted)->element;
    ExprPtr arg = CheckValueOf(*call.args[i]);
    if (!Assignable(*arg, wanted)) {
      auto builder = emitter().Emit(call.args[i]->span, WrongArgType, i + 1, Show(arg->type), Show(wanted));
      if (declared != nullptr) builder.Note(SpanOf(*declared), "declared here");
      ok = false;
    }
    if (IsInvalid(*arg)) ok = false;
    args.push_back(Coerce(arg, wanted));
  }
  if (!ok) return std::nullopt;
  return args;
}

const go::Object* HookChecker::DeclarationOf(const rules::Expr& callee) {
  const auto* global = std::get_if<rules::Global>(&callee.node);
  if (global == nullptr) return nullptr;
  if (global->package.empty()) return package_.Lookup(global->name);
  auto package = plugin_.target.program->Load(global->package);
  if (package) return (*package)->Lookup(global->name);
  llvm::consumeError(package.takeError());
  return nullptr;
}

HookChecker::ExprPtr HookChecker::FuncCallExpr(ExprPtr callee, bool may_be_nil,
                                               const go::SignatureType& signature, const ast::Call& call,
                                               Span span) {
  if (!signature.type_params.empty()) {
    ReportNotLowered(emitter(), span, "a call of a generic function");
    return Bad(span);
  }
  auto args = Arguments(signature, call, span, DeclarationOf(*callee));
  if (!args.has_value()) return Bad(span);
  return Make(span, ResultType(signature),
              rules::FuncCall{callee, may_be_nil, std::move(*args), call.spread});
}

HookChecker::ExprPtr HookChecker::MethodCallExpr(const ast::Call& call, const ast::Selector& selector,
                                                 Span span) {
  const auto* ident = std::get_if<ast::Ident>(&selector.operand->node);
  const bool bound = ident != nullptr && scope_->Find(ident->name) != nullptr;
  const bool global = bound || (ident != nullptr && scope_->package != nullptr &&
                                scope_->package->Lookup(ident->name) != nullptr);
  if (ident != nullptr && !global) {
    if (const go::Package* package = FindPackage(ident->name)) {
      ExprPtr func = FromPackage(*package, selector.name.text, call.callee->span);
      if (IsInvalid(*func)) return func;
      const auto* signature = go::UnderlyingAs<go::SignatureType>(func->type);
      if (signature != nullptr)
        return FuncCallExpr(func, go::TypeAs<go::SignatureType>(func->type) == nullptr, *signature, call,
                            span);
      emitter().Emit(call.callee->span, NotCallable, Show(func->type));
      return Bad(span);
    }
  }
  ExprPtr base = CheckValueOf(*selector.operand);
  if (IsInvalid(*base)) return Bad(span);
  const go::Selection selection = go::LookupFieldOrMethod(base->type, selector.name.text, &package_);
  if (selection.kind != go::Selection::Kind::kMethod) {
    ExprPtr field = Select(base, selector.name, call.callee->span);
    if (IsInvalid(*field)) return Bad(span);
    const auto* signature = go::UnderlyingAs<go::SignatureType>(field->type);
    if (signature != nullptr) return FuncCallExpr(field, true, *signature, call, span);
    emitter().Emit(call.callee->span, NotCallable, Show(field->type));
    return Bad(span);
  }
  const bool addressable = !std::holds_alternative<rules::Literal>(base->node) &&
                           !std::holds_alternative<rules::Composite>(base->node);
  if (selection.needs_addressable && !addressable) {
    emitter().Emit(span, NotAddressable, selector.name.text).Note(SpanOf(*selection.object), "declared here");
    return Bad(span);
  }
  RecordSelection(plugin_.sink, base->type, selection, selector.name.span);
  const auto& signature = *llvm::cast<go::SignatureType>(selection.type);
  auto args = Arguments(signature, call, span, selection.object);
  if (!args.has_value()) return Bad(span);
  return Make(span, ResultType(signature), rules::MethodCall{base, selection, std::move(*args), call.spread});
}

HookChecker::ExprPtr HookChecker::Conversion(const Type* type, ExprPtr value, Span span) {
  if (IsInvalid(*value) || type->IsInvalid()) return Bad(span);
  if (IsAbsent(*value)) return AbsentOf(span, type);
  if (!go::ConvertibleTo(value->type, type, ConstantOf(*value))) {
    emitter().Emit(span, BadConversion, Show(value->type), Show(type));
    return Bad(span);
  }
  if (!Nameable(type, span)) return Bad(span);
  return Make(span, type, rules::Convert{value});
}

HookChecker::ExprPtr HookChecker::ConvertCall(const Type* type, const ast::Call& call, Span span) {
  if (!ArgCount(call, span, call.callee->span.Text(), 1, 1)) return Bad(span);
  return Conversion(type, CheckValueOf(*call.args[0]), span);
}

// ---------------------------------------------------------------------------------------------------
// built-in forms

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
      return ExternExpr(BuiltinExtern(builtin), call, span);
    case BuiltinKind::kTrust:
      return TrustExpr(builtin, call, span);
    case BuiltinKind::kAmbient: {
      const Type* type = ContextType();
      if (!ArgCount(call, span, builtin.name, 0, 0) || !Nameable(type, span)) return Bad(span);
      return Make(span, type, rules::Ambient{});
    }
    case BuiltinKind::kNotLowered:
      ReportNotLowered(emitter(), call.callee->span, builtin.name);
      return Bad(span);
    case BuiltinKind::kExtract:
      emitter().Emit(span, ExtractPlace).Help("write `span server NAME in ctx from extract(ctx, carrier)`");
      return Bad(span);
    case BuiltinKind::kIs:
    case BuiltinKind::kAs:
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
  if (builtin.kind != BuiltinKind::kIs && builtin.kind != BuiltinKind::kAs) {
    if (builtin.kind == BuiltinKind::kNotLowered)
      ReportNotLowered(emitter(), index.operand->span, builtin.name);
    else
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
  ExprPtr asserted = Assertion(CheckValueOf(*call.args[0]), type, span);
  if (IsInvalid(*asserted) || builtin.kind == BuiltinKind::kAs) return asserted;
  const ExprPtr base = std::get<rules::Assert>(asserted->node).base;
  return Make(span, BasicTypeOf(Basic::kBool), rules::Is{base, type});
}

/// opt(e): e where this version has it, absent where it has not. Errors of the attempt are not shown.
HookChecker::ExprPtr HookChecker::OptExpr(const ast::Call& call, Span span) {
  if (!ArgCount(call, span, "opt", 1, 1)) return Bad(span);
  diag::DiscardingConsumer discard;
  diag::Emitter attempt(discard);
  diag::Emitter* outer = std::exchange(emitter_, &attempt);
  ExprPtr value = CheckValueOf(*call.args[0]);
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

// --------------------------------------------------------------------------------------------------- externs

namespace {

const go::Type* LetterType(char letter, go::TypeContext& context) {
  switch (letter) {
    case 's':
      return BasicTypeOf(Basic::kString);
    case 'b':
      return BasicTypeOf(Basic::kBool);
    case 'i':
      return BasicTypeOf(Basic::kInt64);
    case 'e':
      return go::ErrorType();
    case 'l':
      return context.Slice(go::EmptyInterface());
    default:
      return go::EmptyInterface();
  }
}

}  // namespace

std::shared_ptr<rules::ExternFunc> HookChecker::BuiltinExtern(const Builtin& builtin) {
  const std::string symbol = Symbol(builtin.name);
  auto& slot = plugin_.externs[symbol];
  if (slot != nullptr) return slot;
  auto func = std::make_shared<rules::ExternFunc>();
  func->name = builtin.name.str();
  func->package = "instc.dev/rt/text";
  func->func = builtin.go_func.str();
  func->symbol = symbol;
  for (char c : builtin.params) func->params.push_back(LetterType(c, plugin_.target.program->context()));
  for (char c : builtin.results) func->results.push_back(LetterType(c, plugin_.target.program->context()));
  func->go_type = FuncType(func->params, func->results);
  const bool clean = builtin.name.startswith("sanitize.") || builtin.name.startswith("redact.");
  if (clean) func->labels = kSanitized | kUnbounded;
  plugin_.out.externs.push_back(func);
  return slot = func;
}

std::shared_ptr<rules::ExternFunc> HookChecker::DeclaredExtern(const ast::ExternDecl& decl) {
  const std::string symbol = Symbol(decl.name.text);
  auto found = plugin_.externs.find(symbol);
  if (found != plugin_.externs.end()) return found->second;
  auto func = ResolveExtern(decl, symbol);
  if (func != nullptr) plugin_.out.externs.push_back(func);
  return plugin_.externs[symbol] = func;
}

std::shared_ptr<rules::ExternFunc> HookChecker::ResolveExtern(const ast::ExternDecl& decl,
                                                              std::string symbol) {
  auto func = std::make_shared<rules::ExternFunc>();
  func->name = decl.name.text;
  func->package = decl.from.value;
  func->symbol = std::move(symbol);
  bool ok = true;
  auto types = [&](const ast::Params& params, std::vector<const Type*>& out) {
    for (const ast::Param& p : params.params) {
      const Type* type = p.type == nullptr ? go::Invalid() : ResolveType(*p.type);
      const bool plain = !p.variadic && !p.ellipsis && !PlainType(type).empty();
      if (!plain)
        emitter().Emit(p.span, ExternSignature, decl.name.text,
                       "parameters and results have plain types (string, int64, bool, float64, any, error, "
                       "and slices of them)");
      ok = ok && plain;
      out.push_back(type);
    }
  };
  types(decl.params, func->params);
  if (decl.results.has_value()) types(*decl.results, func->results);
  if (!llvm::StringRef(func->package).startswith("instc.dev/rt/")) {
    emitter().Emit(decl.from.span, ExternPackage, func->package);
    return nullptr;
  }
  if (!ok || !CheckExternSignature(decl, *func)) return nullptr;
  func->go_type = FuncType(func->params, func->results);
  func->labels = LabelsOf(decl.labels, emitter());
  return func;
}

/// The Go function has the extern's name, but for case and underscores: http_route is HTTPRoute.
bool HookChecker::CheckExternSignature(const ast::ExternDecl& decl, rules::ExternFunc& func) {
  auto package = plugin_.target.runtime->Load(func.package);
  if (!package) {
    emitter()
        .Emit(decl.from.span, ExternNotFound, func.package, func.name)
        .Note(llvm::toString(package.takeError()));
    return false;
  }
  const go::Func* found = nullptr;
  std::vector<std::string> names;
  for (llvm::StringRef name : (*package)->Names()) {
    const auto* candidate = llvm::dyn_cast<go::Func>((*package)->Lookup(name));
    if (candidate == nullptr || !candidate->exported()) continue;
    names.push_back(name.str());
    if (Fold(name) == Fold(func.name)) found = candidate;
  }
  if (found == nullptr) {
    auto builder = emitter().Emit(decl.name.span, ExternNotFound, func.package, func.name);
    Suggest(builder, decl.name.span, func.name, names);
    return false;
  }
  func.func = found->name().str();
  std::vector<const Type*> params, results;
  for (const go::Var* v : found->signature()->params) params.push_back(v->type());
  for (const go::Var* v : found->signature()->results) results.push_back(v->type());
  const std::string go_type = FuncType(params, results);
  if (go_type == FuncType(func.params, func.results)) return true;
  emitter()
      .Emit(decl.name.span, ExternSignature, func.name, "it is `" + go_type + "`")
      .Note(SpanOf(*found), "declared here");
  return false;
}

HookChecker::ExprPtr HookChecker::ExternExpr(std::shared_ptr<rules::ExternFunc> func, const ast::Call& call,
                                             Span span) {
  if (func == nullptr) {
    for (const ast::ExprPtr& arg : call.args) CheckValueOf(*arg);
    return Bad(span);
  }
  if (!ArgCount(call, span, func->name, func->params.size(), func->params.size())) return Bad(span);
  rules::ExternCall out;
  out.func = func.get();
  bool absent = false;
  bool ok = true;
  for (size_t i = 0; i < call.args.size(); ++i) {
    ExprPtr arg = CheckValueOf(*call.args[i]);
    const Type* wanted = func->params[i];
    absent = absent || IsAbsent(*arg);
    const bool widen = !IsInvalid(*arg) && ((IsInteger(arg->type) && IsInteger(wanted)) ||
                                            (IsString(arg->type) && IsString(wanted)));
    if (widen && !go::IsUntyped(arg->type) && !go::Identical(arg->type, wanted))
      arg = Make(arg->span, wanted, rules::Convert{arg});
    if (!Assignable(*arg, wanted)) {
      emitter().Emit(call.args[i]->span, WrongArgType, i + 1, Show(arg->type), Show(wanted));
      ok = false;
    }
    out.args.push_back(Coerce(arg, wanted));
  }
  const Type* type = func->results.empty() ? go::Invalid() : func->results[0];
  if (func->results.size() > 1) {
    std::vector<const go::Var*> vars;
    for (const Type* result : func->results)
      vars.push_back(plugin_.target.program->context().Variable("", result));
    type = plugin_.target.program->context().Tuple(std::move(vars));
  }
  if (!ok) return Bad(span);
  if (absent) return AbsentOf(span, type);
  return Make(span, type, std::move(out));
}

}  // namespace instc::check
