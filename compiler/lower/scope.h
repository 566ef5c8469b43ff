// What the text of one hook refers to: names, types, imports, externs, and what its state must carry.
//
// Go rejects unused variables and imports, and a name of the rule may hide a name of the package that the
// text needs. Both are known only when the text is there. So a hook is written more than once: each pass
// starts with what the pass before it has Learned, and the last one learns nothing new.
#ifndef INSTC_COMPILER_LOWER_SCOPE_H
#define INSTC_COMPILER_LOWER_SCOPE_H

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/lower/go_text.h"
#include "compiler/rules/ir.h"

namespace instc::lower {

/// Facts about a hook's bindings. Sets of addresses: asked, never walked.
struct Learned {
  std::set<const rules::Binding*> unread;    ///< lets whose value nobody reads
  std::set<const rules::Binding*> unasked;   ///< lets whose presence nobody asks
  std::set<const rules::Binding*> renamed;   ///< their own name would hide one that the text needs
  std::set<const rules::Binding*> in_state;  ///< made at enter, read at exit
  std::set<const rules::Binding*> shared;    ///< arguments of templates that several places need
  std::set<const rules::Binding*> guarded;   ///< of those: evaluated under a condition
  std::set<const rules::Binding*> at_exit;   ///< of those: needed by exit blocks only
  std::set<const rules::Binding*> copied;    ///< parameters that have to be handed over as copies
  bool operator==(const Learned&) const = default;
};

enum class Phase { kEnter, kExit };

/// Whether the call ends by a panic: asked once, at the top of the exit function.
inline constexpr const char* kPanicked = "instcPanicked";
inline constexpr const char* kPanicTest = "instcAPI.panicDepth() > instcS.panics";
/// Keeps a panic of injected code out of the program.
inline constexpr const char* kRecovered = "defer instcAPI.recovered[@{rule}]()";

class HookScope {
 public:
  /// `outer` is the scope of the statement that a closure's body stands in: names of that body's rule are
  /// captured, which is to say handed over as they are when the closure is made.
  HookScope(const rules::Hook& hook, const Learned& learned, HookScope* outer = nullptr);

  const rules::Hook& hook() const { return hook_; }
  Phase phase() const { return phase_; }
  void StartExit();

  /// A fresh name: instcT1, instcT2, ...
  std::string Temp();
  /// The type's text; its packages are imported.
  std::string Type(const go::Type* type);
  std::string Global(const rules::Global& global);
  /// `text` differs from its type's zero value; empty when that cannot be told.
  std::string NonZero(const std::string& text, const go::Type* type);
  std::string IsZero(const std::string& text, const go::Type* type);
  std::string Extern(const rules::ExternFunc& func);
  /// A function of instc.dev/rt/text with that type; `name` is what the variable for it is called after.
  std::string Helper(llvm::StringRef name, llvm::StringRef func, llvm::StringRef go_type);
  /// The runtime's errors.Is: package errors may not be imported by the target.
  std::string ErrorIs();
  std::string UnsafePointer();

  // Bindings.
  bool IsDropped(const rules::Binding& let) const { return learned_.unread.count(&let) != 0; }
  bool LivesInState(const rules::Binding& let) const;
  /// The variable with the state of a span or let: that of the call, or of a round of a loop.
  static std::string Holder(std::optional<unsigned> loop);
  std::string Node(unsigned span) const;
  std::string Slot(unsigned span) const;
  /// Where the table's entry of a span with a key is.
  std::string Entry(unsigned span) const;
  void KeepEntry(unsigned span) { kept_.insert(span); }
  bool KeepsEntry(unsigned span) const { return kept_.count(span) != 0; }
  bool NeedsPresence(const rules::Binding& let) const { return learned_.unasked.count(&let) == 0; }
  /// The hook gets the address of a large struct, which would otherwise be copied at every call.
  bool ByAddress(const rules::Binding& param) const;
  /// The text does to the parameter what the site's own must be kept from.
  void NeedCopy(const rules::Binding& binding) { copied_.insert(&binding); }
  /// What to write for the value; counts as a use.
  std::string Read(const rules::Binding& binding);
  /// What to assign to.
  std::string Target(const rules::Binding& binding);
  std::string PresenceTarget(const rules::Binding& let) const;
  /// The condition under which the binding has a value, empty: always. Counts as a use.
  std::string Presence(const rules::Binding& binding);
  void SetPresence(const rules::Binding& let, std::string condition) {
    texts_.presence[&let] = std::move(condition);
  }
  /// The let has a presence flag of its own.
  bool HasFlag(const rules::Binding& let) const;
  // Arguments of templates.
  /// Counts a place that needs the argument; whether it is one of several.
  bool Needed(const rules::Binding& argument);
  bool IsShared(const rules::Binding& argument) const { return learned_.shared.count(&argument) != 0; }
  /// It is a variable of the exit function.
  bool IsOfExit(const rules::Binding& argument) const { return learned_.at_exit.count(&argument) != 0; }
  std::vector<const rules::Binding*> ArgumentsOfExit() const { return InOrder(learned_.at_exit); }
  /// Its evaluation stands under a condition: there is a flag beside it.
  void SetGuarded(const rules::Binding& argument) { guarded_.insert(&argument); }
  bool IsGuarded(const rules::Binding& argument) const { return learned_.guarded.count(&argument) != 0; }
  /// The flag that says that it was evaluated.
  std::string DoneTarget(const rules::Binding& argument) const;
  bool WasRead(const rules::Binding& binding) const { return read_.count(&binding) != 0; }
  void SetAbsent(const rules::Binding& let) { absent_.insert(&let); }
  bool IsAbsent(const rules::Binding& binding) const;
  /// The binding is this text from now on.
  void Substitute(const rules::Binding& binding, std::string text) {
    texts_.substitutes[&binding] = std::move(text);
  }
  /// What bindings are called: in a function that runs later they are called something else.
  struct Texts {
    std::map<const rules::Binding*, std::string> substitutes, presence;
  };
  const Texts& texts() const { return texts_; }
  void SetTexts(Texts texts) { texts_ = std::move(texts); }
  /// The text assigns the receiver, a parameter or a result: the site must take the new value over.
  void Write(const rules::Binding& binding);
  bool WroteAtEnter() const { return !enter_writes_.empty(); }

