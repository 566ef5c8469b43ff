// Token sets in human terms: "expected an expression or `)`" instead of ninety token names.
#ifndef INSTC_DSL_PARSE_EXPECTED_H
#define INSTC_DSL_PARSE_EXPECTED_H

#include <set>
#include <string>
#include <vector>

#include "dsl/parse/antlr.h"
#include "llvm/ADT/StringRef.h"

namespace instc {

using TokenSet = std::set<size_t>;

// "a statement, `when` or `}`"; "something else" when nothing short can be said.
[[nodiscard]] std::string DescribeExpected(TokenSet expected);
// "name `foo`", "`span`", "the end of the file".
[[nodiscard]] std::string DescribeFound(size_t type, llvm::StringRef text);

// Can a token of this type be a name? (Ident and the soft keywords.)
[[nodiscard]] bool CanBeName(size_t type);
[[nodiscard]] bool IsGoKeyword(size_t type);
// The words that start a declaration of a file, or a statement.
[[nodiscard]] const TokenSet& DeclarationStarts();
[[nodiscard]] const TokenSet& StatementStarts();
[[nodiscard]] const TokenSet& TestStepStarts();

// The keyword among `candidates` that `text` most likely misspells.
struct NearKeyword {
  std::string word;    // empty: none is near
  bool clear = false;  // a letter off (two in a long word), and no other keyword is as near
};
[[nodiscard]] NearKeyword NearestKeyword(llvm::StringRef text, const TokenSet& candidates);

}  // namespace instc

#endif  // INSTC_DSL_PARSE_EXPECTED_H
