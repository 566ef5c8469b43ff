// Pieces of Go text: an expression with what must be known to put it into a larger one, string literals, zero
// tests.
#ifndef INSTC_COMPILER_LOWER_GO_TEXT_H
#define INSTC_COMPILER_LOWER_GO_TEXT_H

#include <optional>
#include <string>

#include "compiler/go/types/type.h"
#include "dsl/base/text.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

namespace instc::lower {

/// How tightly an expression binds; Go's five binary levels between the ends.
enum Precedence : int {
  kBare = 0,  ///< a composite literal: bare it would open a block in an `if`
  kOrOr = 1,
  kAndAnd = 2,
  kCompare = 3,
  kAdd = 4,
  kMultiply = 5,
  kUnary = 6,
  kPrimary = 7,
};

/// The level of a binary operator.
int PrecedenceOf(llvm::StringRef op);

struct GoExpr {
  std::string text;
  int precedence = kPrimary;
  bool stable = false;  ///< may be written twice: costs little, has no effects, gives the same again
  bool typed = true;    ///< `x := text` gives x the type that the checker saw
  bool fresh = false;   ///< a variable of ours that nothing else reads
};

/// The text, in parentheses if it binds less tightly than `precedence`.
std::string At(const GoExpr& expr, int precedence);

/// A type's text where an operand may stand: `(*T)(x)`, `[]T(x)`.
std::string TypeOperand(const std::string& type);

/// `x != ""`, `x != 0`, `x`, ...: whether `text` (a primary expression) differs from its type's zero value.
/// nullopt when the type cannot be compared. `spell` is asked only for struct and array types: what it
/// spells, it imports.
using SpellType = llvm::function_ref<std::string(const go::Type*)>;
std::optional<std::string> NonZero(const std::string& text, const go::Type* type, SpellType spell);
std::optional<std::string> IsZero(const std::string& text, const go::Type* type, SpellType spell);

}  // namespace instc::lower

#endif  // INSTC_COMPILER_LOWER_GO_TEXT_H