  // Closures and what surrounds them.
  struct Capture {
    const rules::Binding* binding;
    bool asked;  ///< its presence is handed over too
  };
  const std::vector<Capture>& captures() const { return captures_; }
  static std::string CaptureName(size_t index) { return "instcC" + std::to_string(index); }
  static std::string CapturedPresence(size_t index) { return "instcD" + std::to_string(index); }
  /// The binding's type: copied from the function, where there is one.
  std::string TypeOf(const rules::Binding& binding);
  /// Takes over what the text of a body inside this one needs, and the text.
  void Absorb(const HookScope& inner, const std::string& code);
  const std::string& bodies() const { return bodies_; }

  /// The binding's identifier.
  const std::string& Name(const rules::Binding& binding) const { return names_.at(&binding); }
  /// `w_x` in the state, `instcW_x` in the exit function.
  std::string WriteName(const rules::Binding& binding) const;

  // State beyond bindings.
  void UsePanics() { uses_panics_ = true; }
  bool uses_panics() const { return uses_panics_; }
  void UseEntered() { uses_entered_ = true; }
  bool uses_entered() const { return uses_entered_; }
  void UseOff() { uses_off_ = true; }
  bool uses_off() const { return uses_off_; }
  void UseContext() { uses_context_ = true; }

  /// Parameters, results, imports, writes as this pass has found them.
  void Describe(pack::Hook& hook) const;
  std::vector<const rules::Binding*> EnterWrites() const;
  std::vector<const rules::Binding*> ExitWrites() const;
  /// The lets of the call, or of a loop's rounds.
  std::vector<const rules::Binding*> StateLets(std::optional<unsigned> loop = std::nullopt) const;
  /// The name in the signature of the binding of that name and kind: `_` when the text does not use it.
  std::string Shown(const std::string& name, rules::Binding::Kind kind) const;
  const std::map<std::string, pack::Extern>& externs() const { return externs_; }
  /// What this pass adds to what was known.
  Learned Conclude() const;

 private:
  using Bindings = std::set<const rules::Binding*>;
  std::string Import(llvm::StringRef path);
  void NameBindings();
  void NoteBareNames(llvm::StringRef type_text);
  /// The variable as the text of the hook names it.
  std::string Place(const rules::Binding& binding) const;
  bool Owns(const rules::Binding& binding) const { return names_.count(&binding) != 0; }
  size_t CaptureOf(const rules::Binding& binding);
  const rules::Binding* Find(const std::string& name, rules::Binding::Kind kind) const;
  std::vector<const rules::Binding*> InOrder(const Bindings& wanted) const;

  const rules::Hook& hook_;
  const Learned& learned_;
  HookScope* outer_;
  std::vector<Capture> captures_;
  std::string bodies_;
  Phase phase_ = Phase::kEnter;
  unsigned temps_ = 0;
  std::map<const rules::Binding*, std::string> names_;
  Texts texts_;
  std::map<const rules::Binding*, unsigned> needs_;
  Bindings guarded_, copied_;
  Bindings absent_, read_, asked_, read_at_exit_, needed_at_enter_, enter_writes_, exit_writes_, named_;
  std::set<std::string> bare_names_;
  std::set<unsigned> kept_;                     // spans whose entry the state has
  std::map<std::string, std::string> imports_;  // path -> alias
  std::map<std::string, pack::Extern> externs_;
  bool uses_panics_ = false;
  bool uses_entered_ = false;
  bool uses_off_ = false;
  bool uses_context_ = false;
};

}  // namespace instc::lower

#endif  // INSTC_COMPILER_LOWER_SCOPE_H
