// Go functions behind names of the language: an `extern func`, or a built-in with a body in the runtime.
#include "compiler/check/expression_errors.h"
#include "compiler/check/hook_checker.h"
#include "compiler/check/suggest.h"
#include "compiler/go/types/assign.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/universe.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::check {

using go::Basic;
using go::BasicTypeOf;

INSTC_DIAGNOSTIC(ExternNotFound, "E0328", Error, "package {0} has no function for extern `{1}`", std::string,
                 std::string);
INSTC_DIAGNOSTIC(ExternSignature, "E0329", Error, "extern `{0}` differs from its Go function: {1}",
                 std::string, std::string);
INSTC_DIAGNOSTIC(ExternPackage, "E0330", Error,
                 "externs come from packages of the runtime (instc.dev/rt/...), this is `{0}`", std::string);

namespace {

bool IsInteger(const go::Type* type) {
  const auto* basic = llvm::dyn_cast<go::BasicType>(go::Underlying(type));
  return basic != nullptr && basic->IsInteger();
}

bool IsString(const go::Type* type) {
  const auto* basic = llvm::dyn_cast<go::BasicType>(go::Underlying(type));
  return basic != nullptr && basic->IsString();
}

/// But for case, underscores and dots.
bool SameName(llvm::StringRef a, llvm::StringRef b) {
  auto skip = [](llvm::StringRef& text) {
    text = text.drop_while([](char c) { return c == '_' || c == '.'; });
  };
  for (skip(a), skip(b); !a.empty() && !b.empty(); skip(a), skip(b)) {
    if (llvm::toLower(a.front()) != llvm::toLower(b.front())) return false;
    a = a.drop_front();
    b = b.drop_front();
  }
  return a.empty() && b.empty();
}

/// Exported ones. There are many names in a package, and most rules that ask name one that is there.
const go::Func* FuncCalled(const go::Package& package, llvm::StringRef wanted) {
  for (llvm::StringRef name : package.Names())
    if (go::IsExportedName(name) && SameName(name, wanted))
      if (const auto* func = llvm::dyn_cast_or_null<go::Func>(package.Lookup(name))) return func;
  return nullptr;
}

std::vector<std::string> FuncNames(const go::Package& package) {
  std::vector<std::string> names;
  for (llvm::StringRef name : package.Names())
    if (go::IsExportedName(name) && llvm::isa_and_nonnull<go::Func>(package.Lookup(name)))
      names.push_back(name.str());
  return names;
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

/// A built-in that takes anything is called by another name where what it is given is known to be a string.
HookChecker::ExprPtr HookChecker::OfString(const Builtin& builtin, ExprPtr made) {
  const auto* call = std::get_if<rules::ExternCall>(&made->node);
  if (builtin.of_string.empty() || call == nullptr) return made;
  const auto* basic = go::TypeAs<go::BasicType>(call->args[0]->type);
  if (basic == nullptr || !basic->IsString()) return made;
  const std::string name = (builtin.name + "_of_string").str();
  auto& func = plugin_.externs[Symbol(name)];
  if (func == nullptr) {
    func = std::make_shared<rules::ExternFunc>(*call->func);
    func->func = builtin.of_string.str();
    func->symbol = Symbol(name);
    func->params = {BasicTypeOf(Basic::kString)};
    func->go_type = FuncType(func->params, func->results);
    plugin_.out.externs.push_back(func);
  }
  return Make(made->span, made->type, rules::ExternCall{func.get(), call->args});
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
  if (func->package != "instc.dev/rt" && !llvm::StringRef(func->package).startswith("instc.dev/rt/")) {
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
  const go::Func* found = FuncCalled(**package, func.name);
  if (found == nullptr) {
    auto builder = emitter().Emit(decl.name.span, ExternNotFound, func.package, func.name);
    Suggest(builder, decl.name.span, func.name, FuncNames(**package));
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
