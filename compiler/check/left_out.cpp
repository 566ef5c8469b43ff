#include "compiler/check/left_out.h"

namespace instc::check {

INSTC_DIAGNOSTIC(LeftOut, "E0199", Error, "{0} is Go that rules leave out", std::string);

void ReportLeftOut(diag::Emitter& emitter, Span span, const llvm::Twine& what) {
  emitter.Emit(span, LeftOut, what.str()).Help("an `extern func` may have it, and so may `go {}`");
}

}  // namespace instc::check
