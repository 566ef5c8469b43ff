// From a rule to its join points: which functions it means in this version, and what its names stand for
// there.
#include "compiler/check/check.h"
#include "compiler/check/directives.h"
#include "compiler/check/hook_checker.h"
#include "compiler/check/objects.h"
#include "compiler/check/review.h"
#include "compiler/check/suggest.h"
#include "compiler/go/syntax/calls.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/substitute.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "dsl/base/overload.h"
#include "dsl/diagnostics/consumers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/GlobPattern.h"

namespace instc::check {

INSTC_DIAGNOSTIC(ReservedName, "E0206", Error, "`{0}`: names that start with `instc` are reserved",
                 std::string);
INSTC_DIAGNOSTIC(NameTaken, "E0208", Error, "`{0}` is already a name of this rule", std::string);
INSTC_DIAGNOSTIC(NoSuchPackage, "E0348", Error, "cannot load package \"{0}\"", std::string);
INSTC_DIAGNOSTIC(NoSuchFunction, "E0349", Error, "package {0} has no function `{1}`", std::string,
                 std::string);
INSTC_DIAGNOSTIC(NoSuchMethod, "E0350", Error, "{0} has no method `{1}`", std::string, std::string);
INSTC_DIAGNOSTIC(NoSuchReceiver, "E0351", Error, "package {0} has no type `{1}`", std::string, std::string);
INSTC_DIAGNOSTIC(ReceiverForm, "E0352", Error, "`{0}` has a {1} receiver", std::string, llvm::StringRef);
INSTC_DIAGNOSTIC(Arity, "E0353", Error, "the rule names {0} {1}, `{2}` has {3}", size_t, llvm::StringRef,
                 std::string, size_t);
INSTC_DIAGNOSTIC(ParamType, "E0354", Error, "`{0}` is declared as {1}, the rule says {2}", llvm::StringRef,
                 std::string, std::string);
INSTC_DIAGNOSTIC(NothingMatches, "E0307", Error, "no function matches `{0}`", std::string);
INSTC_DIAGNOSTIC(Uninjectable, "E0355", Error, "`{0}` cannot be instrumented: {1}", std::string, std::string);
INSTC_DIAGNOSTIC(Unused, "W0204", Warning, "`{0}` is never used", std::string);
INSTC_DIAGNOSTIC(EmptyRule, "W0206", Warning, "this rule does nothing", );
INSTC_DIAGNOSTIC(HiddenFieldType, "E0356", Error,
                 "a hidden field has a basic type, a type of the target package or `any`, this is {0}",
                 std::string);
INSTC_DIAGNOSTIC(HiddenFieldTaken, "E0357", Error, "{0} already has a field or method `{1}`", std::string,
                 std::string);
INSTC_DIAGNOSTIC(NotAStruct, "E0358", Error, "`{0}` is no struct of package {1}", std::string, std::string);
INSTC_DIAGNOSTIC(CallForm, "E0362", Error, "`on call` takes a function of package {0}, not `{1}`",
                 std::string, std::string);
INSTC_DIAGNOSTIC(NoCallPoint, "E0712", Error, "calls of `{0}` cannot be hooked: {1}", std::string,
                 std::string);
INSTC_DIAGNOSTIC(TypeParameter, "E0721", Error, "`{0}` has type {1}, which depends on a type parameter",
                 std::string, std::string);

// ------------------------------------------------------------------------------------------------------
// names

HookChecker::HookChecker(PluginContext& plugin, diag::Emitter& emitter, const go::Package& package,
                         rules::Hook& hook)
    : plugin_(plugin), emitter_(&emitter), package_(package), hook_(hook) {}

rules::Binding* HookChecker::NewBinding(rules::Binding::Kind kind, const ast::Name& name, const Type* type) {
  if (llvm::StringRef(name.text).startswith("instc")) {
    emitter().Emit(name.span, ReservedName, name.text);
    BindInvalid(name);
    return nullptr;
  }
  const Named* taken = scope_->Find(name.text);
  if (taken != nullptr) {
    emitter().Emit(name.span, NameTaken, name.text).Note(taken->declared, "first declared here");
    return nullptr;
  }
  auto binding = std::make_unique<rules::Binding>();
  binding->kind = kind;
  binding->name = name.text;
  binding->type = type;
  // Lets of a template are expanded as often as it is used: their Go names must differ from the rule's.
  unsigned same = 0;
  for (const auto& other : hook_.bindings)
    same += llvm::StringRef(other->name).split("__").first == name.text ? 1 : 0;
  if (same > 0) binding->name += "__" + std::to_string(same);
  hook_.bindings.push_back(std::move(binding));
  return hook_.bindings.back().get();
}

/// A name whose declaration was refused: it is known, so that its uses are not reported as well.
void HookChecker::BindInvalid(const ast::Name& name) {
  Named entry;
  entry.argument = Bad(name.span);
  entry.declared = name.span;
  scope_->names.emplace(name.text, entry);
}

void HookChecker::BindList(const ast::Params& params, llvm::ArrayRef<const go::Var*> vars,
                           rules::Binding::Kind kind, bool variadic, std::vector<std::string>& names) {
  const bool open = !params.params.empty() && params.params.back().ellipsis;
  const size_t named = params.params.size() - (open ? 1 : 0);
  if (open ? named > vars.size() : named != vars.size()) {
    const llvm::StringRef what = kind == rules::Binding::Kind::kParam ? "parameters" : "results";
    auto builder = emitter().Emit(params.span, Arity, named, what, hook_.func, vars.size());
    if (func_ != nullptr)
      builder.Note(SpanOf(*func_), "declared here: " + hook_.func +
                                       go::SignatureString(*func_->signature(), go::QualifyByName));
    for (const ast::Param& param : params.params) BindInvalid(param.name);
    return;
  }
  for (size_t i = 0; i < vars.size(); ++i) {
    const ast::Param* param = i < named ? &params.params[i] : nullptr;
    names.push_back(param == nullptr ? "_" : param->name.text);
    if (param == nullptr) continue;
    if (param->type != nullptr) {
      const Type* written = ResolveType(*param->type);
      if (param->variadic) written = plugin_.target.program->context().Slice(written);
      const bool same = written->IsInvalid() || go::Identical(written, vars[i]->type());
      if (!same || param->variadic != (variadic && i + 1 == vars.size()))
        emitter()
            .Emit(param->span, ParamType, param->name.text, Show(vars[i]->type()), Show(written))
            .Note(SpanOf(*vars[i]), "declared here");
    }
    if (param->name.text == "_") continue;
    if (DependsOnTypeParam(vars[i]->type())) {
      emitter()
          .Emit(param->span, TypeParameter, param->name.text, Show(vars[i]->type()))
          .Note(SpanOf(*vars[i]), "declared here")
          .Help("write `_`: a rule is compiled once for all type arguments");
      BindInvalid(param->name);
      continue;
    }
    rules::Binding* binding = NewBinding(kind, param->name, vars[i]->type());
    if (binding == nullptr) continue;
    Named entry;
    entry.binding = binding;
    entry.exit_only = kind == rules::Binding::Kind::kResult;
    entry.declared = param->span;
    scope_->names[param->name.text] = entry;
  }
}

/// Values of such a type mean something else at each call; a rule knows one type of each name.
bool HookChecker::DependsOnTypeParam(const Type* type) {
  if (func_ == nullptr) return false;  // a closure: the rule around it has been asked
  const std::vector<const go::TypeParam*>& params = func_->signature()->type_params;
  if (params.empty()) return false;
  const std::vector<const Type*> plain(params.size(), go::BasicTypeOf(go::Basic::kInt));
  const go::Substitution substitution{&plugin_.target.program->context(), params, plain};
  return !go::Identical(type, go::Substitute(type, substitution));
}

void HookChecker::BindSignature(const WrittenSignature& point, const go::Func& func) {
  func_ = &func;
  const go::SignatureType& signature = *func.signature();
  hook_.receiver_name = "_";
  if (point.receiver != nullptr && point.receiver->name.text != "_" && signature.receiver != nullptr) {
    hook_.receiver_name = point.receiver->name.text;
    if (auto* binding =
            NewBinding(rules::Binding::Kind::kReceiver, point.receiver->name, signature.receiver->type())) {
      Named entry;
      entry.binding = binding;
      entry.declared = point.receiver->name.span;
      entry.used = true;
      scope_->names[point.receiver->name.text] = entry;
    }
  }
  BindList(point.params, signature.params, rules::Binding::Kind::kParam, signature.variadic, hook_.params);
  if (point.results.has_value())
    BindList(*point.results, signature.results, rules::Binding::Kind::kResult, false, hook_.results);
  else
    hook_.results.assign(signature.results.size(), "_");
}

void HookChecker::ReportUnused(const Scope& scope) {
  for (const auto& [name, named] : scope.names) {
    if (!named.is_let || named.used) continue;
    auto builder = emitter().Emit(named.declared, Unused, name);
    if (named.statement.Valid())
      builder.Fix("remove it", named.statement, "");
    else
      builder.Fix("write `_`", named.declared, "_");
  }
}

void HookChecker::Run(const ast::RuleDecl& rule, const WrittenSignature& point, const go::Func& func) {
  Scope scope;
  scope.file = &plugin_.file;
  scope.package = &package_;
  scope_ = &scope;
  const unsigned errors = emitter().ErrorCount();
  BindSignature(point, func);
  const CalledAs called{hook_.package, hook_.receiver_type, hook_.func};
  LabelParameters(called);
  Statements(rule.body.stmts, hook_.body);
  ReportUnused(scope);
  CheckAllSeries(hook_.body);
  if (emitter().ErrorCount() == errors) Review(called, *func.signature());
  scope_ = nullptr;
}

// ------------------------------------------------------------------------------------------------------
// functions

std::string SymbolOf(llvm::StringRef text) {
  std::string out;
  for (char c : text) out += llvm::isAlnum(c) ? c : '_';
  return out;
}

int OrderOf(const rules::StmtList& body) {
  const bool only_suppresses = llvm::all_of(body, [](const auto& stmt) {
    return std::holds_alternative<rules::Suppress>(stmt->node) ||
           std::holds_alternative<rules::Unbind>(stmt->node);
  });
  int order = only_suppresses ? 0 : 1;
  for (const auto& stmt : body) {
    const rules::Exit* exit = std::get_if<rules::Exit>(&stmt->node);
    if (exit != nullptr) order = std::max(order, OrderOf(exit->body));
    if (std::holds_alternative<rules::Enrich>(stmt->node)) order = std::max(order, 2);
    if (std::holds_alternative<rules::Stamp>(stmt->node) ||
        std::holds_alternative<rules::LogStmt>(stmt->node))
      order = 3;
  }
  return order;
}

void AddOrder(const ast::RuleDecl& rule, rules::Hook& hook) {
  if (rule.order == ast::RuleDecl::Order::Before) hook.before.push_back(rule.order_of.Text());
  if (rule.order == ast::RuleDecl::Order::After) hook.after.push_back(rule.order_of.Text());
}

Target AnyFunction(Target target) {
  target.program = target.runtime;
  target.record_symbols = false;
  return target;
}

std::string WhyNoJoinPoint(const go::Func& func) {
  const go::FuncDecl* decl = func.decl();
  if (decl == nullptr || !decl->body.has_value()) return "it has no body in Go";
  if (func.name() == "init") return "it is an init function";
  if (!func.signature()->type_params.empty() || !func.signature()->receiver_type_params.empty())
    return "it is generic; `on call` runs around the calls of generic functions";
  for (const go::Directive& directive : decl->directives)
    for (llvm::StringRef refused :
         {"go:nosplit", "go:systemstack", "go:nowritebarrier", "go:noescape", "go:yeswritebarrierrec"})
      if (directive.text.startswith(refused)) return "it is marked //" + refused.str();
  return "";
}

namespace {

/// Calls are led over a function beside the callee, whose frame some functions would notice.
std::string WhyNoCallPoint(const go::Func& func) {
  if (!func.exported()) return "no other package can call it";
  const go::FuncDecl* decl = func.decl();
  if (decl == nullptr) return "it is not declared in Go";
  for (const go::Directive& directive : decl->directives)
    for (llvm::StringRef refused : {"go:nosplit", "go:uintptrescapes", "go:uintptrkeepalive"})
      if (directive.text.startswith(refused)) return "it is marked //" + refused.str();
  const Span declared = func.declared_at();
  if (!decl->body.has_value() || !declared.Valid()) return "";
  auto calls = go::FindCalls(declared.buffer->text(), {{"", "recover"}});
  if (!calls) return llvm::toString(calls.takeError());
  for (const go::FoundCall& call : *calls) {
    const uint32_t at = call.name.offset;
    if (call.depth == 1 && at > decl->body->open && at < decl->body->close)
      return "it calls recover, which works only where it is deferred itself";
  }
  return "";
}

std::string Join(const std::vector<ast::Name>& names) {
  std::string text;
  for (const ast::Name& name : names) text += (text.empty() ? "" : ",") + name.text;
  return names.size() > 1 ? "{" + text + "}" : text;
}

/// Its own name, or what it hooks.
std::string RuleName(const ast::RuleDecl& decl) {
  if (decl.name.Present()) return decl.name.text;
  const auto* point = std::get_if<ast::ExecutionPoint>(&decl.join_point.node);
  if (const auto* call = std::get_if<ast::CallPoint>(&decl.join_point.node))
    return call->callee.parts.back().text;
  if (const auto* directive = std::get_if<ast::DirectivePoint>(&decl.join_point.node))
    return directive->directive.value;
  if (point == nullptr) return "on " + decl.join_point.span.Text().split('\n').first.str();
  const std::string type = point->receiver.has_value() ? Join(point->receiver->types.names) + "." : "";
  return type + (point->names.glob.has_value() ? point->names.glob->value : Join(point->names.names));
}

/// Checks one rule: every function that it means becomes a hook.
class RuleChecker {
 public:
  RuleChecker(PluginContext& plugin, const RuleRef& rule) : plugin_(plugin), rule_(rule) {}

