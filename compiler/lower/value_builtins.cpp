// What the language adds to Go's expressions. Arguments that may be absent are total even where the whole is
// strict.
#include "compiler/go/types/identical.h"
#include "compiler/go/types/universe.h"
#include "compiler/lower/absence.h"
#include "compiler/lower/values.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::lower {

using rules::Expr;
using rules::ExprPtr;

namespace {

std::vector<ExprPtr> Possible(const std::vector<ExprPtr>& exprs, const HookScope& scope) {
  std::vector<ExprPtr> possible;
  for (const ExprPtr& expr : exprs) {
    if (!IsAbsent(*expr, scope)) possible.push_back(expr);
  }
  return possible;
}

bool IsNonZeroLiteral(const Expr& expr) {
  const auto* literal = std::get_if<rules::Literal>(&expr.node);
  return literal != nullptr && !literal->is_zero;
}

}  // namespace

/// A variable takes the first argument; as long as it is zero, the next.
GoExpr Values::Of(const Expr& e, const rules::Or& n) {
  std::vector<ExprPtr> args = Possible(n.args, scope_);
  std::string target = Zero(e.type);
  std::string is_zero = scope_.IsZero(target, e.type);
  std::string ok;  // only for what cannot be compared: the first present one
  if (is_zero.empty()) is_zero = "!" + (ok = Zero(go::BasicTypeOf(go::Basic::kBool)));
  for (size_t i = 0; i < args.size(); ++i) {
    Blocks blocks(out_);
    if (i > 0) out_.Open("if " + is_zero);
    AssignOr(*args[i], target, ok);
  }
  bool always = !args.empty() && IsNonZeroLiteral(*args.back());
  if (!always) Guard(ok.empty() ? scope_.NonZero(target, e.type) : ok);
  return {.text = target, .stable = true, .fresh = true};
}

void Values::AssignOr(const Expr& arg, const std::string& target, const std::string& ok) {
  Blocks blocks(out_);
  GoExpr value = Total(out_).Value(arg);
  out_.Line(target + " = " + value.text);
  if (!ok.empty()) out_.Line(ok + " = true");
}

GoExpr Values::Of(const Expr& e, const rules::Cond& n) {
  bool has_then = !IsAbsent(*n.then, scope_);
  bool has_otherwise = !IsAbsent(*n.otherwise, scope_);
  GoWriter then_part, else_part;
  GoExpr condition = Total(out_).Condition(*n.condition);
  std::string target = Zero(e.type);
  GoExpr then = has_then ? Total(then_part).Value(*n.then) : GoExpr{};
  GoExpr otherwise = has_otherwise ? Total(else_part).Value(*n.otherwise) : GoExpr{};
  bool always = has_then && has_otherwise && then_part.depth() == 0 && else_part.depth() == 0;
  std::string ok;
  if (total() && !always) ok = Zero(go::BasicTypeOf(go::Basic::kBool));
  out_.Open("if " + (has_then ? At(condition, kBare + 1) : "!" + At(condition, kUnary)));
  if (has_then) AssignBranch(std::move(then_part), then, target, ok);
  if (has_then && has_otherwise) out_.Else();
  if (has_otherwise) AssignBranch(std::move(else_part), otherwise, target, ok);
  out_.Close();
  if (!ok.empty()) Guard(ok);
  return {.text = target, .stable = true, .fresh = true};
}

void Values::AssignBranch(GoWriter part, const GoExpr& value, const std::string& target,
                          const std::string& ok) {
  Blocks blocks(out_);
  out_.Append(std::move(part));
  out_.Line(target + " = " + value.text);
  if (!ok.empty()) out_.Line(ok + " = true");
}

/// A nil error stays: it is no sentinel, and reporting it reports nothing.
GoExpr Values::Of(const Expr& e, const rules::Except& n) {
  GoExpr error = Value(*n.error);
  error = total() ? Stable(error, n.error->type) : Temp(error, n.error->type);
  std::vector<std::string> differs;
  for (const ExprPtr& sentinel : Possible(n.sentinels, scope_)) differs.push_back(Differs(*sentinel, error));
  if (differs.empty()) return error;
  std::string keep = error.text + " == nil || " + llvm::join(differs, " && ");
  if (total()) {
    Guard(GoExpr{.text = keep, .precedence = kOrOr});
  } else {
    out_.Open("if !(" + keep + ")");
    out_.Line(error.text + " = nil");
    out_.Close();
  }
  return error;
}

