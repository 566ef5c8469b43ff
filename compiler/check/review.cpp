#include "compiler/check/review.h"
#include "compiler/check/marks.h"

#include "dsl/base/overload.h"

namespace instc::check {

void ForEachStmt(const rules::StmtList& list, llvm::function_ref<void(const rules::Stmt&)> visit) {
  for (const auto& stmt : list) {
    visit(*stmt);
    if (const auto* exit = std::get_if<rules::Exit>(&stmt->node)) ForEachStmt(exit->body, visit);
    if (const auto* loop = std::get_if<rules::For>(&stmt->node)) ForEachStmt(loop->body, visit);
    if (const auto* stamp = std::get_if<rules::Stamp>(&stmt->node)) ForEachStmt(stamp->body, visit);
    if (const auto* enrich = std::get_if<rules::Enrich>(&stmt->node)) ForEachStmt(enrich->body, visit);
    if (const auto* resume = std::get_if<rules::Resume>(&stmt->node)) ForEachStmt(resume->body, visit);
    if (const auto* branch = std::get_if<rules::If>(&stmt->node)) {
      ForEachStmt(branch->then, visit);
      ForEachStmt(branch->otherwise, visit);
    }
  }
}

void ForEachBody(const rules::Hook& hook, llvm::function_ref<void(const rules::Hook&)> visit) {
  visit(hook);
  ForEachStmt(hook.body, [&](const rules::Stmt& stmt) {
    if (const auto* wrap = std::get_if<rules::Wrap>(&stmt.node)) ForEachBody(*wrap->body, visit);
  });
}

namespace {

using Visit = llvm::function_ref<void(const rules::Expr&)>;

void Give(const rules::ExprPtr& expr, Visit visit) {
  if (expr != nullptr) visit(*expr);
}
void Give(const std::vector<rules::ExprPtr>& exprs, Visit visit) {
  for (const rules::ExprPtr& expr : exprs) Give(expr, visit);
}
void Give(const std::vector<rules::AttributeSet>& sets, Visit visit) {
  for (const rules::AttributeSet& set : sets) {
    Give(set.value, visit);
    Give(set.guard, visit);
  }
}

}  // namespace

void ForEachExprOf(const rules::Stmt& stmt, Visit visit) {
  auto give = [&](const auto&... parts) { (Give(parts, visit), ...); };
  std::visit(Overload{
                 [&](const rules::SkipWhen& s) { give(s.condition); },
                 [&](const rules::Bypass& s) { give(s.values); },
                 [](const rules::Needs&) {},
                 [&](const rules::Let& s) { give(s.value); },
                 [&](const rules::Set& s) { give(s.targets, s.values); },
                 [&](const rules::Extend& s) { give(s.target, s.values); },
                 [&](const rules::CallStmt& s) { give(s.call); },
                 [&](const rules::SpanStmt& s) {
                   give(s.name, s.context.get, s.context.put_target, s.began, s.ended, s.key, s.attributes);
                   if (s.remote.has_value()) give(s.remote->value);
                 },
                 [&](const rules::Attr& s) { give(s.set.value, s.set.guard); },
                 [&](const rules::Rename& s) { give(s.name, s.guard); },
                 [&](const rules::StatusStmt& s) { give(s.message, s.guard); },
                 [&](const rules::ErrorStmt& s) { give(s.error, s.unless, s.guard); },
                 [&](const rules::EventStmt& s) { give(s.name, s.attributes, s.guard); },
                 [&](const rules::LinkStmt& s) {
                   give(s.context, s.guard);
                   if (s.remote.has_value()) give(s.remote->value);
                 },
                 [&](const rules::InjectStmt& s) { give(s.carrier.value); },
                 [&](const rules::MetricStmt& s) { give(s.value, s.attributes, s.guard); },
                 [&](const rules::Observe& s) { give(s.owner, s.value, s.attributes); },
                 [&](const rules::Unobserve& s) { give(s.owner); },
                 [&](const rules::RawGo& s) {
                   for (const auto& [name, value] : s.names) give(value);
                 },
                 [&](const rules::Exit& s) { give(s.guard); },
                 [&](const rules::If& s) { give(s.condition); },
                 [&](const rules::For& s) { give(s.range); },
                 [&](const rules::Enrich& s) { give(s.context); },
                 [&](const rules::Resume& s) { give(s.context, s.key); },
                 [&](const rules::EndStmt& s) { give(s.at); },
                 [&](const rules::Suppress& s) { give(s.context.get); },
                 [&](const rules::Bind& s) { give(s.target, s.context); },
                 [](const rules::Unbind&) {},
                 [&](const rules::Stamp& s) { give(s.context, s.unless); },
                 [&](const rules::LogStmt& s) {
                   give(s.body, s.severity, s.severity_text, s.context, s.at, s.fields, s.attributes,
                        s.guard);
                 },
                 [&](const rules::Wrap& s) { give(s.target); },
                 [&](const rules::Decorate& s) { give(s.target, s.made); },
             },
             stmt.node);
}

bool AnyPart(const rules::Expr& expr, llvm::function_ref<bool(const rules::Expr&)> is) {
  if (is(expr)) return true;
  bool found = false;
  ForEachPart(expr, [&](const rules::Expr& part) { found = found || AnyPart(part, is); });
  return found;
}

bool Mentions(const rules::Expr& expr, const rules::Binding& binding) {
  return AnyPart(expr, [&](const rules::Expr& part) {
    const auto* use = std::get_if<rules::Use>(&part.node);
    return use != nullptr && use->binding == &binding;
  });
}

Span HeadOf(const rules::Stmt& stmt, const rules::SpanStmt& span) {
  Span head = stmt.span;
  const Span& name = span.name->span;
  const bool inside = name.buffer == head.buffer && name.begin >= head.begin && name.end <= head.end;
  if (inside) head.end = name.end;
  return head;
}

void HookChecker::Review(const CalledAs& called, const go::SignatureType& signature) {
  ReviewEach(signature);
  ReviewWrites(called);
}

/// What is asked of each body by itself.
void HookChecker::ReviewEach(const go::SignatureType& signature) {
  ReviewSpans(signature);
  ReviewCosts();
  ForEachStmt(hook_.body, [&](const rules::Stmt& stmt) {
    const auto* wrap = std::get_if<rules::Wrap>(&stmt.node);
    if (wrap == nullptr) return;
    HookChecker closure(*this, *wrap->body);
    closure.scope_ = scope_;
    closure.ReviewEach(*wrap->body->signature);
  });
}

}  // namespace instc::check
