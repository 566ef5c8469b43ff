// Checks of whole rules, and of the bodies of closures and objects, which are rules at other places. A rule
// without errors can still record something else than its author meant: a span that nobody's context reaches,
// an attribute that the sampler never sees, a header written into a request of somebody else. Such things
// show only when the whole body is known, so they are looked for at its end.
//
// The files: review_spans.cpp (conventions, parents), review_writes.cpp (what belongs to the caller),
// review_errors.cpp (answers counted as failures), review_costs.cpp (work before the sampling decision).
#ifndef INSTC_COMPILER_CHECK_REVIEW_H
#define INSTC_COMPILER_CHECK_REVIEW_H

#include "compiler/check/hook_checker.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace instc::check {

/// Every statement of the list and of the blocks in it, in order.
void ForEachStmt(const rules::StmtList& list, llvm::function_ref<void(const rules::Stmt&)> visit);
/// The body of a rule or method, and those of all closures in it.
void ForEachBody(const rules::Hook& hook, llvm::function_ref<void(const rules::Hook&)> visit);
/// The expressions that stand in the statement itself, not those of statements in its blocks.
void ForEachExprOf(const rules::Stmt& stmt, llvm::function_ref<void(const rules::Expr&)> visit);
/// Whether the expression or a part of it is such a one.
bool AnyPart(const rules::Expr& expr, llvm::function_ref<bool(const rules::Expr&)> is);
/// Whether the expression names this binding.
bool Mentions(const rules::Expr& expr, const rules::Binding& binding);

/// `kind name` of a span, without its clauses and attributes.
Span HeadOf(const rules::Stmt& stmt, const rules::SpanStmt& span);

/// Sentinels of the library that every rule of the plugin takes for failures.
void ReviewErrors(PluginContext& plugin);

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_REVIEW_H
