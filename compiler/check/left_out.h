// Go that parses as an expression of the language and that rules do not have is refused by name: nothing is
// ever dropped in silence.
#ifndef INSTC_COMPILER_CHECK_LEFT_OUT_H
#define INSTC_COMPILER_CHECK_LEFT_OUT_H

#include "dsl/diagnostics/emitter.h"
#include "llvm/ADT/Twine.h"

namespace instc::check {

void ReportLeftOut(diag::Emitter& emitter, Span span, const llvm::Twine& what);

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_LEFT_OUT_H