  /// Whether the rule is for this version.
  bool Run() {
    const auto* point = std::get_if<ast::ExecutionPoint>(&rule_.decl->join_point.node);
    const auto* call = std::get_if<ast::CallPoint>(&rule_.decl->join_point.node);
    const auto* directive = std::get_if<ast::DirectivePoint>(&rule_.decl->join_point.node);
    package_ = directive != nullptr ? LoadPackage(kAnyFunctionPackage.str()) : LoadPackage(PackagePath());
    if (package_ == nullptr) return true;
    if (rule_.decl->where != nullptr) {
      auto applies = EvaluateWhere(*rule_.decl->where, plugin_, *package_, plugin_.emitter);
      if (!applies.has_value()) return true;
      if (applies->known && !applies->holds) return false;
      within_ = std::move(applies->within);
    }
    if (rule_.decl->body.stmts.empty() && !plugin_.emitter.HasErrors())
      plugin_.emitter.Emit(rule_.span, EmptyRule);
    if (call != nullptr) {
      Call(*call);
      return true;
    }
    if (directive != nullptr) {
      CheckDirectiveRule(plugin_, rule_, *directive, *package_, within_);
      return true;
    }
    if (!point->receiver.has_value()) Names(*point, "");
    if (point->receiver.has_value())
      for (const ast::Name& type : point->receiver->types.names) Receiver(*point, type);
    return true;
  }

