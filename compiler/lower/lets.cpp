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
    if (!scope_.IsShared(*argument) || scope_.LivesInState(*argument)) continue;  // a state is new as it is
    std::string done = scope_.DoneTarget(*argument), ok = scope_.PresenceTarget(*argument);
    std::string flags = scope_.IsGuarded(*argument) ? done + ", " + ok : done;
    std::string no = scope_.IsGuarded(*argument) ? "false, false" : "false";
    out_.Line("var " + scope_.Target(*argument) + " " + scope_.Type(argument->type));
    out_.Line(flags + " := " + no);
  }
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
  std::string flag = scope_.PresenceTarget(binding);
  bool flagged = scope_.NeedsPresence(binding);
  Declare(binding);
  if (flagged && !scope_.LivesInState(binding)) out_.Line(flag + " := false");
  scope_.SetPresence(binding, flag);
  Blocks blocks(out_);
  out_.Append(std::move(part));
  out_.Line(scope_.Target(binding) + " = " + text.text);
  if (flagged) out_.Line(flag + " = true");
}

void Statements::Declare(const Binding& binding) {
  if (scope_.LivesInState(binding) || scope_.IsDropped(binding)) return;
  out_.Line("var " + scope_.Target(binding) + " " + scope_.Type(binding.type));
}

/// A zero result counts as absent, so no flags are needed.
void Statements::LetSeveral(const rules::Let& n) {
  auto is_kept = [this](const Binding* binding) { return binding != nullptr && !scope_.IsDropped(*binding); };
  if (std::none_of(n.bindings.begin(), n.bindings.end(), is_kept)) return;
  GoWriter part;
  GoExpr call = Values(scope_, part, Values::Mode::kTotal).Value(*n.value);
  std::vector<std::string> targets;
  for (const Binding* binding : n.bindings) {
    targets.push_back(is_kept(binding) ? scope_.Target(*binding) : "_");
    if (!is_kept(binding)) continue;
    Declare(*binding);
    scope_.SetPresence(*binding, scope_.NonZero(targets.back(), binding->type));
  }
  Blocks blocks(out_);
  out_.Append(std::move(part));
  out_.Line(llvm::join(targets, ", ") + " = " + call.text);
}

}  // namespace instc::lower
