// The closed list of Go's tokens. One table (token.cpp) gives each its spelling and, for operators, its
// precedence; nothing else in compiler/go compares token text.
#ifndef INSTC_COMPILER_GO_SYNTAX_TOKEN_H
#define INSTC_COMPILER_GO_SYNTAX_TOKEN_H

#include <cstdint>

#include "llvm/ADT/StringRef.h"

namespace instc::go {

enum class Token : uint8_t {
  kEof,
  kIllegal,
  // Literals and names.
  kIdent,
  kInt,
  kFloat,
  kImaginary,
  kRune,
  kString,
  // Operators.
  kAdd,
  kSub,
  kMul,
  kDiv,
  kRem,
  kAnd,
  kOr,
  kXor,
  kShl,
  kShr,
  kAndNot,
  kAddAssign,
  kSubAssign,
  kMulAssign,
  kDivAssign,
  kRemAssign,
  kAndAssign,
  kOrAssign,
  kXorAssign,
  kShlAssign,
  kShrAssign,
  kAndNotAssign,
  kLogicalAnd,
  kLogicalOr,
  kArrow,
  kIncrement,
  kDecrement,
  kEqual,
  kLess,
  kGreater,
  kAssign,
  kNot,
  kTilde,
  kNotEqual,
  kLessEqual,
  kGreaterEqual,
  kDefine,
  kEllipsis,
  kLeftParen,
  kLeftBracket,
  kLeftBrace,
  kComma,
  kPeriod,
  kRightParen,
  kRightBracket,
  kRightBrace,
  kSemicolon,
  kColon,
  // Keywords.
  kBreak,
  kCase,
  kChan,
  kConst,
  kContinue,
  kDefault,
  kDefer,
  kElse,
  kFallthrough,
  kFor,
  kFunc,
  kGo,
  kGoto,
  kIf,
  kImport,
  kInterface,
  kMap,
  kPackage,
  kRange,
  kReturn,
  kSelect,
  kStruct,
  kSwitch,
  kType,
  kVar,
};

/// The token as Go spells it ("&^=", "func"), or a description ("name", "string literal") for the open
/// classes.
llvm::StringRef TokenSpelling(Token token);

/// Precedence of a binary operator, 1 (||) to 5 (*); 0 for everything else.
int BinaryPrecedence(Token token);

/// The keyword that `text` spells, or kIdent.
Token KeywordOrIdent(llvm::StringRef text);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_SYNTAX_TOKEN_H
