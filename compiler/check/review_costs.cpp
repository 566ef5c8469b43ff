// What a rule costs a call that nobody records.
//
// Attributes are evaluated only for a span that is recorded. A `let` of enter is evaluated for every call, so
// one that calls or allocates, and that only attributes of spans read, is work for nothing in most calls.
#include "compiler/check/review.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::check {

INSTC_DIAGNOSTIC(CostsEveryCall, "W0801", Warning, "`{0}` is worked out for calls that nobody records",
                 std::string);

using rules::Binding;
using rules::Expr;

namespace {

/// Whether working the value out calls something or makes something.
bool IsCostly(const Expr& value) {
  return AnyPart(value, [](const Expr& part) {
    const auto* binary = std::get_if<rules::Binary>(&part.node);
    const bool joins = binary != nullptr && binary->op == "+" && part.type != nullptr &&
                       llvm::isa<go::BasicType>(go::Underlying(part.type)) &&
                       llvm::cast<go::BasicType>(go::Underlying(part.type))->IsString();
    return joins || std::holds_alternative<rules::MethodCall>(part.node) ||
           std::holds_alternative<rules::FuncCall>(part.node) ||
           std::holds_alternative<rules::ExternCall>(part.node) ||
           std::holds_alternative<rules::Clone>(part.node) ||
           std::holds_alternative<rules::Composite>(part.node) ||
           std::holds_alternative<rules::Words>(part.node);
  });
}

/// Whether a closure reads the let.
bool NamedIn(const rules::Hook& closure, const Binding& let) {
  bool named = false;
  ForEachBody(closure, [&](const rules::Hook& body) {
    ForEachStmt(body.body, [&](const rules::Stmt& stmt) {
      ForEachExprOf(stmt, [&](const Expr& expr) { named = named || Mentions(expr, let); });
    });
  });
  return named;
}

/// The one expression in which the let is named, if it is named once and as an attribute at enter: elsewhere
/// the value could be another one by then, and twice the work would be done twice.
bool IsOneAttribute(const rules::StmtList& body, const Binding& let) {
  unsigned attributes = 0, others = 0;
  ForEachStmt(body, [&](const rules::Stmt& stmt) {
    const auto* span = std::get_if<rules::SpanStmt>(&stmt.node);
    unsigned here = 0;
    ForEachExprOf(stmt, [&](const Expr& expr) { here += Mentions(expr, let) ? 1 : 0; });
    if (span != nullptr) {
      const auto in_set = [&](const rules::AttributeSet& set) {
        return (Mentions(*set.value, let) ? 1U : 0U) +
               (set.guard != nullptr && Mentions(*set.guard, let) ? 1U : 0U);
      };
      for (const rules::AttributeSet& set : span->attributes) {
        attributes += in_set(set);
        here -= in_set(set);
      }
    }
    others += here;
    const auto* wrap = std::get_if<rules::Wrap>(&stmt.node);
    if (wrap != nullptr) others += NamedIn(*wrap->body, let) ? 1 : 0;
  });
  return attributes == 1 && others == 0;
}

}  // namespace

void HookChecker::ReviewCosts() {
  for (const auto& stmt : hook_.body) {
    const auto* let = std::get_if<rules::Let>(&stmt->node);
    if (let == nullptr || let->bindings.size() != 1 || let->bindings[0] == nullptr) continue;
    const Binding& binding = *let->bindings[0];
    if (binding.used_in_exit || !IsCostly(*let->value) || !IsOneAttribute(hook_.body, binding)) continue;
    emitter()
        .Emit(let->value->span, CostsEveryCall, binding.name)
        .Help("write it in the attribute itself: there it is evaluated only for a span that is recorded");
  }
}

}  // namespace instc::check
