// What goes through elements, and what is evaluated once for several places.
#include "compiler/go/types/universe.h"
#include "compiler/lower/absence.h"
#include "compiler/lower/values.h"

namespace instc::lower {

using rules::Expr;

namespace {

constexpr unsigned kMaxJoined = 65536;  // bytes; compiler/ruletest/evaluate_builtins.cpp has it, too

}  // namespace

/// `for _, v := range xs`: the element of a list, the key of a map, the rune of a string.
std::string Values::Round(const GoExpr& range, const go::Type* type, const rules::Binding& element,
                          const std::string& variable) {
  std::string over = "range " + At(range, kBare + 1);
  if (!scope_.WasRead(element)) return "for " + over;
  bool keys = go::UnderlyingAs<go::MapType>(type) != nullptr;
  return "for " + std::string(keys ? "" : "_, ") + variable + " := " + over;
}

GoExpr Values::Of(const Expr&, const rules::Exists& n) {
  GoExpr range = Value(*n.range);
  std::string found = scope_.Temp(), variable = scope_.Temp();
  scope_.Substitute(*n.element, variable);
  out_.Line(found + " := false");
  if (IsAbsent(*n.condition, scope_)) return {.text = found, .stable = true};
  GoWriter body;
  body.If(Total(body).Value(*n.condition));
  body.Line(found + " = true");
  body.Line("break");
  Blocks blocks(out_);
  out_.Open(Round(range, n.range->type, *n.element, variable));
  out_.Append(std::move(body));
  return {.text = found, .stable = true};
}

/// Into a buffer that is on the stack as long as it is short.
GoExpr Values::Of(const Expr&, const rules::Join& n) {
  GoExpr range = Value(*n.range);
  if (go::UnderlyingAs<go::MapType>(n.range->type) != nullptr) return JoinKeys(n, range);
  GoExpr separator = Stable(Value(*n.separator), n.separator->type);
  std::string text = scope_.Temp(), count = scope_.Temp(), variable = scope_.Temp();
  scope_.Substitute(*n.element, variable);
  out_.Line(text + ", " + count + " := make([]byte, 0, 64), 0");
  GoWriter body;
  GoExpr value = Total(body).Value(*n.value);
  body.Open("if " + count + " > 0");
  body.Line(text + " = append(" + text + ", " + separator.text + "...)");
  body.Close();
  body.Line(text + " = append(" + text + ", " + At(value, kPrimary) + "...)");
  body.Line(count + "++");
  Blocks blocks(out_);
  out_.Open(Round(range, n.range->type, *n.element, variable));
  out_.Open("if " + count + " == " + std::to_string(n.max) + " || len(" + text + ") > " +
            std::to_string(kMaxJoined));
  out_.Line("break");
  out_.Close();
  out_.Append(std::move(body));
  return {.text = "string(" + text + ")"};
}

/// A map has no order: the first texts of all, in theirs.
GoExpr Values::JoinKeys(const rules::Join& n, const GoExpr& range) {
  std::string list = scope_.Temp(), variable = scope_.Temp();
  std::string keep = scope_.Helper("keep_first", "KeepFirst", "func([]string, string, int) []string");
  std::string join = scope_.Helper("join", "Join", "func([]string, string, int) string");
  scope_.Substitute(*n.element, variable);
  GoExpr separator = Stable(Value(*n.separator), n.separator->type);
  out_.Line("var " + list + " []string");
  {
    GoWriter body;
    GoExpr value = Total(body).Value(*n.value);
    body.Line(list + " = " + keep + "(" + list + ", " + ConvertTo(go::Basic::kString, value, n.value->type) +
              ", " + std::to_string(n.max) + ")");
    Blocks blocks(out_);
    out_.Open(Round(range, n.range->type, *n.element, variable));
    out_.Append(std::move(body));
  }
  return {.text = join + "(" + list + ", " + ConvertTo(go::Basic::kString, separator, n.separator->type) +
                  ", 0)"};
}

/// A T that the options have been applied to, in a function of its own: one that panics spoils the value, not
/// the call.
GoExpr Values::Of(const Expr& e, const rules::Apply& n) {
  using Form = rules::Apply::Form;
  GoExpr options = Value(*n.options);
  std::string value = Zero(e.type), ok = scope_.Temp(), option = scope_.Temp();
  std::string call = option + (n.method.empty() ? "" : "." + n.method);
  out_.Line(ok + " := false");
  out_.Open("func()");
  out_.Open("defer func()");
  out_.Open("if recover() != nil");
  out_.Line(ok + " = false");
  out_.Close();
  out_.Close("()");
  out_.Open("for _, " + option + " := range " + At(options, kBare + 1));
  out_.Open("if " + option + " == nil");
  out_.Line("continue");
  out_.Close();
  if (n.form == Form::kPointer) out_.Line(call + "(&" + value + ")");
  if (n.form == Form::kValue) out_.Line(value + " = " + call + "(" + value + ")");
  if (n.form == Form::kPointerError) {
    out_.Open("if " + call + "(&" + value + ") != nil");
    out_.Line("return");
    out_.Close();
  }
  out_.Close();
  out_.Line(ok + " = true");
  out_.Close("()");
  Guard(ok);
  return {.text = value, .stable = true};
}

/// Evaluated where it is needed first; the places that follow find it done.
GoExpr Values::Of(const Expr&, const rules::Need& n) {
  if (!scope_.Needed(*n.binding)) return Value(*n.value);
  std::string done = scope_.DoneTarget(*n.binding), ok = scope_.PresenceTarget(*n.binding);
  std::string target = scope_.Target(*n.binding);
  if (!out_.Holds(done)) {
    GoWriter part;
    GoExpr value = Total(part).Value(*n.value);
    if (part.depth() > 0) scope_.SetGuarded(*n.binding);
    Blocks blocks(out_);
    out_.Open("if !" + done);
    out_.Line(done + " = true");
    bool guarded = part.depth() > 0;
    out_.Append(std::move(part));
    out_.Line(target + " = " + value.text);
    if (guarded) out_.Line(ok + " = true");
  }
  out_.Know(done);
  if (scope_.IsGuarded(*n.binding)) Guard(ok);
  return {.text = target, .stable = true};
}

}  // namespace instc::lower