 private:
  std::string PackagePath() const {
    return rule_.package.empty() ? plugin_.description.library.path : rule_.package;
  }

  const go::Package* LoadPackage(const std::string& path) {
    auto loaded = plugin_.target.program->Load(path);
    if (loaded) return *loaded;
    const bool of_library = rule_.package.empty() && plugin_.file.library != nullptr;
    const Span span = of_library ? plugin_.file.library->path.span : rule_.span;
    auto builder = plugin_.emitter.Emit(span, NoSuchPackage, path);
    builder.Note(llvm::toString(loaded.takeError()));
    if (of_library) SuggestPackage(builder, span, path, plugin_.target);
    const bool module = llvm::StringRef(path).split('/').first.contains('.');
    if (module && plugin_.description.library.is_std)
      builder.Help("for a module write `library \"" + path + "\" >= v1.0.0` without `std`");
    return nullptr;
  }

  void Receiver(const ast::ExecutionPoint& point, const ast::Name& type) {
    if (llvm::isa_and_nonnull<go::TypeName>(package_->Lookup(type.text))) return Names(point, type.text);
    std::vector<std::string> types;
    for (llvm::StringRef name : package_->Names())
      if (llvm::isa<go::TypeName>(package_->Lookup(name))) types.push_back(name.str());
    auto builder = plugin_.emitter.Emit(type.span, NoSuchReceiver, package_->path(), type.text);
    Suggest(builder, type.span, type.text, types);
    builder.Note("checked at " + plugin_.target.version);
  }

