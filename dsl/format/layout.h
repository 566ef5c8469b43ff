// What the formatter has to know about a token that its text does not tell: `*` may be an operator or a
// pointer, `{` may open a block, a literal or a set of names. Read from the tree, kept by byte offset.
#ifndef INSTC_DSL_FORMAT_LAYOUT_H
#define INSTC_DSL_FORMAT_LAYOUT_H

#include <cstdint>
#include <set>

#include "dsl/ast/ast.h"

namespace instc {

using Offsets = std::set<uint32_t>;

struct Layout {
  Offsets elements;        // where a declaration, statement, entry, field, step ... begins
  Offsets prefixes;        // operators that cling to what follows: -x, *T, &p
  Offsets tight_parens;    // '(' that clings to what precedes: f(x)
  Offsets tight_brackets;  // '[' that does: xs[i], T[int]
  Offsets tight_braces;    // '{' of literals: T{...}
  Offsets set_braces;      // '{' of name sets: {A, B}
};

[[nodiscard]] Layout LayoutOf(const ast::File& file);

}  // namespace instc

#endif  // INSTC_DSL_FORMAT_LAYOUT_H
