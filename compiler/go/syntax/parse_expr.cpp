// Expressions: what stands in initialisers, array lengths and brackets. A type is an expression here, as in
// Go's grammar.
#include "compiler/go/syntax/parser_impl.h"

namespace instc::go {

llvm::ArrayRef<const Expr*> Parser::ExpressionList() {
  llvm::SmallVector<const Expr*, 4> list;
  do list.push_back(Expression());
  while (Accept(Token::kComma));
  return Keep(list);
}

// Expression = UnaryExpr | Expression binary_op Expression .
const Expr* Parser::Expression(int min_precedence) {
  Depth depth(*this);
  if (!depth.ok()) return Bad();
  return BinaryFrom(Unary(), min_precedence);
}

const Expr* Parser::BinaryFrom(const Expr* left, int min_precedence) {
  uint32_t begin = left->range.begin;
  while (true) {
    Token op = token();
    int precedence = BinaryPrecedence(op);
    if (precedence < min_precedence || precedence == 0) return left;
    Next();
    const Expr* right = Expression(precedence + 1);
    left = Make(begin, BinaryExpr{op, left, right});
  }
}

// UnaryExpr = PrimaryExpr | unary_op UnaryExpr ; also *T and <-chan T.
const Expr* Parser::Unary() {
  Depth depth(*this);
  if (!depth.ok()) return Bad();
  uint32_t begin = offset();
  Token op = token();
  switch (op) {
    case Token::kAdd:
    case Token::kSub:
    case Token::kNot:
    case Token::kXor:
    case Token::kAnd:
    case Token::kTilde: {
      Next();
      const Expr* operand = Unary();
      return Make(begin, UnaryExpr{op, operand});
    }
    case Token::kMul: {
      Next();
      const Expr* operand = Unary();
      return Make(begin, StarExpr{operand});
    }
    case Token::kArrow: {
      if (text_.substr(scanner_.end()).ltrim().startswith("chan")) return PrimaryFrom(ChanType());
      Next();
      const Expr* operand = Unary();
      return Make(begin, UnaryExpr{op, operand});
    }
    default:
      return Primary();
  }
}

const Expr* Parser::Primary() {
  return PrimaryFrom(Operand());
}

// PrimaryExpr = Operand { Selector | Index | Slice | TypeAssertion | Arguments | LiteralValue } .
const Expr* Parser::PrimaryFrom(const Expr* operand) {
  for (int length = 0;; ++length) {
    if (length > kMaxChain) {
      Error("expression is too long");
      return operand;
    }
    switch (token()) {
      case Token::kPeriod:
        operand = SelectorOrAssertion(operand);
        break;
      case Token::kLeftBracket:
        operand = IndexOrSlice(operand);
        break;
      case Token::kLeftParen:
        operand = Call(operand);
        break;
      case Token::kLeftBrace:
        if (operand->As<LiteralExpr>() != nullptr || operand->As<CallExpr>() != nullptr) return operand;
        operand = Composite(operand);
        break;
      default:
        return operand;
    }
  }
}

// Operand = Literal | OperandName | "(" Expression ")" | Type .
const Expr* Parser::Operand() {
  uint32_t begin = offset();
  switch (token()) {
    case Token::kInt:
    case Token::kFloat:
    case Token::kImaginary:
    case Token::kRune:
    case Token::kString: {
      LiteralExpr literal{token(), scanner_.text()};
      Next();
      return Make(begin, literal);
    }
    case Token::kIdent: {
      Ident name = Name("an expression");
      return Make(begin, NameExpr{name});
    }
    case Token::kLeftParen: {
      Next();
      const Expr* inner = Expression();
      Expect(Token::kRightParen, "an expression");
      return Make(begin, ParenExpr{inner});
    }
    case Token::kFunc:
      return FuncLitOrType();
    case Token::kLeftBracket:
    case Token::kMap:
    case Token::kChan:
    case Token::kStruct:
    case Token::kInterface:
      return Type();
    default:
      ErrorExpected("expression", "a declaration");
      return Bad();
  }
}

const Expr* Parser::FuncLitOrType() {
  const Expr* type = FuncType();
  if (!At(Token::kLeftBrace)) return type;
  uint32_t open = offset();
  uint32_t close = scanner_.SkipBraces();
  Next();
  return Make(type->range.begin, FuncLitExpr{type->As<FuncTypeExpr>()->signature, {open, close + 1}});
}

// Selector = "." identifier ; TypeAssertion = "." "(" Type ")" .
const Expr* Parser::SelectorOrAssertion(const Expr* operand) {
  uint32_t begin = operand->range.begin;
  Next();
  if (!Accept(Token::kLeftParen)) {
    Ident name = Name("a selector");
    return Make(begin, SelectorExpr{operand, name});
  }
  const Expr* type = Type();
  Expect(Token::kRightParen, "a type assertion");
  return Make(begin, AssertExpr{operand, type});
}

// Index = "[" Expression "]" ; Slice = "[" [ Expression ] ":" ... "]" ; instantiation has a list.
const Expr* Parser::IndexOrSlice(const Expr* operand) {
  uint32_t begin = operand->range.begin;
  Next();
  bool slice = false;
  llvm::SmallVector<const Expr*, 2> args;
  while (!At(Token::kRightBracket) && !At(Token::kEof)) {
    if (Accept(Token::kColon)) {
      slice = true;
      continue;
    }
    uint32_t before = offset();
    args.push_back(Expression());
    if (At(Token::kColon) || Accept(Token::kComma)) continue;
    if (offset() == before || !At(Token::kRightBracket)) break;
  }
  Expect(Token::kRightBracket, "an index");
  if (slice) return Make(begin, SliceExpr{operand});
  return Make(begin, IndexExpr{operand, Keep(args)});
}

// Arguments = "(" [ ( ExpressionList | Type [ "," ExpressionList ] ) [ "..." ] [ "," ] ] ")" .
const Expr* Parser::Call(const Expr* callee) {
  uint32_t begin = callee->range.begin;
  Next();
  bool spread = false;
  llvm::SmallVector<const Expr*, 8> args;
  while (!At(Token::kRightParen) && !At(Token::kEof)) {
    args.push_back(Expression());
    spread |= Accept(Token::kEllipsis);
    if (!Accept(Token::kComma)) break;
  }
  Expect(Token::kRightParen, "a call");
  return Make(begin, CallExpr{callee, Keep(args), spread});
}

// CompositeLit = LiteralType LiteralValue . Elements matter only to `[...]T{}`, whose length they decide.
const Expr* Parser::Composite(const Expr* type) {
  CompositeExpr literal{type, offset(), 0, {}};
  const auto* array = type->As<ArrayTypeExpr>();
  if (array == nullptr || !array->ellipsis) {
    literal.close = scanner_.SkipBraces();
    Next();
    return Make(type->range.begin, literal);
  }
  Next();
  llvm::SmallVector<KeyedElement, 16> elements;
  while (!At(Token::kRightBrace) && !At(Token::kEof)) {
    elements.push_back(Element());
    if (!Accept(Token::kComma)) break;
  }
  literal.close = offset();
  Expect(Token::kRightBrace, "a composite literal");
  literal.elements = Keep(elements);
  return Make(type->range.begin, literal);
}

// KeyedElement = [ Key ":" ] Element .
KeyedElement Parser::Element() {
  const Expr* first = ElementValue();
  if (!Accept(Token::kColon)) return {nullptr, first};
  return {first, ElementValue()};
}

const Expr* Parser::ElementValue() {
  if (!At(Token::kLeftBrace)) return Expression();
  uint32_t begin = offset();
  scanner_.SkipBraces();
  Next();
  return Make(begin, BadExpr{});
}

}  // namespace instc::go
