// Lets. A let is a local variable, or a field of the state when the exit function reads it; with a flag
// beside it when it may be absent. One that nobody reads is not written at all.
#include "compiler/go/types/identical.h"
#include "compiler/lower/absence.h"
#include "compiler/lower/statements.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::lower {

using rules::Binding;
using rules::Expr;

void Statements::Of(const rules::Let& n) {
  if (IsAbsent(*n.value, scope_)) {
    for (const Binding* binding : n.bindings) {
      if (binding != nullptr) scope_.SetAbsent(*binding);
    }
  } else if (n.bindings.size() == 1) {
    if (n.bindings[0] != nullptr) LetOne(*n.bindings[0], *n.value);
  } else {
    LetSeveral(n);
  }
}

/// In front of a template: what several of its places need starts out as not evaluated.
void Statements::Of(const rules::Needs& n) {
  for (const Binding* argument : n.bindings) {
    if (!scope_.IsOfExit(*argument) && !scope_.LivesInState(*argument))  // a state is new as it is
      DeclareArgument(*argument, scope_, out_);
  }
}

void DeclareArgument(const Binding& argument, HookScope& scope, GoWriter& out) {
  if (!scope.IsShared(argument)) return;
  std::string done = scope.DoneTarget(argument), ok = scope.PresenceTarget(argument);
  std::string flags = scope.IsGuarded(argument) ? done + ", " + ok : done;
  std::string no = scope.IsGuarded(argument) ? "false, false" : "false";
  out.Line("var " + scope.Target(argument) + " " + scope.Type(argument.type));
  out.Line(flags + " := " + no);
}

void Statements::LetOne(const Binding& binding, const Expr& value) {
  if (scope_.IsDropped(binding)) return;
  GoWriter part;
  GoExpr text = Values(scope_, part, Values::Mode::kTotal).Value(value);
  if (part.depth() > 0) return LetGuarded(binding, std::move(part), text);
  out_.Append(std::move(part));
  bool inferred = text.typed && go::Identical(go::DefaultType(value.type), binding.type);
  if (scope_.LivesInState(binding)) {
    out_.Line(scope_.Target(binding) + " = " + text.text);
  } else if (inferred) {
    out_.Line(scope_.Target(binding) + " := " + text.text);
  } else {
    out_.Line("var " + scope_.Target(binding) + " " + scope_.Type(binding.type) + " = " + text.text);
  }
}

void Statements::LetGuarded(const Binding& binding, GoWriter part, const GoExpr& text) {
  const std::string flag = DeclareGuarded(binding);
  Blocks blocks(out_);
  out_.Append(std::move(part));
  out_.Line(scope_.Target(binding) + " = " + text.text);
  if (!flag.empty()) out_.Line(flag + " = true");
}

/// A let that may be absent. Gives the flag to set when it is not; "" when nobody asks.
std::string Statements::DeclareGuarded(const Binding& binding) {
  Declare(binding);
  std::string flag = scope_.PresenceTarget(binding);
  scope_.SetPresence(binding, flag);
  if (!scope_.NeedsPresence(binding)) return "";
  if (!scope_.LivesInState(binding)) out_.Line(flag + " := false");
  return flag;
}

void Statements::Declare(const Binding& binding) {
  if (scope_.LivesInState(binding) || scope_.IsDropped(binding)) return;
  out_.Line("var " + scope_.Target(binding) + " " + scope_.Type(binding.type));
}

/// The results of a call are there when it was evaluated; those of a function of the runtime when they are
/// not zero, too.
void Statements::LetSeveral(const rules::Let& n) {
  auto is_kept = [this](const Binding* binding) { return binding != nullptr && !scope_.IsDropped(*binding); };
  if (std::none_of(n.bindings.begin(), n.bindings.end(), is_kept)) return;
  GoWriter part;
  GoExpr call = Values(scope_, part, Values::Mode::kTotal).Value(*n.value);
  const bool zero_is_absent = std::holds_alternative<rules::ExternCall>(n.value->node);
  const bool guarded = part.depth() > 0 && !zero_is_absent;
  std::vector<std::string> targets, flags;
  for (const Binding* binding : n.bindings) {
    targets.push_back(is_kept(binding) ? scope_.Target(*binding) : "_");
    if (!is_kept(binding)) continue;
    if (guarded) {
      flags.push_back(DeclareGuarded(*binding));
      continue;
    }
    Declare(*binding);
    if (zero_is_absent) scope_.SetPresence(*binding, scope_.NonZero(targets.back(), binding->type));
  }
  Blocks blocks(out_);
  out_.Append(std::move(part));
  out_.Line(llvm::join(targets, ", ") + " = " + call.text);
  for (const std::string& flag : flags) {
    if (!flag.empty()) out_.Line(flag + " = true");
  }
}

}  // namespace instc::lower
