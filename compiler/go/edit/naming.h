// Giving names to the receiver, parameters and results of a function, so that inserted code can speak of
// them.
//
// A value without a name, or named `_`, gets a reserved one. That changes nothing for the function: names of
// parameters and results are no part of its type, and a body that could not name a value before cannot
// collide with it.
#ifndef INSTC_COMPILER_GO_EDIT_NAMING_H
#define INSTC_COMPILER_GO_EDIT_NAMING_H

#include <string>
#include <vector>

#include "compiler/go/edit/editor.h"
#include "compiler/go/syntax/ast.h"

namespace instc::go {

struct NamedValue {
  std::string name;  ///< at the site
  std::string type;  ///< as written; `...T` as `[]T`
};

/// Names every value of `list` in `editor`'s text; new names are `prefix` and the position (`instcP0`), or
/// `prefix` alone when `numbered` is false.
[[nodiscard]] std::vector<NamedValue> NameValues(const ParamList& list, llvm::StringRef text,
                                                 llvm::StringRef prefix, bool numbered, Editor& editor);

/// The types alone, nothing inserted and every name empty.
[[nodiscard]] std::vector<NamedValue> ListValues(const ParamList& list, llvm::StringRef text);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_EDIT_NAMING_H
