#include "dsl/ast/dump.h"
#include "dsl/base/overload.h"

namespace instc::ast {
namespace {

std::string List(const std::vector<ExprPtr>& list) {
  std::string text;
  for (const ExprPtr& expr : list) text += " " + DumpExpr(*expr);
  return text;
}

std::string OrDash(const ExprPtr& expr) {
  return expr == nullptr ? "-" : DumpExpr(*expr);
}

std::string LiteralText(const CompositeLit& literal) {
  std::string text = "(lit " + (literal.type == nullptr ? "-" : TypeText(*literal.type));
  for (const KeyValue& element : literal.elements) {
    text += element.key == nullptr ? " " : " " + DumpExpr(*element.key) + ":";
    text += DumpExpr(*element.value);
  }
  return text + ")";
}

}  // namespace

std::string DumpExpr(const Expr& expr) {
  return std::visit(
      Overload{
          [](const BadExpr&) -> std::string { return "<bad>"; },
          [](const Ident& e) { return e.name; },
          [](const BasicLit& e) { return e.text; },
          [](const Selector& e) { return "(. " + DumpExpr(*e.operand) + " " + e.name.text + ")"; },
          [](const TypeAssert& e) {
            return "(assert " + DumpExpr(*e.operand) + " " + TypeText(*e.type) + ")";
          },
          [](const Call& e) {
            return "(call " + DumpExpr(*e.callee) + List(e.args) + (e.spread ? " ...)" : ")");
          },
          [](const Index& e) { return "(index " + DumpExpr(*e.operand) + List(e.indices) + ")"; },
          [](const Slice& e) {
            return "(slice " + DumpExpr(*e.operand) + " " + OrDash(e.low) + " " + OrDash(e.high) + ")";
          },
          [](const Unary& e) { return "(" + Spelling(e.op).str() + " " + DumpExpr(*e.operand) + ")"; },
          [](const Binary& e) {
            return "(" + Spelling(e.op).str() + " " + DumpExpr(*e.left) + " " + DumpExpr(*e.right) + ")";
          },
          [](const Paren& e) { return "(paren " + DumpExpr(*e.inner) + ")"; },
          [](const CompositeLit& e) { return LiteralText(e); },
          [](const Conversion& e) {
            return "(convert " + TypeText(*e.type) + " " + DumpExpr(*e.operand) + ")";
          },
          [](const TypeExpr& e) { return "(type " + TypeText(*e.type) + ")"; },
      },
      expr.node);
}

}  // namespace instc::ast
