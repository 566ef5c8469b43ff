#include "compiler/go/syntax/scanner.h"

#include <cstring>
#include <utility>

#include "llvm/ADT/StringExtras.h"

namespace instc::go {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
// Bytes of multi-byte characters count as letters: Go source that compiles has no other ones outside strings.
bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsNamePart(char c) {
  return IsNameStart(c) || IsDigit(c);
}

bool EndsStatement(Token token) {
  switch (token) {
    case Token::kIdent:
    case Token::kInt:
    case Token::kFloat:
    case Token::kImaginary:
    case Token::kRune:
    case Token::kString:
    case Token::kBreak:
    case Token::kContinue:
    case Token::kFallthrough:
    case Token::kReturn:
    case Token::kIncrement:
    case Token::kDecrement:
    case Token::kRightParen:
    case Token::kRightBracket:
    case Token::kRightBrace:
      return true;
    default:
      return false;
  }
}

// `//name:text` without a blank after the slashes, `//export f`, `//extern f`.
bool IsDirective(llvm::StringRef comment) {
  if (comment.startswith("export ") || comment.startswith("extern ")) return true;
  size_t colon = comment.find(':');
  if (colon == llvm::StringRef::npos || colon == 0 || colon + 1 >= comment.size()) return false;
  auto lower_or_digit = [](char c) { return (c >= 'a' && c <= 'z') || IsDigit(c); };
  for (char c : comment.take_front(colon)) {
    if (!lower_or_digit(c)) return false;
  }
  return lower_or_digit(comment[colon + 1]);
}

}  // namespace

Scanner::Scanner(llvm::StringRef text, SyntaxErrorHandler on_error)
    : source_(text), size_(static_cast<uint32_t>(text.size())), on_error_(std::move(on_error)) {
  if (source_.startswith("\xEF\xBB\xBF")) at_ = 3;
}

void Scanner::Error(uint32_t begin, uint32_t end, llvm::StringRef message) {
  on_error_(begin, end - begin, message);
}

void Scanner::Next() {
  previous_end_ = end_;
  automatic_ = SkipBlanks();
  if (automatic_) {
    token_ = Token::kSemicolon;
    end_ = begin_ < size_ && source_[begin_] == '\n' ? begin_ + 1 : begin_;
    needs_semicolon_ = false;
    return;
  }
  begin_ = at_;
  token_ = ScanToken();
  end_ = at_;
  needs_semicolon_ = EndsStatement(token_);
}

// Skips blanks and comments. True when a line end (or the end of the file) stands for a semicolon here;
// begin_ is then where it is.
bool Scanner::SkipBlanks() {
  for (; at_ < size_; ++at_) {
    char c = source_[at_];
    if (c == '\n' && needs_semicolon_) {
      begin_ = at_++;
      return true;
    }
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    if (c != '/') return false;
    uint32_t start = at_;
    bool newline = false;
    if (!SkipComment(newline)) return false;
    if (newline && needs_semicolon_) {
      begin_ = start;
      return true;
    }
    --at_;  // the loop steps over one byte
  }
  begin_ = size_;
  return needs_semicolon_;
}

// At a slash: skips a comment, up to but not including the line end of a line comment. `newline`: it held a
// line end.
bool Scanner::SkipComment(bool& newline) {
  uint32_t start = at_;
  if (Peek(1) == '/') {
    size_t end = source_.find('\n', at_);
    at_ = end == llvm::StringRef::npos ? size_ : static_cast<uint32_t>(end);
    NoteComment(start, at_);
    return true;
  }
  if (Peek(1) != '*') return false;
  size_t end = source_.find("*/", at_ + 2);
  if (end == llvm::StringRef::npos) {
    Error(start, start + 2, "comment is not closed");
    at_ = size_;
  } else {
    at_ = static_cast<uint32_t>(end) + 2;
  }
  newline = source_.slice(start, at_).contains('\n');
  NoteComment(start, at_);
  return true;
}

void Scanner::NoteComment(uint32_t begin, uint32_t end) {
  llvm::StringRef text = source_.slice(begin + 2, end);
  bool line_comment = source_[begin + 1] == '/';
  if (text.startswith("line ")) {
    bool first_column = begin == 0 || source_[begin - 1] == '\n';
    if (!line_comment || first_column) has_line_directives_ = true;
  } else if (line_comment && IsDirective(text)) {
    directives_.push_back({text.rtrim("\r \t"), begin});
  }
}

Token Scanner::ScanToken() {
  if (at_ >= size_) return Token::kEof;
  char c = source_[at_];
  if (IsNameStart(c)) return ScanName();
  if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return ScanNumber();
  if (c == '"') return ScanQuoted('"', Token::kString);
  if (c == '\'') return ScanQuoted('\'', Token::kRune);
  if (c == '`') return ScanRawString();
  return ScanOperator();
}

