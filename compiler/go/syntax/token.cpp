#include "compiler/go/syntax/token.h"

#include <array>

namespace instc::go {
namespace {

// In the order of the enumeration, one a token.
constexpr std::array<llvm::StringLiteral, 81> kSpellings = {
    "end of file",
    "illegal character",  //
    "name",
    "integer literal",
    "float literal",
    "imaginary literal",
    "rune literal",
    "string literal",  //
    "+",
    "-",
    "*",
    "/",
    "%",
    "&",
    "|",
    "^",
    "<<",
    ">>",
    "&^",  //
    "+=",
    "-=",
    "*=",
    "/=",
    "%=",
    "&=",
    "|=",
    "^=",
    "<<=",
    ">>=",
    "&^=",  //
    "&&",
    "||",
    "<-",
    "++",
    "--",
    "==",
    "<",
    ">",
    "=",
    "!",
    "~",  //
    "!=",
    "<=",
    ">=",
    ":=",
    "...",  //
    "(",
    "[",
    "{",
    ",",
    ".",
    ")",
    "]",
    "}",
    ";",
    ":",  //
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",  //
    "go",
    "goto",
    "if",
    "import",
    "interface",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",  //
    "switch",
    "type",
    "var",
};

}  // namespace

llvm::StringRef TokenSpelling(Token token) {
  return kSpellings[static_cast<size_t>(token)];
}

int BinaryPrecedence(Token token) {
  switch (token) {
    case Token::kLogicalOr:
      return 1;
    case Token::kLogicalAnd:
      return 2;
    case Token::kEqual:
    case Token::kNotEqual:
    case Token::kLess:
    case Token::kLessEqual:
    case Token::kGreater:
    case Token::kGreaterEqual:
      return 3;
    case Token::kAdd:
    case Token::kSub:
    case Token::kOr:
    case Token::kXor:
      return 4;
    case Token::kMul:
    case Token::kDiv:
    case Token::kRem:
    case Token::kShl:
    case Token::kShr:
    case Token::kAnd:
    case Token::kAndNot:
      return 5;
    default:
      return 0;
  }
}

Token KeywordOrIdent(llvm::StringRef text) {
  if (text.size() < 2 || text.size() > 11 || text.front() < 'b' || text.front() > 'v') return Token::kIdent;
  for (auto t = static_cast<uint8_t>(Token::kBreak); t <= static_cast<uint8_t>(Token::kVar); ++t) {
    if (kSpellings[t] == text) return static_cast<Token>(t);
  }
  return Token::kIdent;
}

}  // namespace instc::go
