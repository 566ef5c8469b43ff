// What several files of expressions report, each kind declared once.
#ifndef INSTC_COMPILER_CHECK_EXPRESSION_ERRORS_H
#define INSTC_COMPILER_CHECK_EXPRESSION_ERRORS_H

#include <string>

#include "dsl/diagnostics/kind.h"
#include "llvm/ADT/StringRef.h"

namespace instc::check {

INSTC_DIAGNOSTIC(NotAValue, "E0308", Error, "`{0}` is a {1}, a value is wanted here", std::string,
                 llvm::StringRef);
INSTC_DIAGNOSTIC(BadOperand, "E0310", Error, "operator `{0}` does not take {1}", llvm::StringRef,
                 std::string);
INSTC_DIAGNOSTIC(WrongArgType, "E0323", Error, "argument {0} has type {1}, {2} is wanted", size_t,
                 std::string, std::string);
INSTC_DIAGNOSTIC(NotCallable, "E0324", Error, "{0} cannot be called", std::string);

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_EXPRESSION_ERRORS_H