  std::vector<std::string> FunctionNames(llvm::StringRef receiver) {
    std::vector<std::string> names;
    for (const go::Func* func : package_->Functions()) {
      const llvm::StringRef of = func->decl()->receiver_type_name();
      if (func->is_method() ? of == receiver : receiver.empty()) names.push_back(func->name().str());
    }
    return names;
  }

  const go::Func* Find(llvm::StringRef receiver, llvm::StringRef name) {
    if (!receiver.empty()) return package_->Method(receiver, name);
    return llvm::dyn_cast_or_null<go::Func>(package_->Lookup(name));
  }

  void Names(const ast::ExecutionPoint& point, const std::string& receiver) {
    if (point.names.glob.has_value()) return Glob(point, receiver);
    for (const ast::Name& name : point.names.names) {
      const go::Func* func = Find(receiver, name.text);
      if (func != nullptr) {
        Function(point, receiver, *func, name.span);
        continue;
      }
      if (!name.Present()) continue;
      auto builder = receiver.empty()
                         ? plugin_.emitter.Emit(name.span, NoSuchFunction, package_->path(), name.text)
                         : plugin_.emitter.Emit(name.span, NoSuchMethod, receiver, name.text);
      Suggest(builder, name.span, name.text, FunctionNames(receiver));
      builder.Note("checked at " + plugin_.target.version);
    }
  }

