// The calls in a function body whose function names alone tell: `F(...)`, `r.M(...)`, `r.field.M(...)`,
// `pkg.F(...)`.
//
// A call counts when the name at its head is not declared anywhere in the body, so that it can only be the
// receiver, a parameter, or a name of the file or package. Calls on other values and those in function
// literals, which may run at another time or never, are left out: what is found is certain, what is not may
// be there all the same.
#ifndef INSTC_COMPILER_GO_SYNTAX_BODY_CALLS_H
#define INSTC_COMPILER_GO_SYNTAX_BODY_CALLS_H

#include <vector>

#include "compiler/go/syntax/ast.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

namespace instc::go {

struct BodyCall {
  llvm::SmallVector<Ident, 3> path;  ///< `r`, `field`, `M`: one name or more
};

/// In the order of the text.
[[nodiscard]] std::vector<BodyCall> CallsInBody(llvm::StringRef text, const FuncBody& body);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_SYNTAX_BODY_CALLS_H
