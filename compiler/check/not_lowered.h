// What the language describes and this version of instc does not lower is refused by name: nothing is ever
// dropped in silence.
#ifndef INSTC_COMPILER_CHECK_NOT_LOWERED_H
#define INSTC_COMPILER_CHECK_NOT_LOWERED_H

#include "dsl/diagnostics/emitter.h"
#include "llvm/ADT/Twine.h"

namespace instc::check {

void ReportNotLowered(diag::Emitter& emitter, Span span, const llvm::Twine& what);

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_NOT_LOWERED_H
