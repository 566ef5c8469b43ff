#include "compiler/lower/scope.h"

#include "compiler/go/types/package.h"
#include "compiler/go/types/sizes.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "dsl/base/check.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace instc::lower {
namespace {

using rules::Binding;

bool IsKeyword(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases("break", "case", "chan", "const", "continue", "default", "defer", "else", true)
      .Cases("fallthrough", "for", "func", "go", "goto", "if", "import", "interface", "map", true)
      .Cases("package", "range", "return", "select", "struct", "switch", "type", "var", true)
      .Default(false);
}

/// Names that a binding may never have: our own prefix, keywords, predeclared names that the text relies on.
bool IsReserved(llvm::StringRef name) {
  return name.startswith("instc") || name == "_" || IsKeyword(name) || go::LookupUniverse(name) != nullptr;
}

bool IsNamePart(char c) {
  return llvm::isAlnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

std::string Identifier(llvm::StringRef name) {
  std::string text;
  for (char c : name) text += IsNamePart(c) ? c : '_';
  return text;
}

/// Import paths as a source file writes them: std's own vendored packages without their prefix.
llvm::StringRef Written(llvm::StringRef path) {
  path.consume_front("vendor/");
  return path;
}

bool IsSiteValue(Binding::Kind kind) {
  return kind == Binding::Kind::kReceiver || kind == Binding::Kind::kParam || kind == Binding::Kind::kResult;
}

}  // namespace

HookScope::HookScope(const rules::Hook& hook, const Learned& learned, HookScope* outer)
    : hook_(hook), learned_(learned), outer_(outer) {
  NameBindings();
}

void HookScope::NameBindings() {
  std::set<std::string> taken;
  for (const auto& binding : hook_.bindings) {
    std::string name = Identifier(binding->name);
    const bool hides = llvm::any_of(hook_.type_params,
                                    [&](const rules::TypeParamName& param) { return param.name == name; });
    if (hides || IsReserved(name) || learned_.renamed.count(binding.get()) != 0) name = "instcB_" + name;
    while (!taken.insert(name).second) name += "_";
    names_[binding.get()] = name;
  }
}

void HookScope::StartExit() {
  phase_ = Phase::kExit;
  temps_ = 0;
}

std::string HookScope::Temp() {
  return "instcT" + std::to_string(++temps_);
}

/// `pkg.Name` is qualified; every other identifier resolves where the text stands.
void HookScope::NoteBareNames(llvm::StringRef type_text) {
  size_t at = 0;
  while (at < type_text.size()) {
    llvm::StringRef name = type_text.drop_front(at).take_while(IsNamePart);
    bool qualified = at > 0 && type_text[at - 1] == '.';
    if (!name.empty() && !qualified) bare_names_.insert(name.str());
    at += name.empty() ? 1 : name.size();
  }
}

std::string HookScope::Import(llvm::StringRef path) {
  path = Written(path);
  std::string alias = "instc_" + Identifier(path);
  imports_[path.str()] = alias;
  return alias;
}

std::string HookScope::Type(const go::Type* type) {
  auto qualify = [this](const go::Package& package) {
    return package.path() == hook_.package ? std::string() : Import(package.path());
  };
  auto name = [this](const go::TypeParam& param) {
    auto named = llvm::find_if(hook_.type_params, [&](const auto& known) { return known.param == &param; });
    return named != hook_.type_params.end() ? named->name : param.object()->name().str();
  };
  std::string text = go::TypeString(type, qualify, go::AnySpelling::kLiteral, name);
  static constexpr llvm::StringLiteral kUnsafe = "unsafe.Pointer";
  if (text == kUnsafe) return UnsafePointer();
  NoteBareNames(text);
  return text;
}

std::string HookScope::Global(const rules::Global& global) {
  std::string args;
  for (const go::Type* type : global.type_args) args += (args.empty() ? "[" : ", ") + Type(type);
  if (!args.empty()) args += "]";
  if (!global.package.empty() && global.package != hook_.package)
    return Import(global.package) + "." + global.name + args;
  bare_names_.insert(global.name);
  return global.name + args;
}

std::string HookScope::NonZero(const std::string& text, const go::Type* type) {
  return lower::NonZero(text, type, [this](const go::Type* asked) { return Type(asked); }).value_or("");
}

std::string HookScope::IsZero(const std::string& text, const go::Type* type) {
  return lower::IsZero(text, type, [this](const go::Type* asked) { return Type(asked); }).value_or("");
}

std::string HookScope::UnsafePointer() {
  return Import("unsafe") + ".Pointer";
}

std::string HookScope::Extern(const rules::ExternFunc& func) {
  externs_[func.symbol] = {func.symbol, func.go_type, func.package, func.func};
  return func.symbol;
}

std::string HookScope::Helper(llvm::StringRef name, llvm::StringRef func, llvm::StringRef go_type) {
  std::string symbol = ("instcX_" + name).str();
  externs_[symbol] = {symbol, go_type.str(), "instc.dev/rt/text", func.str()};
  return symbol;
}

std::string HookScope::ErrorIs() {
  return Helper("error_is", "ErrorIs", "func(error, error) bool");
}

bool HookScope::Needed(const Binding& argument) {
  ++needs_[&argument];
  (phase_ == Phase::kExit ? read_at_exit_ : needed_at_enter_).insert(&argument);
  if (!IsShared(argument)) return false;
  read_.insert(&argument);
  return true;
}

std::string HookScope::DoneTarget(const Binding& argument) const {
  return (LivesInState(argument) ? Holder(argument.loop) + ".done_" : "instcDone_") + Name(argument);
}

bool HookScope::LivesInState(const Binding& let) const {
  if (let.at_exit || (let.kind != Binding::Kind::kLet && let.kind != Binding::Kind::kArgument)) return false;
  return let.used_in_exit || learned_.in_state.count(&let) != 0;
}

bool HookScope::IsAbsent(const Binding& binding) const {
  return absent_.count(&binding) != 0 || (outer_ != nullptr && outer_->IsAbsent(binding));
}

size_t HookScope::CaptureOf(const Binding& binding) {
  for (size_t i = 0; i < captures_.size(); ++i)
    if (captures_[i].binding == &binding) return i;
  captures_.push_back({&binding, false});
  return captures_.size() - 1;
}

std::string HookScope::TypeOf(const Binding& binding) {
  if (!Owns(binding)) return outer_->TypeOf(binding);
  if (hook_.signature != nullptr || !IsSiteValue(binding.kind)) return Type(binding.type);
  named_.insert(&binding);
  return "@{type " + Name(binding) + "}";
}

void HookScope::Absorb(const HookScope& inner, const std::string& code) {
  imports_.insert(inner.imports_.begin(), inner.imports_.end());
  externs_.insert(inner.externs_.begin(), inner.externs_.end());
  uses_context_ |= inner.uses_context_;
  bodies_ += code;
}

std::string HookScope::Read(const Binding& binding) {
  auto substitute = texts_.substitutes.find(&binding);
  const bool substituted = substitute != texts_.substitutes.end();
  if (!Owns(binding)) return substituted ? substitute->second : CaptureName(CaptureOf(binding));
  read_.insert(&binding);
  if (phase_ == Phase::kExit) read_at_exit_.insert(&binding);
  if (substituted) return substitute->second;
  named_.insert(&binding);
  return Place(binding);
}

std::string HookScope::Place(const Binding& binding) const {
  if (ByAddress(binding)) return "(*" + Name(binding) + ")";
  return LivesInState(binding) ? Holder(binding.loop) + ".let_" + Name(binding) : Name(binding);
}

/// Not of a closure, whose parameters are its own, nor at a directive, which does not know the type.
bool HookScope::ByAddress(const Binding& param) const {
  static constexpr int64_t kLarge = 64;
  if (param.kind != Binding::Kind::kParam || !Owns(param) || learned_.copied.count(&param) != 0) return false;
  if (hook_.signature != nullptr || hook_.directive ||
      go::UnderlyingAs<go::StructType>(param.type) == nullptr)
    return false;
  return go::SizeOf(param.type).value_or(0) > kLarge;
}

std::string HookScope::Holder(std::optional<unsigned> loop) {
  return loop.has_value() ? "instcI" + std::to_string(*loop) : "instcS";
}

std::string HookScope::Node(unsigned span) const {
  const rules::SpanRole role = hook_.span_roles[span];
  if (role == rules::SpanRole::kResumed || role == rules::SpanRole::kEnriched)
    return "instcN" + std::to_string(span);
  return Holder(hook_.span_loops[span]) + ".node" + std::to_string(span);
}

std::string HookScope::Slot(unsigned span) const {
  return Holder(hook_.span_loops[span]) + ".slot" + std::to_string(span);
}

std::string HookScope::Entry(unsigned span) const {
  const bool resumed = hook_.span_roles[span] == rules::SpanRole::kResumed;
  return resumed ? "instcE" + std::to_string(span)
                 : Holder(hook_.span_loops[span]) + ".kept" + std::to_string(span);
}

std::string HookScope::Target(const Binding& binding) {
  if (IsDropped(binding)) return "_";
  named_.insert(&binding);
  return Place(binding);
}

std::string HookScope::PresenceTarget(const Binding& let) const {
  return (LivesInState(let) ? Holder(let.loop) + ".ok_" : "instcOK_") + Name(let);
}

std::string HookScope::Presence(const Binding& binding) {
  if (binding.kind == Binding::Kind::kLet && !binding.maybe_absent) return "";  // its zero value will do
  if (!Owns(binding)) {
    if (outer_->Presence(binding).empty()) return "";
    size_t index = CaptureOf(binding);
    captures_[index].asked = true;
    return CapturedPresence(index);
  }
  asked_.insert(&binding);
  auto found = texts_.presence.find(&binding);
  return found == texts_.presence.end() ? "" : found->second;
}

bool HookScope::HasFlag(const Binding& let) const {
  auto found = texts_.presence.find(&let);
  return NeedsPresence(let) && found != texts_.presence.end() && found->second == PresenceTarget(let);
}

void HookScope::Write(const Binding& binding) {
  named_.insert(&binding);
  if (binding.kind == Binding::Kind::kResult) {
    if (phase_ == Phase::kExit) exit_writes_.insert(&binding);
    if (phase_ == Phase::kEnter && hook_.results_at_enter) enter_writes_.insert(&binding);
  } else if (IsSiteValue(binding.kind) && phase_ == Phase::kEnter) {
    enter_writes_.insert(&binding);
  }
}

std::string HookScope::WriteName(const Binding& binding) const {
  return (phase_ == Phase::kEnter ? "instcS.w_" : "instcW_") + Name(binding);
}

const Binding* HookScope::Find(const std::string& name, Binding::Kind kind) const {
  for (const auto& binding : hook_.bindings) {
    if (binding->kind == kind && binding->name == name) return binding.get();
  }
  return nullptr;
}

/// A name in the signature: `_` when the text does not use it.
std::string HookScope::Shown(const std::string& name, Binding::Kind kind) const {
  const Binding* binding = Find(name, kind);
  return binding != nullptr && named_.count(binding) != 0 ? Name(*binding) : "_";
}

void HookScope::Describe(pack::Hook& hook) const {
  if (!hook_.receiver_type.empty()) {
    hook.receiver = pack::Receiver{hook_.receiver_type, hook_.receiver_pointer,
                                   Shown(hook_.receiver_name, Binding::Kind::kReceiver)};
  }
  for (const std::string& name : hook_.params) {
    hook.params.push_back(Shown(name, Binding::Kind::kParam));
    const Binding* binding = Find(name, Binding::Kind::kParam);
    if (hook.params.back() != "_" && ByAddress(*binding)) hook.by_address.push_back(hook.params.back());
  }
  if (hook_.directive) {
    for (const auto& [binding, what] : hook_.directive->given) {
      if (named_.count(binding) == 0) continue;
      hook.params.push_back(Name(*binding));
      hook.directive->given.push_back(what);
    }
  }
  for (const std::string& name : hook_.results) hook.results.push_back(Shown(name, Binding::Kind::kResult));
  for (const auto& [path, alias] : imports_) hook.imports.push_back({alias, path});
  for (const Binding* binding : EnterWrites()) hook.enter_writes.push_back(Name(*binding));
  for (const Binding* binding : ExitWrites()) hook.exit_writes.push_back(Name(*binding));
  hook.uses_context = uses_context_;
}

std::vector<const Binding*> HookScope::InOrder(const Bindings& wanted) const {
  std::vector<const Binding*> ordered;
  for (const auto& binding : hook_.bindings) {
    if (wanted.count(binding.get()) != 0) ordered.push_back(binding.get());
  }
  return ordered;
}

std::vector<const Binding*> HookScope::EnterWrites() const {
  return InOrder(enter_writes_);
}
std::vector<const Binding*> HookScope::ExitWrites() const {
  return InOrder(exit_writes_);
}

std::vector<const Binding*> HookScope::StateLets(std::optional<unsigned> loop) const {
  std::vector<const Binding*> lets;
  for (const auto& binding : hook_.bindings) {
    if (binding->loop == loop && LivesInState(*binding) && !IsDropped(*binding))
      lets.push_back(binding.get());
  }
  return lets;
}

Learned HookScope::Conclude() const {
  Learned learned = learned_;
  for (const auto& owned : hook_.bindings) {
    const Binding* binding = owned.get();
    if (bare_names_.count(Name(*binding)) != 0) learned.renamed.insert(binding);
    if (binding->kind == Binding::Kind::kArgument && !binding->at_exit && read_at_exit_.count(binding) != 0) {
      const bool at_enter = needed_at_enter_.count(binding) != 0 || binding->loop.has_value();
      (at_enter ? learned.in_state : learned.at_exit).insert(binding);
      if (at_enter) learned.at_exit.erase(binding);
    }
    if (binding->kind != Binding::Kind::kLet) continue;
    if (read_.count(binding) == 0) learned.unread.insert(binding);
    if (asked_.count(binding) == 0) learned.unasked.insert(binding);
    if (!binding->at_exit && read_at_exit_.count(binding) != 0) learned.in_state.insert(binding);
  }
  for (const auto& [argument, places] : needs_)
    if (places > 1) learned.shared.insert(argument);
  learned.guarded.insert(guarded_.begin(), guarded_.end());
  learned.copied.insert(copied_.begin(), copied_.end());
  return learned;
}

}  // namespace instc::lower
