// A Go file reduced to what its declarations need.
//
// The elements of composite literals and comments become blank, and of function bodies the calls stay that
// say by their names alone what they call (CallsInBody finds the same in both texts), without arguments.
// Every line stays where it is, so that positions in the text are positions in the file. What is left is
// ordinary Go: the same parser reads it, and there is no second type format that could disagree with the
// first.
#ifndef INSTC_COMPILER_GO_LOAD_DECLARATION_TEXT_H
#define INSTC_COMPILER_GO_LOAD_DECLARATION_TEXT_H

#include <string>

#include "llvm/ADT/StringRef.h"

namespace instc::go {

/// `text` with everything blank that no declaration needs. Directives and build constraints stay. A file with
/// syntax errors stays as it is, so that its errors are reported as they would be.
std::string DeclarationText(llvm::StringRef text);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_LOAD_DECLARATION_TEXT_H
