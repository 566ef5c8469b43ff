// Lets of enter that are read at exit travel in the state of the call.
#include "compiler/check/hook_checker.h"
#include "dsl/base/overload.h"

namespace instc::check {

namespace {

void MarkAll(const std::vector<rules::ExprPtr>& exprs) {
  for (const rules::ExprPtr& expr : exprs)
    if (expr != nullptr) MarkUsedInExit(*expr);
}

}  // namespace

void MarkUsedInExit(const rules::Expr& expr) {
  auto mark = [](const rules::ExprPtr& e) {
    if (e != nullptr) MarkUsedInExit(*e);
  };
  std::visit(Overload{
                 [](const rules::Literal&) {},
                 [](const rules::Use& e) {
                   if (e.binding->kind == rules::Binding::Kind::kLet && !e.binding->at_exit)
                     e.binding->used_in_exit = true;
                 },
                 [](const rules::Global&) {},
                 [&](const rules::FieldSelect& e) { mark(e.base); },
                 [&](const rules::HiddenField& e) { mark(e.base); },
                 [&](const rules::MethodCall& e) { mark(e.base), MarkAll(e.args); },
                 [&](const rules::FuncCall& e) { mark(e.callee), MarkAll(e.args); },
                 [&](const rules::Index& e) { mark(e.base), mark(e.index); },
                 [&](const rules::SliceOf& e) { mark(e.base), mark(e.low), mark(e.high); },
                 [&](const rules::Assert& e) { mark(e.base); },
                 [&](const rules::Is& e) { mark(e.base); },
                 [&](const rules::Convert& e) { mark(e.base); },
                 [&](const rules::Unary& e) { mark(e.x); },
                 [&](const rules::Binary& e) { mark(e.x), mark(e.y); },
                 [&](const rules::Composite& e) {
                   for (const auto& [key, value] : e.elements) mark(key), mark(value);
                 },
                 [&](const rules::Or& e) { MarkAll(e.args); },
                 [&](const rules::Cond& e) { mark(e.condition), mark(e.then), mark(e.otherwise); },
                 [&](const rules::Except& e) { mark(e.error), MarkAll(e.sentinels); },
                 [&](const rules::Clone& e) { mark(e.base); },
                 [&](const rules::Words& e) { MarkAll(e.args); },
                 [&](const rules::Len& e) { mark(e.base); },
                 [&](const rules::ExternCall& e) { MarkAll(e.args); },
                 [](const rules::OptionValue&) {},
                 [](const rules::Panicked&) {},
                 [](const rules::PanicValue&) {},
                 [](const rules::Entered&) {},
                 [](const rules::Absent&) {},
             },
             expr.node);
}

}  // namespace instc::check
