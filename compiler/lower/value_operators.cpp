// Operators and composite literals.
#include "compiler/lower/values.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::lower {

using rules::Expr;

GoExpr Values::Of(const Expr&, const rules::Unary& n) {
  if (n.op == "&") KeepFromSite(*n.x);
  GoExpr x = Value(*n.x);
  if (n.op == "*") GuardNotNil(x, n.x->type);
  bool composite = std::holds_alternative<rules::Composite>(n.x->node);
  std::string operand = composite ? x.text : At(x, kUnary);
  bool same_sign = operand[0] == n.op[0];  // `- -1`, `& &x`: not one token
  return {.text = n.op + (same_sign ? " " : "") + operand,
          .precedence = composite ? kBare : kUnary,
          .stable = x.stable && !composite,
          .typed = x.typed};
}

GoExpr Values::Of(const Expr&, const rules::Binary& n) {
  if (n.op == "&&" || n.op == "||") return Logic(n);
  int precedence = PrecedenceOf(n.op);
  GoExpr x = Value(*n.x);
  GoExpr y = Value(*n.y);
  GuardOperator(n, y);
  bool is_shift = n.op == "<<" || n.op == ">>";
  bool typed = precedence == kCompare || x.typed || (y.typed && !is_shift);
  return {.text = At(x, precedence) + " " + n.op + " " + At(y, precedence + 1),
          .precedence = precedence,
          .typed = typed};
}

/// Division by zero and shifts by a negative count panic.
void Values::GuardOperator(const rules::Binary& n, GoExpr& y) {
  bool divides = n.may_divide_by_zero;
  const auto* count = go::UnderlyingAs<go::BasicType>(n.y->type);
  bool shifts =
      (n.op == "<<" || n.op == ">>") && count != nullptr && !count->IsUntyped() && !count->IsUnsigned();
  if (!total() || (!divides && !shifts)) return;
  y = Stable(y, n.y->type);
  Guard(At(y, kAdd) + (divides ? " != 0" : " >= 0"));
}

/// The right operand's guards must not run before the left operand has decided.
GoExpr Values::Logic(const rules::Binary& n) {
  bool is_and = n.op == "&&";
  int precedence = PrecedenceOf(n.op);
  GoExpr x = Condition(*n.x);
  GoWriter part;
  GoExpr y = Values(scope_, part, mode_).Condition(*n.y);
  if (part.empty()) {
    return {.text = At(x, precedence) + " " + n.op + " " + At(y, precedence + 1), .precedence = precedence};
  }
  std::string name = scope_.Temp();
  out_.Line(name + " := " + ConvertTo(go::Basic::kBool, x, n.x->type));
  Blocks blocks(out_);
  out_.Open((is_and ? "if " : "if !") + name);
  out_.Append(std::move(part));
  out_.Line(name + " = " + ConvertTo(go::Basic::kBool, y, n.y->type));
  return {.text = name, .stable = true};
}

GoExpr Values::Of(const Expr& e, const rules::Composite& n) {
  std::vector<std::string> elements;
  for (size_t i = 0; i < n.elements.size(); ++i) {
    const auto& [key, value] = n.elements[i];
    std::string label;
    if (key != nullptr) label = Value(*key).text + ": ";
    if (i < n.field_names.size() && !n.field_names[i].empty()) label = n.field_names[i] + ": ";
    elements.push_back(label + Value(*value).text);
  }
  return {.text = TypeText(e.type) + "{" + llvm::join(elements, ", ") + "}", .precedence = kBare};
}

}  // namespace instc::lower
