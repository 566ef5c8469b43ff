// Walks over checked expressions.
#ifndef INSTC_COMPILER_CHECK_MARKS_H
#define INSTC_COMPILER_CHECK_MARKS_H

#include <vector>

#include "compiler/rules/ir.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace instc::check {

/// What the expression is made of, one level deep.
std::vector<rules::ExprPtr> PartsIn(const rules::Expr& expr);
void ForEachPart(const rules::Expr& expr, llvm::function_ref<void(const rules::Expr&)> visit);
/// Marks every let of enter that the expression reads, because it is read at exit.
void MarkUsedInExit(const rules::Expr& expr);
/// Whether an option of the plugin has a say in it.
bool ReadsOption(const rules::Expr& expr);
/// Whether to evaluate it twice is more than to read the same places twice: there is a call, or text is made.
bool Costs(const rules::Expr& expr);

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_MARKS_H