Token Scanner::ScanName() {
  while (at_ < size_ && IsNamePart(source_[at_])) ++at_;
  return KeywordOrIdent(source_.slice(begin_, at_));
}

void Scanner::ScanDigits(bool hexadecimal) {
  while (at_ < size_) {
    char c = source_[at_];
    if (!IsDigit(c) && c != '_' && !(hexadecimal && llvm::isHexDigit(c))) return;
    ++at_;
  }
}

Token Scanner::ScanNumber() {
  Token token = Token::kInt;
  bool hexadecimal = source_[at_] == '0' && (Peek(1) == 'x' || Peek(1) == 'X');
  if (source_[at_] == '0' && std::strchr("xXbBoO", Peek(1)) != nullptr && Peek(1) != '\0') at_ += 2;
  ScanDigits(hexadecimal);
  if (Peek() == '.') {
    token = Token::kFloat;
    ++at_;
    ScanDigits(hexadecimal);
  }
  char exponent = static_cast<char>(Peek() | 0x20);
  if (exponent == (hexadecimal ? 'p' : 'e')) {
    token = Token::kFloat;
    ++at_;
    if (Peek() == '+' || Peek() == '-') ++at_;
    ScanDigits(false);
  }
  if (Peek() == 'i') {
    ++at_;
    return Token::kImaginary;
  }
  return token;
}

Token Scanner::ScanQuoted(char quote, Token token) {
  for (++at_; at_ < size_; ++at_) {
    char c = source_[at_];
    if (c == '\n') break;
    if (c == '\\') {
      ++at_;
      continue;
    }
    if (c != quote) continue;
    ++at_;
    return token;
  }
  if (at_ > size_) at_ = size_;
  Error(begin_, at_, quote == '"' ? "string literal is not closed" : "rune literal is not closed");
  return token;
}

Token Scanner::ScanRawString() {
  size_t end = source_.find('`', at_ + 1);
  if (end == llvm::StringRef::npos) {
    Error(begin_, begin_ + 1, "raw string literal is not closed");
    at_ = size_;
  } else {
    at_ = static_cast<uint32_t>(end) + 1;
  }
  return Token::kString;
}

// The current byte was consumed; takes `next` too when it follows.
Token Scanner::Either(char next, Token with, Token without) {
  if (Peek() != next) return without;
  ++at_;
  return with;
}

Token Scanner::ScanOperator() {
  char c = source_[at_++];
  switch (c) {
    case '(':
      return Token::kLeftParen;
    case ')':
      return Token::kRightParen;
    case '[':
      return Token::kLeftBracket;
    case ']':
      return Token::kRightBracket;
    case '{':
      return Token::kLeftBrace;
    case '}':
      return Token::kRightBrace;
    case ',':
      return Token::kComma;
    case ';':
      return Token::kSemicolon;
    case '~':
      return Token::kTilde;
    case ':':
      return Either('=', Token::kDefine, Token::kColon);
    case '=':
      return Either('=', Token::kEqual, Token::kAssign);
    case '!':
      return Either('=', Token::kNotEqual, Token::kNot);
    case '*':
      return Either('=', Token::kMulAssign, Token::kMul);
    case '/':
      return Either('=', Token::kDivAssign, Token::kDiv);
    case '%':
      return Either('=', Token::kRemAssign, Token::kRem);
    case '^':
      return Either('=', Token::kXorAssign, Token::kXor);
    case '+':
      return Peek() == '+' ? Either('+', Token::kIncrement, Token::kAdd)
                           : Either('=', Token::kAddAssign, Token::kAdd);
    case '-':
      return Peek() == '-' ? Either('-', Token::kDecrement, Token::kSub)
                           : Either('=', Token::kSubAssign, Token::kSub);
    case '|':
      return Peek() == '|' ? Either('|', Token::kLogicalOr, Token::kOr)
                           : Either('=', Token::kOrAssign, Token::kOr);
    case '&':
      if (Peek() == '&') return Either('&', Token::kLogicalAnd, Token::kAnd);
      if (Peek() == '^') {
        ++at_;
        return Either('=', Token::kAndNotAssign, Token::kAndNot);
      }
      return Either('=', Token::kAndAssign, Token::kAnd);
    case '<':
      if (Peek() == '-') return Either('-', Token::kArrow, Token::kLess);
      if (Peek() == '<') {
        ++at_;
        return Either('=', Token::kShlAssign, Token::kShl);
      }
      return Either('=', Token::kLessEqual, Token::kLess);
    case '>':
      if (Peek() == '>') {
        ++at_;
        return Either('=', Token::kShrAssign, Token::kShr);
      }
      return Either('=', Token::kGreaterEqual, Token::kGreater);
    case '.':
      if (Peek() != '.' || Peek(1) != '.') return Token::kPeriod;
      at_ += 2;
      return Token::kEllipsis;
    default:
      Error(begin_, at_, "a character that Go does not know");
      return Token::kIllegal;
  }
}

}  // namespace instc::go
