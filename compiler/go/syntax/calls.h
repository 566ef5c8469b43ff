// Where a Go file calls functions of the packages that it imports.
//
// `pkg.F(...)` is a call of that package's function exactly when no declaration between the import and the
// call takes the name `pkg` (or `F`, after `import . "..."`) for itself. So this walks every statement of the
// file with Go's block scopes, without parsing expressions: it knows where names are declared, where blocks
// begin, and what tells a composite literal from a block.
#ifndef INSTC_COMPILER_GO_SYNTAX_CALLS_H
#define INSTC_COMPILER_GO_SYNTAX_CALLS_H

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/go/syntax/ast.h"
#include "dsl/base/result.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace instc::go {

/// A function as a file can call it.
struct WantedCall {
  std::string qualifier;  ///< the import's name in this file; empty: a dot import
  std::string func;
};

struct FoundCall {
  size_t wanted = 0;   ///< index
  Ident name;          ///< `F` of `pkg.F(...)`
  unsigned depth = 0;  ///< of functions around it: 1 in a declared function, more in function literals
};

/// The calls in the order of the text; mentions that call nothing (`f := pkg.F`) are none. Fails on text that
/// is nested too deeply to be walked.
[[nodiscard]] Result<std::vector<FoundCall>> FindCalls(llvm::StringRef text,
                                                       llvm::ArrayRef<WantedCall> wanted);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_SYNTAX_CALLS_H