std::string Values::Differs(const Expr& sentinel, const GoExpr& error) {
  GoWriter part;
  Values values = Total(part);
  GoExpr other = values.Stable(values.Value(sentinel), sentinel.type);
  std::string text = At(other, kAdd);
  if (part.empty()) {
    return error.text + " != " + text + " && !" + scope_.ErrorIs() + "(" + error.text + ", " + other.text +
           ")";
  }
  std::string same = scope_.Temp();
  out_.Line(same + " := false");
  Blocks blocks(out_);
  out_.Append(std::move(part));
  out_.Line(same + " = " + error.text + " == " + text + " || " + scope_.ErrorIs() + "(" + error.text + ", " +
            other.text + ")");
  return "!" + same;
}

GoExpr Values::Of(const Expr&, const rules::Clone& n) {
  const go::Type* type = n.base->type;
  GoExpr base = Value(*n.base);
  if (go::UnderlyingAs<go::PointerType>(type) != nullptr) {
    GuardNotNil(base, type);
    GoExpr copy = Temp({.text = "*" + At(base, kUnary), .precedence = kUnary}, go::Pointee(type));
    return {.text = "&" + copy.text, .precedence = kUnary, .stable = true};
  }
  if (go::UnderlyingAs<go::MapType>(type) != nullptr) return CloneMap(Stable(base, type), type);
  if (go::UnderlyingAs<go::SliceType>(type) == nullptr) return base;
  return {.text = "append(" + TypeOperand(TypeText(type)) + "(nil), " + base.text + "...)"};
}

GoExpr Values::CloneMap(const GoExpr& base, const go::Type* type) {
  std::string copy = scope_.Temp();
  out_.Line(copy + " := make(" + TypeText(type) + ", len(" + base.text + "))");
  out_.Open("for instcK, instcE := range " + At(base, kBare + 1));
  out_.Line(copy + "[instcK] = instcE");
  out_.Close();
  return {.text = copy, .stable = true};
}

GoExpr Values::Of(const Expr& e, const rules::Words& n) {
  std::string words = Zero(go::BasicTypeOf(go::Basic::kString));
  std::vector<ExprPtr> args = Possible(n.args, scope_);
  for (const ExprPtr& arg : args) AppendWord(*arg, words, arg == args.front());
  return {.text = words, .stable = true, .fresh = true};
}

void Values::AppendWord(const Expr& arg, const std::string& words, bool first) {
  Blocks blocks(out_);
  Values values = Total(out_);
  GoExpr word = values.Value(arg);
  std::string text = ConvertTo(go::Basic::kString, word, arg.type);
  if (first) {
    out_.Line(words + " = " + text);
    return;
  }
  GoExpr stable = values.Stable({.text = text, .stable = word.stable}, go::BasicTypeOf(go::Basic::kString));
  if (!IsNonZeroLiteral(arg)) out_.Open("if " + stable.text + " != \"\"");
  out_.Open("if " + words + " != \"\"");
  out_.Line(words + " += \" \"");
  out_.Close();
  out_.Line(words + " += " + stable.text);
}

GoExpr Values::Of(const Expr&, const rules::Len& n) {
  GoExpr base = Value(*n.base);
  return {.text = n.func + "(" + base.text + ")", .stable = base.stable};
}

GoExpr Values::Of(const Expr&, const rules::ExternCall& n) {
  std::string arguments = ExternArguments(n);
  return {.text = scope_.Extern(*n.func) + "(" + arguments + ")"};
}

/// Externs have plain parameter types; values of named types are converted.
std::string Values::ExternArguments(const rules::ExternCall& n) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < n.args.size(); ++i) {
    GoExpr arg = Value(*n.args[i]);
    const auto* wanted = i < n.func->params.size() ? go::TypeAs<go::BasicType>(n.func->params[i]) : nullptr;
    texts.push_back(wanted != nullptr ? ConvertTo(wanted->basic, arg, n.args[i]->type) : arg.text);
  }
  return llvm::join(texts, ", ");
}

}  // namespace instc::lower
