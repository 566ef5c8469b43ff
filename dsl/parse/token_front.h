// The front of the parser: text to tokens, and every error that needs no grammar.
//
// Malformed literals, foreign characters and brackets that do not match are reported here, at the place where
// they start. What the grammar would say after such a place is noise and is held back: see IsNoise.
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
  // Would a grammar error at this byte follow from an error already reported?
  [[nodiscard]] bool IsNoise(uint32_t offset) const;

  // The token before `index` that the parser sees, or null.
  [[nodiscard]] antlr4::Token* Before(size_t index) const;
  // The token behind it, or null at the end.
  [[nodiscard]] antlr4::Token* After(size_t index) const;
  // The closing bracket of an opening one, or null.
  [[nodiscard]] antlr4::Token* CloserOf(size_t opener) const;
  // Are there only blanks before it on its line?
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
  static void HideLine(const std::vector<antlr4::Token*>& tokens, size_t from);
  void MatchBrackets(diag::Emitter& emitter);
  // A declaration's first word at the very left.
  [[nodiscard]] bool StartsDeclaration(size_t index) const;
  void ReportUnclosed(diag::Emitter& emitter, antlr4::Token* opener, antlr4::Token* shown_by);
  void NoiseToLineEnd(Span span);
  void NoiseToFileEnd(Span span) { noise_.push_back({span.begin, std::numeric_limits<uint32_t>::max()}); }

  const SourceBuffer& buffer_;
  uint32_t base_ = 0;              // bytes of a byte order mark
  std::vector<uint32_t> byte_of_;  // byte offset of each code point; empty when all are ASCII
  std::unique_ptr<antlr4::ANTLRInputStream> input_;
  std::unique_ptr<HookLexer> lexer_;
  std::unique_ptr<antlr4::CommonTokenStream> stream_;
  std::vector<size_t> level_;
  std::vector<size_t> opener_;
  struct Range {
    uint32_t begin;
    uint32_t end;  // inclusive: the end of the file may be there
  };
  std::vector<Range> noise_;
  bool rest_swallowed_ = false;  // by a literal or comment that is not terminated
  bool usable_ = true;
};

}  // namespace instc

#endif  // INSTC_DSL_PARSE_TOKEN_FRONT_H
