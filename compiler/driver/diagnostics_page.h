// docs/diagnostics.md as instc carries it: what each code means, for `instc explain` and for SARIF.
#ifndef INSTC_COMPILER_DRIVER_DIAGNOSTICS_PAGE_H
#define INSTC_COMPILER_DRIVER_DIAGNOSTICS_PAGE_H

#include <vector>

#include "llvm/ADT/StringRef.h"

namespace instc {

struct ExplainedCode {
  llvm::StringRef code;   ///< "E0302"
  llvm::StringRef title;  ///< "no such field or method"
  llvm::StringRef text;   ///< Markdown below the heading: meaning, example, fix
};

/// In the order of the page, which is that of the codes.
const std::vector<ExplainedCode>& ExplainedCodes();
/// Null when there is no such code.
const ExplainedCode* FindCode(llvm::StringRef code);

}  // namespace instc

#endif  // INSTC_COMPILER_DRIVER_DIAGNOSTICS_PAGE_H