  void Glob(const ast::ExecutionPoint& point, const std::string& receiver) {
    auto pattern = llvm::GlobPattern::create(point.names.glob->value);
    bool any = false;
    if (pattern) {
      for (const std::string& name : FunctionNames(receiver)) {
        if (!pattern->match(name)) continue;
        any = true;
        Function(point, receiver, *Find(receiver, name), point.names.span);
      }
    } else {
      llvm::consumeError(pattern.takeError());
    }
    if (!any)
      plugin_.emitter.Emit(point.names.span, NothingMatches, point.names.glob->value)
          .Note("checked at " + plugin_.target.version);
  }

  void Function(const ast::ExecutionPoint& point, const std::string& receiver, const go::Func& func,
                Span span) {
    const std::string shown = receiver.empty() ? func.name().str() : receiver + "." + func.name().str();
    if (std::string why = WhyNoJoinPoint(func); !why.empty()) {
      plugin_.emitter.Emit(span, Uninjectable, shown, why).Note(func.declared_at(), "declared here");
      return;
    }
    if (point.receiver.has_value() && point.receiver->pointer != func.has_pointer_receiver()) {
      WrongReceiverForm(*point.receiver, receiver, shown, func);
      return;
    }
    const ast::Receiver* written = point.receiver.has_value() ? &*point.receiver : nullptr;
    Hook(receiver, func, span, {written, point.params, point.results}, /*at_call=*/false);
  }

  void Hook(const std::string& receiver, const go::Func& func, Span span, const WrittenSignature& written,
            bool at_call) {
    const std::string shown = receiver.empty() ? func.name().str() : receiver + "." + func.name().str();
    rules::Hook hook;
    const std::string rule_name = rule_.decl->name.Present() ? rule_.decl->name.text : shown;
    hook.rule = plugin_.description.name + "." + rule_name;
    hook.symbol =
        SymbolOf(plugin_.description.name + "_" + (rule_.decl->name.Present() ? rule_name + "_" : "") +
                 (at_call ? "call_" : "") + shown);
    hook.origin = rule_.span;
    hook.package = package_->path();
    hook.receiver_type = receiver;
    hook.receiver_pointer = func.has_pointer_receiver();
    hook.func = func.name().str();
    hook.at_call = at_call;
    hook.generic = !func.signature()->type_params.empty();
    hook.within = within_;
    AddOrder(*rule_.decl, hook);
    RecordObject(plugin_.sink, func, span);
    HookChecker(plugin_, plugin_.emitter, *package_, hook).Run(*rule_.decl, written, func);
    hook.order = OrderOf(hook.body);
    plugin_.out.hooks.push_back(std::move(hook));
  }

