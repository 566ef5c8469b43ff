#include "compiler/go/syntax/body_calls.h"

#include <algorithm>
#include <set>

#include "compiler/go/syntax/scanner.h"

namespace instc::go {
namespace {

class BodyScanner {
 public:
  BodyScanner(llvm::StringRef text, const FuncBody& body) {
    const llvm::StringRef inside = text.slice(body.open + 1, body.close);
    Scanner scanner(inside, [](uint32_t, uint32_t, llvm::StringRef) {});
    for (scanner.Next(); scanner.token() != Token::kEof; scanner.Next())
      tokens_.push_back({scanner.token(), {scanner.text(), scanner.offset() + body.open + 1}});
  }

  std::vector<BodyCall> Run() {
    for (at_ = 0; at_ < tokens_.size(); ++at_) FindDeclaration();
    std::vector<BodyCall> calls;
    for (at_ = 0; at_ < tokens_.size();) {
      if (Kind(at_) == Token::kFunc)
        SkipFunction();
      else if (Kind(at_) == Token::kIdent)
        Name(calls);
      else
        ++at_;
    }
    return calls;
  }

 private:
  struct PlacedToken {
    Token kind;
    Ident ident;
  };

  Token Kind(size_t index) const { return index < tokens_.size() ? tokens_[index].kind : Token::kEof; }
  llvm::StringRef Text(size_t index) const { return tokens_[index].ident.text; }

  // ---- names that the body declares

  void FindDeclaration() {
    switch (Kind(at_)) {
      case Token::kDefine:
        return DeclareBefore();
      case Token::kVar:
      case Token::kConst:
      case Token::kType:
        return DeclareBehind();
      default:
        return;
    }
  }

  /// `a, b :=`
  void DeclareBefore() {
    for (size_t i = at_; i > 0 && Kind(i - 1) == Token::kIdent; i -= 2) {
      declared_.insert(Text(i - 1));
      if (i < 2 || Kind(i - 2) != Token::kComma) return;
    }
  }

  /// `var a, b T`; of a group all names that stand in it, which is more than it declares.
  void DeclareBehind() {
    size_t i = at_ + 1;
    if (Kind(i) == Token::kLeftParen) {
      size_t depth = 0;
      for (; i < tokens_.size(); ++i) {
        if (Kind(i) == Token::kIdent) declared_.insert(Text(i));
        depth += Kind(i) == Token::kLeftParen ? 1 : 0;
        if (Kind(i) == Token::kRightParen && --depth == 0) break;
      }
      at_ = i;  // behind the group: each token is looked at once
      return;
    }
    for (; Kind(i) == Token::kIdent; i += 2) {
      declared_.insert(Text(i));
      if (Kind(i + 1) != Token::kComma) return;
    }
  }

  // ---- calls

  /// A name, what is selected from it, and the call if it is one.
  void Name(std::vector<BodyCall>& calls) {
    const bool selected = at_ > 0 && Kind(at_ - 1) == Token::kPeriod;
    BodyCall call;
    call.path.push_back(tokens_[at_++].ident);
    while (Kind(at_) == Token::kPeriod && Kind(at_ + 1) == Token::kIdent) {
      call.path.push_back(tokens_[at_ + 1].ident);
      at_ += 2;
    }
    if (selected || Kind(at_) != Token::kLeftParen || declared_.count(call.path.front().text) > 0) return;
    calls.push_back(std::move(call));
  }

  /// Over a function literal, or over a function type.
  void SkipFunction() {
    ++at_;
    while (at_ < tokens_.size()) {
      switch (Kind(at_)) {
        case Token::kLeftParen:
        case Token::kLeftBracket:
          SkipBrackets();
          break;
        case Token::kStruct:
        case Token::kInterface:
          ++at_;
          SkipBrackets();
          break;
        case Token::kLeftBrace:
          return SkipBrackets();
        case Token::kFunc:
        case Token::kIdent:
        case Token::kPeriod:
        case Token::kMul:
        case Token::kMap:
        case Token::kChan:
        case Token::kArrow:
          ++at_;
          break;
        default:
          return;
      }
    }
  }

  void SkipBrackets() {
    unsigned depth = 0;
    do {
      const Token kind = Kind(at_);
      if (kind == Token::kLeftParen || kind == Token::kLeftBracket || kind == Token::kLeftBrace) ++depth;
      if (kind == Token::kRightParen || kind == Token::kRightBracket || kind == Token::kRightBrace) --depth;
      if (depth > tokens_.size()) return;  // a closing bracket came first
      ++at_;
    } while (depth > 0 && at_ < tokens_.size());
  }

  std::vector<PlacedToken> tokens_;
  std::set<llvm::StringRef> declared_;
  size_t at_ = 0;
};

}  // namespace

std::vector<BodyCall> CallsInBody(llvm::StringRef text, const FuncBody& body) {
  return BodyScanner(text, body).Run();
}

}  // namespace instc::go
