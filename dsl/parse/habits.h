// Parse errors that have one remedy: what people bring along from Go, and what they leave out.
//
// A habit is recognised by the tokens around the place of the error. It changes nothing of how a message says
// what was expected; it adds what to do, and does it where that is certain.
#ifndef INSTC_DSL_PARSE_HABITS_H
#define INSTC_DSL_PARSE_HABITS_H

#include <optional>
#include <string>
#include <vector>

#include "dsl/diagnostics/diagnostic.h"
#include "dsl/parse/expected.h"
#include "dsl/parse/token_front.h"

namespace instc {

struct Habit {
  std::string help;
  std::vector<diag::Edit> edits = {};  // that do it; none: it takes a person
};

// Where the parser stopped.
struct Stop {
  const TokenFront& front;
  antlr4::Token* found;
  size_t rule;               // of the grammar, the innermost
  antlr4::Token* element;    // the first token of the statement or declaration; may be null
  const TokenSet& expected;  // empty: the parser had looked ahead
};

[[nodiscard]] std::optional<Habit> FindHabit(const Stop& stop);

}  // namespace instc

#endif  // INSTC_DSL_PARSE_HABITS_H
