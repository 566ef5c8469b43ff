// The built-in names of the language, one table.
//
// A built-in is either a form of its own (`or`, `cond`, `is[T]`: the checker and lowering know it) or a Go
// function of the runtime that the target reaches like any extern. Names that language.md describes and this
// version does not lower stand here too, so that they are refused by name instead of being unknown.
#ifndef INSTC_COMPILER_CHECK_BUILTINS_H
#define INSTC_COMPILER_CHECK_BUILTINS_H

#include <vector>

#include "llvm/ADT/StringRef.h"

namespace instc::check {

enum class BuiltinKind {
  kOr,
  kCond,
  kOpt,
  kExcept,
  kClone,
  kWords,
  kLen,
  kIs,
  kAs,
  kExtract,
  kExtern,
  kTrust,
  kAmbient,
  kExists,
  kJoin,
  kApply
};

/// Parameter and result types as letters: s string, b bool, i int64, a any, l []any, e error.
struct Builtin {
  llvm::StringLiteral name;
  BuiltinKind kind;
  llvm::StringLiteral go_func;  ///< kExtern: function of instc.dev/rt/text
  llvm::StringLiteral params;
  llvm::StringLiteral results;
  llvm::StringLiteral of_string = "";  ///< what takes a string, which as an `any` would be on the heap
};

/// Null when there is no built-in of that name. Dotted names (`sanitize.sql`) are one name.
const Builtin* FindBuiltin(llvm::StringRef name);
/// Whether some dotted built-in starts with `name.`.
bool IsBuiltinNamespace(llvm::StringRef name);
/// All names, sorted: for "did you mean".
std::vector<llvm::StringRef> BuiltinNames();

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_BUILTINS_H
