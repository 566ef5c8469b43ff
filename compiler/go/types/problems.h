// Errors in a library's declarations that show only when they are resolved. They are reported once each,
// where they stand; the type that is asked for is Invalid, and everything else is answered.
#ifndef INSTC_COMPILER_GO_TYPES_PROBLEMS_H
#define INSTC_COMPILER_GO_TYPES_PROBLEMS_H

#include "dsl/diagnostics/emitter.h"

namespace instc::go {

INSTC_DIAGNOSTIC(GoDeclarationCycle, "E0391", Error, "the declaration of `{0}` depends on itself",
                 llvm::StringRef);
INSTC_DIAGNOSTIC(GoImportCycle, "E0392", Error, "`{0}` imports this package in turn", llvm::StringRef);
INSTC_DIAGNOSTIC(GoPackageMissing, "E0393", Error, "package `{0}` cannot be loaded", llvm::StringRef);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_PROBLEMS_H
