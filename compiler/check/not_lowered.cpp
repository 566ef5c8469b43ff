#include "compiler/check/not_lowered.h"

namespace instc::check {

INSTC_DIAGNOSTIC(NotLowered, "E0199", Error,
                 "`{0}` is part of the language, but this version of instc does not compile it", std::string);

void ReportNotLowered(diag::Emitter& emitter, Span span, const llvm::Twine& what) {
  emitter.Emit(span, NotLowered, what.str()).Help("leave it out; docs/language.md lists what is compiled");
}

}  // namespace instc::check