  bool IsBuiltin(llvm::StringRef name) const {
    const go::Object* object = package_->Lookup(name);
    if (object == nullptr) object = go::LookupUniverse(name);
    return object != nullptr && object->kind() == go::ObjectKind::kBuiltin;
  }

  /// `on call F` or `on call pkg.F`: a function of the rule's package. What a value's method is called on
  /// cannot be told without the types of all expressions in the calling package.
  void Call(const ast::CallPoint& point) {
    const std::vector<ast::Name>& parts = point.callee.parts;
    const bool qualified = parts.size() == 2 && parts.front().text == package_->name();
    if (parts.size() != 1 && !qualified) {
      auto builder = plugin_.emitter.Emit(point.callee.span, CallForm, package_->path(), point.callee.Text());
      const bool method = llvm::isa_and_nonnull<go::TypeName>(package_->Lookup(parts.front().text));
      builder.Help(method ? "hook the method itself: `on (x *" + parts.front().text + ") " +
                                parts.back().text + "(...)`"
                          : "for another package of the module write `in \"import/path\" { on call ... }`");
      return;
    }
    const ast::Name& name = parts.back();
    const go::Func* func = Find("", name.text);
    if (func == nullptr && IsBuiltin(name.text)) {
      plugin_.emitter.Emit(name.span, NoCallPoint, name.text, "it is built into the compiler");
      return;
    }
    if (func == nullptr) {
      auto builder = plugin_.emitter.Emit(name.span, NoSuchFunction, package_->path(), name.text);
      Suggest(builder, name.span, name.text, FunctionNames(""));
      builder.Note("checked at " + plugin_.target.version);
      return;
    }
    if (std::string why = WhyNoCallPoint(*func); !why.empty()) {
      plugin_.emitter.Emit(name.span, NoCallPoint, name.text, why).Note(func->declared_at(), "declared here");
      return;
    }
    Hook("", *func, name.span, {nullptr, point.params, point.results}, /*at_call=*/true);
  }

  void WrongReceiverForm(const ast::Receiver& written, const std::string& receiver, const std::string& shown,
                         const go::Func& func) {
    const bool pointer = func.has_pointer_receiver();
    auto builder = plugin_.emitter.Emit(written.span, ReceiverForm, shown, pointer ? "pointer" : "value");
    builder.Note(func.declared_at(), "declared here");
    const std::string how = pointer ? "write `*" + receiver + "`" : "write `" + receiver + "` without `*`";
    const Span types = written.types.span;
    const Span between{types.buffer, written.name.span.end, types.begin};
    const bool only = written.types.names.size() == 1 && between.Text().trim() == (pointer ? "" : "*");
    only ? builder.Fix(how, between, pointer ? " *" : " ") : builder.Help(how);
  }

