// The front of the parser: text to tokens, and every error that needs no grammar.
//
// Malformed literals, foreign characters and brackets that do not match are reported here, at the place where they
// start. What the grammar would say after such a place is noise and is held back: see `noise_from`.
#ifndef INSTC_DSL_PARSE_TOKEN_FRONT_H
#define INSTC_DSL_PARSE_TOKEN_FRONT_H

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "dsl/ast/ast.h"
#include "dsl/diagnostics/emitter.h"
#include "dsl/parse/antlr.h"
#include "dsl/source/source_buffer.h"

namespace instc {

class TokenFront {
 public:
  // Brackets nest at most this deep; deeper text is refused before the recursive parser sees it.
  static constexpr size_t kMaxNesting = 128;

  TokenFront(const SourceBuffer& buffer, diag::Emitter& emitter);

  // False: not worth parsing (no UTF-8, or nested too deep); reported.
  [[nodiscard]] bool Usable() const { return usable_; }
  [[nodiscard]] antlr4::CommonTokenStream& stream() { return *stream_; }

  [[nodiscard]] Span SpanOf(const antlr4::Token* token) const;
  // From the first to the last token of a node; empty at its start when the node has no tokens.
  [[nodiscard]] Span SpanOf(antlr4::ParserRuleContext* node) const;

  // How many brackets are open at the token with this index; both ends of a pair count as outside.
  [[nodiscard]] size_t Level(size_t token) const { return level_[token]; }
  // The index of the opening bracket of a closing one, or kNone.
  static constexpr size_t kNone = std::numeric_limits<size_t>::max();
  [[nodiscard]] size_t Opener(size_t token) const { return opener_[token]; }
  // Grammar errors at or after this byte follow from an error already reported.
  [[nodiscard]] uint32_t noise_from() const { return noise_from_; }

  // The token before `index` that the parser sees, or null.
  [[nodiscard]] antlr4::Token* Before(size_t index) const;
  // Is it the first of its line?
  [[nodiscard]] bool StartsLine(size_t index) const;

  [[nodiscard]] std::vector<ast::Comment> Comments() const;
  [[nodiscard]] std::vector<ast::Token> Tokens() const;
  // The /// lines that end right above the token.
  [[nodiscard]] std::vector<std::string> DocBefore(const antlr4::Token* token) const;

 private:
  bool CheckEncoding(diag::Emitter& emitter);
  void Lex();
  void MapOffsets(llvm::StringRef text);
  [[nodiscard]] uint32_t ByteOf(size_t code_point) const;
  void ReportMalformed(diag::Emitter& emitter);
  void MatchBrackets(diag::Emitter& emitter);
  void Noise(Span span) { noise_from_ = std::min(noise_from_, span.begin); }

  const SourceBuffer& buffer_;
  uint32_t base_ = 0;                    // bytes of a byte order mark
  std::vector<uint32_t> byte_of_;        // byte offset of each code point; empty when all are ASCII
  std::unique_ptr<antlr4::ANTLRInputStream> input_;
  std::unique_ptr<HookLexer> lexer_;
  std::unique_ptr<antlr4::CommonTokenStream> stream_;
  std::vector<size_t> level_;
  std::vector<size_t> opener_;
  uint32_t noise_from_ = std::numeric_limits<uint32_t>::max();
  bool usable_ = true;
};

}  // namespace instc

#endif  // INSTC_DSL_PARSE_TOKEN_FRONT_H
