// Small operations on text that several phases need.
#ifndef INSTC_DSL_BASE_TEXT_H
#define INSTC_DSL_BASE_TEXT_H

#include <string>

#include "llvm/ADT/StringRef.h"

namespace instc {

/// Every `from` in `text` replaced, from left to right; `from` is not empty.
std::string ReplacedAll(llvm::StringRef text, llvm::StringRef from, llvm::StringRef to);

/// The word in Latin letters that `text` begins with.
llvm::StringRef FirstWord(llvm::StringRef text);

/// A Go string literal of these bytes, in ASCII and free of the holes `@{...}` of generated code.
std::string GoQuoted(llvm::StringRef bytes);

}  // namespace instc

#endif  // INSTC_DSL_BASE_TEXT_H
