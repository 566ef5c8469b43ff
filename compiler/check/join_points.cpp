// From a rule to its join points: which functions it means in this version, and a hook for each of them.
#include "compiler/check/check.h"
#include "compiler/check/directives.h"
#include "compiler/check/hook_checker.h"
#include "compiler/check/objects.h"
#include "compiler/check/rule_checker.h"
#include "compiler/check/suggest.h"
#include "compiler/go/syntax/calls.h"
#include "compiler/go/types/universe.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/GlobPattern.h"

namespace instc::check {

INSTC_DIAGNOSTIC(NoSuchPackage, "E0348", Error, "cannot load package \"{0}\"", std::string);
INSTC_DIAGNOSTIC(NoSuchFunction, "E0349", Error, "package {0} has no function `{1}`", std::string,
                 std::string);
INSTC_DIAGNOSTIC(NoSuchMethod, "E0350", Error, "{0} has no method `{1}`", std::string, std::string);
INSTC_DIAGNOSTIC(NoSuchReceiver, "E0351", Error, "package {0} has no type `{1}`", std::string, std::string);
INSTC_DIAGNOSTIC(ReceiverForm, "E0352", Error, "`{0}` has a {1} receiver", std::string, llvm::StringRef);
INSTC_DIAGNOSTIC(NothingMatches, "E0307", Error, "no function matches `{0}`", std::string);
INSTC_DIAGNOSTIC(Uninjectable, "E0355", Error, "`{0}` cannot be instrumented: {1}", std::string, std::string);
INSTC_DIAGNOSTIC(EmptyRule, "W0206", Warning, "this rule does nothing", );
INSTC_DIAGNOSTIC(CallForm, "E0362", Error, "`on call` takes a function of package {0}, not `{1}`",
                 std::string, std::string);
INSTC_DIAGNOSTIC(NoCallPoint, "E0712", Error, "calls of `{0}` cannot be hooked: {1}", std::string,
                 std::string);

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

namespace {

/// Injected functions repeat the type parameters and name them as arguments, and what a rule says stands
/// where these hide whatever has the same name.
std::string WhyNoTypeParams(const go::Func& func) {
  for (const go::TypeParam* param : func.signature()->type_params)
    if (param->object()->name() == "_") return "it has a type parameter without a name";
  for (const rules::TypeParamName& param : TypeParamsOf(func))
    if (go::LookupUniverse(param.name) != nullptr || func.package()->Lookup(param.name) != nullptr)
      return "its type parameter `" + param.name + "` hides another `" + param.name + "`";
  return "";
}

}  // namespace

std::string WhyNoJoinPoint(const go::Func& func) {
  const go::FuncDecl* decl = func.decl();
  if (decl == nullptr || !decl->body.has_value()) return "it has no body in Go";
  if (func.name() == "init") return "it is an init function";
  if (std::string why = WhyNoTypeParams(func); !why.empty()) return why;
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
  if (std::string why = WhyNoTypeParams(func); !why.empty()) return why;
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

/// Checks one rule: every function that it means becomes a hook.
class RuleChecker {
 public:
  RuleChecker(PluginContext& plugin, const RuleRef& rule) : plugin_(plugin), rule_(rule) {}

  /// Whether the rule is for this version.
  bool Run() {
    const auto* point = std::get_if<ast::ExecutionPoint>(&rule_.decl->join_point.node);
    const auto* call = std::get_if<ast::CallPoint>(&rule_.decl->join_point.node);
    const auto* directive = std::get_if<ast::DirectivePoint>(&rule_.decl->join_point.node);
    package_ = directive != nullptr ? LoadPackage(kAnyFunctionPackage.str())
                                    : LoadPackage(PackageOf(rule_.in, plugin_));
    if (package_ == nullptr) return true;
    if (rule_.decl->where != nullptr) {
      auto applies = EvaluateWhere(*rule_.decl->where, plugin_, *package_);
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
    functions_ = Functions(*point);
    if (!point->receiver.has_value()) Names(*point, "");
    if (point->receiver.has_value())
      for (const ast::Name& type : point->receiver->types.names) Receiver(*point, type);
    return true;
  }

 private:
  const go::Package* LoadPackage(const std::string& path) {
    auto loaded = plugin_.target.program->Load(path);
    if (loaded) return *loaded;
    const bool of_library = rule_.in.package.empty() && plugin_.file.library != nullptr;
    const Span span = of_library ? plugin_.file.library->path.span : rule_.span;
    auto builder = plugin_.emitter.Emit(span, NoSuchPackage, path);
    const std::string why = llvm::toString(loaded.takeError());
    builder.Note(why);
    if (of_library) SuggestPackage(builder, span, path, plugin_.target);
    const bool module = llvm::StringRef(path).split('/').first.contains('.');
    if (module && plugin_.description.library.is_std)
      builder.Help("for a module write `library \"" + path + "\" >= v1.0.0` without `std`");
    if (of_library && llvm::StringRef(why).contains(" has no package "))
      builder.Help("rules for another package of the module stand in `in \"" + path + "/...\" { ... }`");
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
      if (!name.Present() || ReportOfOtherSystems(plugin_, *package_, receiver, name)) continue;
      auto builder = receiver.empty()
                         ? plugin_.emitter.Emit(name.span, NoSuchFunction, package_->path(), name.text)
                         : plugin_.emitter.Emit(name.span, NoSuchMethod, receiver, name.text);
      Suggest(builder, name.span, name.text, FunctionNames(receiver));
      builder.Note("checked at " + plugin_.target.version);
    }
  }

  std::vector<const go::Func*> Matching(llvm::StringRef glob, llvm::StringRef receiver) {
    std::vector<const go::Func*> found;
    auto pattern = llvm::GlobPattern::create(glob);
    if (!pattern) {
      llvm::consumeError(pattern.takeError());
      return found;
    }
    for (const std::string& name : FunctionNames(receiver))
      if (pattern->match(name)) found.push_back(Find(receiver, name));
    return found;
  }

  void Glob(const ast::ExecutionPoint& point, const std::string& receiver) {
    const std::vector<const go::Func*> found = Matching(point.names.glob->value, receiver);
    for (const go::Func* func : found) Function(point, receiver, *func, point.names.span);
    if (found.empty())
      plugin_.emitter.Emit(point.names.span, NothingMatches, point.names.glob->value)
          .Note("checked at " + plugin_.target.version);
  }

  /// All that the rule hooks, as far as they are there.
  std::vector<const go::Func*> Functions(const ast::ExecutionPoint& point) {
    std::vector<std::string> receivers;
    if (point.receiver.has_value())
      for (const ast::Name& type : point.receiver->types.names) receivers.push_back(type.text);
    else
      receivers.emplace_back();
    std::vector<const go::Func*> functions;
    for (const std::string& receiver : receivers) {
      if (point.names.glob.has_value()) {
        llvm::append_range(functions, Matching(point.names.glob->value, receiver));
        continue;
      }
      for (const ast::Name& name : point.names.names)
        if (const go::Func* func = Find(receiver, name.text)) functions.push_back(func);
    }
    return functions;
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
    Hook(receiver, func, span, {written, point.params, point.results, functions_}, /*at_call=*/false);
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
    hook.type_params = TypeParamsOf(func);
    hook.within = within_;
    AddOrder(*rule_.decl, hook);
    RecordObject(plugin_.sink, func, span);
    HookChecker(plugin_, plugin_.emitter, *package_, hook).Run(*rule_.decl, written, func);
    CheckSystems(plugin_, *package_, func, hook, span);
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
      if (ReportOfOtherSystems(plugin_, *package_, "", name)) return;
      auto builder = plugin_.emitter.Emit(name.span, NoSuchFunction, package_->path(), name.text);
      Suggest(builder, name.span, name.text, FunctionNames(""));
      builder.Note("checked at " + plugin_.target.version);
      return;
    }
    if (std::string why = WhyNoCallPoint(*func); !why.empty()) {
      plugin_.emitter.Emit(name.span, NoCallPoint, name.text, why).Note(func->declared_at(), "declared here");
      return;
    }
    Hook("", *func, name.span, {nullptr, point.params, point.results, {}}, /*at_call=*/true);
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
  std::vector<const go::Func*> functions_;
  std::vector<std::string> within_;
};

}  // namespace

bool CheckRule(PluginContext& plugin, const RuleRef& rule) {
  return RuleChecker(plugin, rule).Run();
}

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

}  // namespace instc::check
