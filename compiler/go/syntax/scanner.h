// Go's lexical grammar over a byte range.
//
// Two speeds: Next() gives token after token, with Go's automatic semicolons; SkipBraces() runs over a
// function body or a composite literal knowing only strings, runes, comments and brackets, which is what
// makes parsing a whole library's declarations cheap.
#ifndef INSTC_COMPILER_GO_SYNTAX_SCANNER_H
#define INSTC_COMPILER_GO_SYNTAX_SCANNER_H

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "compiler/go/syntax/ast.h"
#include "compiler/go/syntax/token.h"
#include "llvm/ADT/StringRef.h"

namespace instc::go {

/// Called with the offset and length of the offending text and a message in the project's style.
using SyntaxErrorHandler = std::function<void(uint32_t offset, uint32_t length, llvm::StringRef message)>;

class Scanner {
 public:
  Scanner(llvm::StringRef text, SyntaxErrorHandler on_error);

  /// Advances to the next token. At the end kEof, again and again.
  void Next();

  Token token() const { return token_; }
  uint32_t offset() const { return begin_; }
  uint32_t end() const { return end_; }
  /// The token's text; "\n" for a semicolon that a line end stands for, empty for one at the end of the file.
  llvm::StringRef text() const { return source_.slice(begin_, end_); }
  /// End of the token before the current one.
  uint32_t previous_end() const { return previous_end_; }
  bool at_automatic_semicolon() const { return token_ == Token::kSemicolon && automatic_; }

  /// With the current token at an opening brace: moves to the matching one and returns its offset, leaving it
  /// the current token. Not found: reports, and goes on with the next declaration that begins a line, or at
  /// the end of the text. Fills `body` when given.
  uint32_t SkipBraces(FuncBody* body = nullptr);

  /// Directive comments seen so far, in order; comments inside skipped braces are not collected.
  const std::vector<Directive>& directives() const { return directives_; }
  bool has_line_directives() const { return has_line_directives_; }

 private:
  static constexpr int kMaxRecoveries = 10;

  size_t NextDeclarationLine() const;
  bool SkipBlanks();
  bool SkipComment(bool& newline);
  void NoteComment(uint32_t begin, uint32_t end);
  Token ScanToken();
  Token ScanName();
  Token ScanNumber();
  void ScanDigits(bool hexadecimal);
  Token ScanQuoted(char quote, Token token);
  Token ScanRawString();
  Token ScanOperator();
  Token Either(char next, Token with, Token without);
  char Peek(uint32_t ahead = 0) const { return at_ + ahead < size_ ? source_.data()[at_ + ahead] : '\0'; }
  void Error(uint32_t begin, uint32_t end, llvm::StringRef message);

  llvm::StringRef source_;
  uint32_t size_;
  SyntaxErrorHandler on_error_;
  uint32_t at_ = 0;
  uint32_t begin_ = 0;
  uint32_t end_ = 0;
  uint32_t previous_end_ = 0;
  Token token_ = Token::kEof;
  bool automatic_ = false;
  bool needs_semicolon_ = false;
  bool has_line_directives_ = false;
  int recoveries_ = 0;
  std::vector<Directive> directives_;
};

/// The value of an interpreted or raw string literal; false when it is malformed. Invalid UTF-8 stays as it
/// is.
bool UnquoteString(llvm::StringRef literal, std::string& value);
/// The value of a rune literal.
bool UnquoteRune(llvm::StringRef literal, int32_t& value);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_SYNTAX_SCANNER_H