  PluginContext& plugin_;
  const RuleRef& rule_;
  const go::Package* package_ = nullptr;
  std::vector<std::string> within_;
};

}  // namespace

void ReportNoPackage(PluginContext& plugin, Span span, const std::string& path, llvm::Error why) {
  plugin.emitter.Emit(span, NoSuchPackage, path).Note(llvm::toString(std::move(why)));
}

const go::Func* MethodToHook(PluginContext& plugin, const go::Package& package, const ast::Name& type,
                             const ast::Name& method) {
  const go::Func* func = package.Method(type.text, method.text);
  if (func == nullptr) {
    std::vector<std::string> methods;
    for (const go::Func* other : package.Functions())
      if (other->is_method() && other->decl()->receiver_type_name() == type.text)
        methods.push_back(other->name().str());
    ReportNoMethod(plugin, method, type.text, methods);
    return nullptr;
  }
  const std::string shown = type.text + "." + method.text;
  const std::string why = WhyNoJoinPoint(*func);
  if (!why.empty())
    plugin.emitter.Emit(method.span, Uninjectable, shown, why).Note(func->declared_at(), "declared here");
  else if (!func->has_pointer_receiver())
    plugin.emitter.Emit(method.span, ReceiverForm, shown, "value")
        .Note(func->declared_at(), "declared here")
        .Help("it runs on a copy, which has no part in this");
  return why.empty() && func->has_pointer_receiver() ? func : nullptr;
}

void ReportNoMethod(PluginContext& plugin, const ast::Name& method, const std::string& type,
                    const std::vector<std::string>& methods) {
  auto builder = plugin.emitter.Emit(method.span, NoSuchMethod, type, method.text);
  Suggest(builder, method.span, method.text, methods);
  builder.Note("checked at " + plugin.target.version);
}

namespace {

// ------------------------------------------------------------------------------------------------------
// hidden fields

bool MayBeHidden(const go::Type* type, const go::Package& package) {
  const go::Type* plain = go::Unalias(type);
  if (const go::Type* pointee = go::Pointee(plain)) return MayBeHidden(pointee, package);
  if (const auto* slice = llvm::dyn_cast<go::SliceType>(plain)) return MayBeHidden(slice->element, package);
  if (const auto* named = llvm::dyn_cast<go::Named>(plain))
    return named->object()->package() == &package || named->object()->package() == nullptr;
  return llvm::isa<go::BasicType>(plain) || plain->IsInvalid() || go::Identical(plain, go::EmptyInterface());
}

/// Null: no such type, or one that no hidden field may have.
const go::Type* FieldType(const ast::Type& type, const go::Package& package, PluginContext& plugin) {
  if (const auto* pointer = std::get_if<ast::PointerType>(&type.node)) {
    const go::Type* element = FieldType(*pointer->element, package, plugin);
    return element == nullptr ? nullptr : plugin.target.program->context().Pointer(element);
  }
  if (const auto* slice = std::get_if<ast::SliceType>(&type.node)) {
    const go::Type* element = FieldType(*slice->element, package, plugin);
    return element == nullptr ? nullptr : plugin.target.program->context().Slice(element);
  }
  if (std::holds_alternative<ast::EmptyInterfaceType>(type.node)) return go::EmptyInterface();
  const auto* named = std::get_if<ast::NamedType>(&type.node);
  if (named == nullptr || named->package.Present() || !named->args.empty()) return nullptr;
  const go::Object* object = package.Lookup(named->name.text);
  if (object == nullptr) object = go::LookupUniverse(named->name.text);
  const auto* name = llvm::dyn_cast_or_null<go::TypeName>(object);
  return name == nullptr ? nullptr : name->type();
}

void CheckField(const FieldRef& ref, PluginContext& plugin) {
  const std::string path = ref.package.empty() ? plugin.description.library.path : ref.package;
  auto package = plugin.target.program->Load(path);
  if (!package) {
    plugin.emitter.Emit(ref.span, NoSuchPackage, path).Note(llvm::toString(package.takeError()));
    return;
  }
  for (const ast::Name& type : ref.decl->types.names) {
    const auto* name = llvm::dyn_cast_or_null<go::TypeName>((*package)->Lookup(type.text));
    if (name == nullptr || go::UnderlyingAs<go::StructType>(name->type()) == nullptr) {
      auto builder = plugin.emitter.Emit(type.span, NotAStruct, type.text, path);
      if (name != nullptr) {
        builder.Note(name->declared_at(), "declared here");
        continue;
      }
      std::vector<std::string> names;
      for (llvm::StringRef n : (*package)->Names()) {
        const auto* other = llvm::dyn_cast<go::TypeName>((*package)->Lookup(n));
        if (other != nullptr && go::UnderlyingAs<go::StructType>(other->type()) != nullptr)
          names.push_back(n.str());
      }
      Suggest(builder, type.span, type.text, names);
      continue;
    }
    RecordObject(plugin.sink, *name, type.span);
    for (const ast::FieldDecl::Field& field : ref.decl->fields) {
      const go::Type* field_type =
          field.type == nullptr ? nullptr : FieldType(*field.type, **package, plugin);
      if (field_type == nullptr || !MayBeHidden(field_type, **package)) {
        plugin.emitter.Emit(field.span, HiddenFieldType, "`" + field.span.Text().str() + "`");
        continue;
      }
      const go::Selection taken = go::LookupFieldOrMethod(name->type(), field.name.text, *package);
      const go::Selection by_pointer = go::LookupFieldOrMethod(
          plugin.target.program->context().Pointer(name->type()), field.name.text, *package);
      const bool twice = llvm::any_of(plugin.out.fields, [&](const rules::HiddenFieldDecl& other) {
        return other.package == path && other.type == type.text && other.name == field.name.text;
      });
      if (taken.found() || by_pointer.found() || twice) {
        const go::Selection& found = taken.found() ? taken : by_pointer;
        auto builder = plugin.emitter.Emit(field.name.span, HiddenFieldTaken, type.text, field.name.text);
        if (found.object != nullptr) builder.Note(found.object->declared_at(), "declared here");
        continue;
      }
      plugin.out.fields.push_back({path, type.text, field.name.text, field_type});
    }
  }
}

}  // namespace

namespace {

/// `labels`: of fields of objects; what this learns of them is added.
rules::Plugin CheckOnce(const RuleSet& set, const RuleFile& file, const pack::Plugin& description,
                        const Target& target, const conventions::Registry& registry, diag::Emitter& emitter,
                        decltype(PluginContext::field_labels)& labels) {
  const unsigned errors_before = emitter.ErrorCount();
  rules::Plugin out;
  out.name = file.PluginName();
  SymbolSink sink;
  if (target.record_symbols) sink.symbols = &out.symbols;
  PluginContext context{
      set, file, target, registry, emitter, out, description, Facts(set, file), std::move(sink), {}, {}};
  context.field_labels = labels;
  CheckImports(context);
  for (const FieldRef& field : file.fields) CheckField(field, context);
  DeclareObjects(context);
  const Target any_function = AnyFunction(target);
  std::optional<PluginContext> any;
  for (const RuleRef& rule : file.rules) {
    context.sink.rule = RuleName(*rule.decl);
    const unsigned errors = emitter.ErrorCount();
    const bool directive = std::holds_alternative<ast::DirectivePoint>(rule.decl->join_point.node);
    if (directive && !any.has_value())
      any.emplace(PluginContext{
          set, file, any_function, registry, emitter, out, description, Facts(set, file), {}, {}, {}});
    const bool applies = RuleChecker(directive ? *any : context, rule).Run();
    out.outcomes.push_back({context.sink.rule, rule.span, applies, emitter.ErrorCount() == errors});
  }
  if (any.has_value())
    context.detached.insert(context.detached.end(), any->detached.begin(), any->detached.end());
  CheckObjects(context);
  llvm::sort(out.outcomes, [](const auto& a, const auto& b) { return a.span.begin < b.span.begin; });
  ReviewErrors(context);
  if (emitter.ErrorCount() == errors_before) CheckDetached(context);
  labels = std::move(context.field_labels);
  return out;
}

}  // namespace

/// A body may read what another puts into a field of an object, in any order. So where there are such fields,
/// everything is checked in silence until nothing new is learnt of their labels.
rules::Plugin CheckPlugin(const RuleSet& set, const RuleFile& file, const pack::Plugin& description,
                          const Target& target, const conventions::Registry& registry,
                          diag::Emitter& emitter) {
  constexpr unsigned kMostRounds = 8;
  decltype(PluginContext::field_labels) labels;
  bool learnt = llvm::any_of(file.objects, [](const ObjectRef& ref) { return !ref.decl->fields.empty(); });
  for (unsigned round = 0; learnt && round < kMostRounds; ++round) {
    diag::DiscardingConsumer nowhere;
    diag::Emitter silent(nowhere);
    const auto before = labels;
    CheckOnce(set, file, description, target, registry, silent, labels);
    learnt = labels != before;
  }
  return CheckOnce(set, file, description, target, registry, emitter, labels);
}

}  // namespace instc::check
