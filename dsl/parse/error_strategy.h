// What the parser does about an error: says it once, in our words, and goes on at the next statement or
// declaration.
//
// ANTLR's own repair (inserting or deleting one token) is not used: with soft keywords it invents nonsense.
// Instead an error unwinds to the nearest rule of a list (a statement, a declaration, a test step ...), which
// then skips to where the next element starts: a word that can start one, at the head of a line, at the same
// bracket depth.
#ifndef INSTC_DSL_PARSE_ERROR_STRATEGY_H
#define INSTC_DSL_PARSE_ERROR_STRATEGY_H

#include <vector>

#include "dsl/diagnostics/emitter.h"
#include "dsl/parse/antlr.h"
#include "dsl/parse/expected.h"
#include "dsl/parse/token_front.h"

namespace instc {

class ErrorStrategy : public antlr4::ANTLRErrorStrategy {
 public:
  ErrorStrategy(const TokenFront& front, diag::Emitter& emitter) : front_(front), emitter_(emitter) {}

  void reset(antlr4::Parser* parser) override {}
  antlr4::Token* recoverInline(antlr4::Parser* parser) override;
  void recover(antlr4::Parser* parser, std::exception_ptr error) override;
  void sync(antlr4::Parser* parser) override;
  bool inErrorRecoveryMode(antlr4::Parser* parser) override { return false; }
  void reportMatch(antlr4::Parser* parser) override {}
  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override;

 private:
  void Report(antlr4::Parser* parser, antlr4::Token* found, const TokenSet& expected);
  bool ReportHabit(antlr4::Parser* parser, antlr4::Token* found, const TokenSet& expected);
  bool ReportMisspelt(antlr4::Parser* parser, antlr4::Token* found, const TokenSet& expected);
  bool ReportLiteral(antlr4::Token* found);
  bool ReportGo(antlr4::Token* found, const TokenSet& expected);
  bool ReportFollower(antlr4::Parser* parser, antlr4::Token* found, const TokenSet& expected);
  [[nodiscard]] bool IsNoise(antlr4::Token* token) const;
  void AddSeenAt(antlr4::Parser* parser, antlr4::Token* found, TokenSet& expected) const;
  // Skips the rest of an element of the list rule `rule` that began at token `first`.
  void SkipElement(antlr4::Parser* parser, size_t first, size_t rule);
  [[nodiscard]] bool StartsElement(antlr4::Parser* parser, size_t rule) const;

  const TokenFront& front_;
  diag::Emitter& emitter_;
  bool reported_ = false;  // an error is unwinding
  // The states the parser asked about at one token: what else could have stood there.
  size_t seen_at_ = TokenFront::kNone;
  std::vector<size_t> seen_states_;
};

}  // namespace instc

#endif  // INSTC_DSL_PARSE_ERROR_STRATEGY_H
