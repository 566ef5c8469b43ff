// What is known to be absent before anything runs: opt(e) in a version without e, a template parameter
// without argument, and whatever needs them.
#ifndef INSTC_COMPILER_LOWER_ABSENCE_H
#define INSTC_COMPILER_LOWER_ABSENCE_H

#include "compiler/lower/scope.h"

namespace instc::lower {

[[nodiscard]] bool IsAbsent(const rules::Expr& expr, const HookScope& scope);

}  // namespace instc::lower

#endif  // INSTC_COMPILER_LOWER_ABSENCE_H
