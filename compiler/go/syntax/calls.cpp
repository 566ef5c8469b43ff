#include "compiler/go/syntax/calls.h"

#include <set>

#include "compiler/go/syntax/scanner.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::go {
namespace {

constexpr unsigned kMaxDepth = 1000;

struct PlacedToken {
  Token kind = Token::kEof;
  llvm::StringRef text;
  uint32_t offset = 0;
};

std::vector<PlacedToken> Tokens(llvm::StringRef text) {
  std::vector<PlacedToken> tokens;
  Scanner scanner(text, [](uint32_t, uint32_t, llvm::StringRef) {});
  for (scanner.Next(); scanner.token() != Token::kEof; scanner.Next())
    tokens.push_back({scanner.token(), scanner.text(), scanner.offset()});
  tokens.push_back({Token::kEof, "", static_cast<uint32_t>(text.size())});
  return tokens;
}

/// What may stand right before `(`, `[` or `{` that continue an operand.
bool EndsOperand(Token token) {
  return token == Token::kIdent || token == Token::kRightParen || token == Token::kRightBracket ||
         token == Token::kRightBrace || token == Token::kString;
}

class CallFinder {
 public:
  CallFinder(llvm::StringRef text, llvm::ArrayRef<WantedCall> wanted)
      : tokens_(Tokens(text)), wanted_(wanted) {
    for (const WantedCall& call : wanted)
      interesting_.insert(call.qualifier.empty() ? call.func : call.qualifier);
  }

  Result<std::vector<FoundCall>> Run() {
    Scope file(*this);
    while (!At(Token::kEof) && !failed_) {
      size_t before = at_;
      At(Token::kFunc) ? FuncDeclaration() : Statement();
      if (at_ == before) Next();  // a stray token of broken text
    }
    if (failed_) return Fail("the file is nested too deeply");
    return std::move(found_);
  }

 private:
  /// A block: what is declared in it ends with it. Counts the depth of recursion, too.
  class Scope {
   public:
    explicit Scope(CallFinder& finder) : finder_(finder) {
      finder_.scopes_.emplace_back();
      if (finder_.scopes_.size() > kMaxDepth) finder_.failed_ = true;
    }
    ~Scope() { finder_.scopes_.pop_back(); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    CallFinder& finder_;
  };

  const PlacedToken& Peek(uint32_t ahead = 0) const {
    return tokens_[std::min<size_t>(at_ + ahead, tokens_.size() - 1)];
  }
  bool At(Token kind) const { return failed_ ? kind == Token::kEof : Peek().kind == kind; }
  void Next() {
    if (at_ + 1 < tokens_.size()) ++at_;
  }
  bool Take(Token kind) {
    if (!At(kind)) return false;
    Next();
    return true;
  }

  void Declare(llvm::StringRef name) {
    if (interesting_.count(name.str()) != 0) scopes_.back().insert(name);
  }
  bool Shadowed(llvm::StringRef name) const {
    return llvm::any_of(scopes_, [&](const auto& scope) { return scope.count(name) != 0; });
  }

  // ---- declarations

  void FuncDeclaration() {
    Take(Token::kFunc);
    Scope function(*this);
    if (At(Token::kLeftParen)) Parameters();
    Take(Token::kIdent);
    if (At(Token::kLeftBracket)) Parameters();
    Body();
  }

  /// `(a, b T, c U)` or `[T any]`: the first name of each group is declared; a type that stands alone is
  /// taken for a name, which does no harm, since a package's name alone is no type.
  void Parameters() {
    Token close = At(Token::kLeftParen) ? Token::kRightParen : Token::kRightBracket;
    Next();
    bool first = true;
    while (!At(close) && !At(Token::kEof)) {
      if (first && At(Token::kIdent) && Peek(1).kind != Token::kPeriod) Declare(Peek().text);
      first = At(Token::kComma);
      if (At(Token::kLeftParen) || At(Token::kLeftBracket) || At(Token::kLeftBrace))
        SkipBrackets();
      else
        Next();
    }
    Take(close);
  }

  void Signature() {
    if (At(Token::kLeftParen)) Parameters();
    if (At(Token::kLeftParen))
      Parameters();
    else
      Type();
  }

  /// Over a bracket and what is in it, unseen.
  void SkipBrackets() {
    unsigned depth = 0;
    do {
      if (At(Token::kLeftParen) || At(Token::kLeftBracket) || At(Token::kLeftBrace)) ++depth;
      if (At(Token::kRightParen) || At(Token::kRightBracket) || At(Token::kRightBrace)) --depth;
      Next();
    } while (depth > 0 && !At(Token::kEof));
  }

  /// Whether a type began here; then it is behind us.
  bool Type() {
    while (Take(Token::kMul) || Take(Token::kArrow) || Take(Token::kChan)) {
    }
    if (At(Token::kLeftBracket)) {
      SkipBrackets();
      Scope depth(*this);
      return Type();
    }
    if (Take(Token::kMap)) {
      if (At(Token::kLeftBracket)) SkipBrackets();
      Scope depth(*this);
      return Type();
    }
    if (Take(Token::kFunc)) {
      Scope inner(*this);
      Signature();
      return true;
    }
    if (Take(Token::kStruct) || Take(Token::kInterface)) {
      if (At(Token::kLeftBrace)) SkipBrackets();
      return true;
    }
    if (At(Token::kLeftParen)) {
      SkipBrackets();
      return true;
    }
    if (!Take(Token::kIdent)) return false;
    if (At(Token::kPeriod) && Peek(1).kind == Token::kIdent) Next(), Next();
    if (At(Token::kLeftBracket)) SkipBrackets();
    return true;
  }

  /// `var`, `const`, `type`, `import`, with one spec or a group of them.
  void Declaration() {
    Token keyword = Peek().kind;
    Next();
    if (!Take(Token::kLeftParen)) return Spec(keyword);
    while (!At(Token::kRightParen) && !At(Token::kEof)) {
      size_t before = at_;
      Spec(keyword);
      Take(Token::kSemicolon);
      if (at_ == before) Next();
    }
    Take(Token::kRightParen);
  }

  void Spec(Token keyword) {
    if (keyword == Token::kImport) {
      while (!At(Token::kSemicolon) && !At(Token::kRightParen) && !At(Token::kEof)) Next();
      return;
    }
    std::vector<llvm::StringRef> names = Names();
    if (keyword == Token::kType) {
      for (llvm::StringRef name : names) Declare(name);
      while (!At(Token::kSemicolon) && !At(Token::kRightParen) && !At(Token::kRightBrace) &&
             !At(Token::kEof)) {
        if (At(Token::kLeftParen) || At(Token::kLeftBracket) || At(Token::kLeftBrace))
          SkipBrackets();
        else
          Next();
      }
      return;
    }
    if (!At(Token::kAssign)) Type();
    Expressions(/*header=*/false);
    for (llvm::StringRef name : names) Declare(name);
  }

  /// `a, b, c`: the names that a statement begins with.
  std::vector<llvm::StringRef> Names() {
    std::vector<llvm::StringRef> names;
    while (At(Token::kIdent)) {
      names.push_back(Peek().text);
      Next();
      if (!At(Token::kComma) || Peek(1).kind != Token::kIdent) break;
      Next();
    }
    return names;
  }

  // ---- statements

  void Block() {
    Scope block(*this);
    Take(Token::kLeftBrace);
    Statements();
    Take(Token::kRightBrace);
  }

  void Statements() {
    while (!At(Token::kRightBrace) && !At(Token::kCase) && !At(Token::kDefault) && !At(Token::kEof)) {
      size_t before = at_;
      Statement();
      Take(Token::kSemicolon);
      if (at_ == before) Next();
    }
  }

  void Statement() {
    switch (Peek().kind) {
      case Token::kVar:
      case Token::kConst:
      case Token::kType:
      case Token::kImport:
        return Declaration();
      case Token::kLeftBrace:
        return Block();
      case Token::kIf:
        return IfStatement();
      case Token::kFor:
        return WithHeader();
      case Token::kSwitch:
      case Token::kSelect:
        return Clauses();
      case Token::kGo:
      case Token::kDefer:
      case Token::kReturn:
      case Token::kPackage:
        Next();
        return Expressions(/*header=*/false);
      case Token::kIdent:
        if (Peek(1).kind == Token::kColon) {  // a label
          Next(), Next();
          Scope depth(*this);
          return Statement();
        }
        return SimpleStatement(/*header=*/false);
      default:
        return SimpleStatement(/*header=*/false);
    }
  }

  /// Names left of `:=` are known behind the statement.
  void SimpleStatement(bool header) {
    size_t start = at_;
    std::vector<llvm::StringRef> names = Names();
    bool declares = At(Token::kDefine);
    at_ = start;
    Expressions(header);
    if (!declares) return;
    for (llvm::StringRef name : names) Declare(name);
  }

  /// `init; condition; post` up to the block.
  void Header() {
    while (!At(Token::kLeftBrace) && !At(Token::kRightBrace) && !At(Token::kEof)) {
      size_t before = at_;
      SimpleStatement(/*header=*/true);
      Take(Token::kSemicolon);
      if (at_ == before) Next();
    }
  }

  void WithHeader() {
    Scope statement(*this);
    Next();
    Header();
    if (At(Token::kLeftBrace)) Block();
  }

  /// Names of an `if` are known in all that hang on its `else`.
  void IfStatement() {
    Scope statement(*this);
    while (Take(Token::kIf)) {
      Header();
      if (At(Token::kLeftBrace)) Block();
      if (!Take(Token::kElse)) return;
    }
    Block();
  }

  /// `switch` and `select`: each clause is a block.
  void Clauses() {
    Scope statement(*this);
    Next();
    Header();
    Take(Token::kLeftBrace);
    while (At(Token::kCase) || At(Token::kDefault)) {
      Scope clause(*this);
      Next();
      SimpleStatement(/*header=*/false);
      Take(Token::kColon);
      Statements();
    }
    Take(Token::kRightBrace);
  }

  // ---- expressions

  /// Up to the end of a statement, a bracket that was not opened here, the `:` of a case, or, in a header,
  /// the
  /// `{` of the block.
  void Expressions(bool header) {
    Scope depth(*this);
    Token before = Token::kSemicolon;
    while (!failed_) {
      Token kind = Peek().kind;
      switch (kind) {
        case Token::kSemicolon:
        case Token::kColon:
        case Token::kRightParen:
        case Token::kRightBracket:
        case Token::kRightBrace:
        case Token::kEof:
          return;
        case Token::kLeftParen:
          Bracketed();
          kind = Token::kRightParen;
          break;
        case Token::kLeftBracket:
          if (EndsOperand(before)) {
            Bracketed();
          } else {
            TypeAndLiteral();
          }
          kind = Token::kRightBracket;
          break;
        case Token::kMap:
        case Token::kStruct:
        case Token::kInterface:
        case Token::kChan:
          TypeAndLiteral();
          kind = Token::kRightBracket;
          break;
        case Token::kFunc:
          FunctionLiteral();
          kind = Token::kRightBrace;
          break;
        case Token::kLeftBrace:
          if (header) return;
          Bracketed();
          kind = Token::kRightBrace;
          break;
        case Token::kIdent:
          if (before != Token::kPeriod) Name();
          Next();
          break;
        default:
          Next();
      }
      before = kind;
    }
  }

  /// What is between brackets: elements, arguments, indices, with anything that separates them.
  void Bracketed() {
    Next();
    while (!At(Token::kRightParen) && !At(Token::kRightBracket) && !At(Token::kRightBrace) &&
           !At(Token::kEof)) {
      Expressions(/*header=*/false);
      if (At(Token::kColon) || At(Token::kSemicolon)) Next();
    }
    if (!At(Token::kEof)) Next();
  }

  /// `[]T{...}`, `map[K]V{...}`: their `{` opens a literal in a header, too.
  void TypeAndLiteral() {
    size_t before = at_;
    Type();
    if (at_ == before) Next();
    if (At(Token::kLeftBrace)) Bracketed();
  }

  void FunctionLiteral() {
    Scope function(*this);
    Next();
    Body();
  }

  void Body() {
    Signature();
    if (!At(Token::kLeftBrace)) return;
    ++functions_;
    Block();
    --functions_;
  }

  /// Notes the call that begins with this name.
  void Name() {
    llvm::StringRef name = Peek().text;
    if (interesting_.count(name.str()) == 0 || Shadowed(name)) return;
    for (size_t i = 0; i < wanted_.size(); ++i) {
      const WantedCall& call = wanted_[i];
      bool qualified = !call.qualifier.empty();
      if (name != (qualified ? call.qualifier : call.func)) continue;
      if (qualified && (Peek(1).kind != Token::kPeriod || Peek(2).text != call.func)) continue;
      uint32_t last = qualified ? 2 : 0;
      if (IsCalled(last)) found_.push_back({i, {Peek(last).text, Peek(last).offset}, functions_});
    }
  }

  /// Whether the operand that ends `last` tokens from here is called, parentheses around it and type
  /// arguments behind it included.
  bool IsCalled(uint32_t last) const {
    size_t begin = at_, end = at_ + last + 1;
    auto kind = [&](size_t index) { return index < tokens_.size() ? tokens_[index].kind : Token::kEof; };
    if (kind(end) == Token::kLeftBracket) {
      unsigned depth = 0;
      do {
        if (kind(end) == Token::kLeftBracket) ++depth;
        if (kind(end) == Token::kRightBracket) --depth;
        ++end;
      } while (depth > 0 && end < tokens_.size());
    }
    while (begin > 1 && kind(begin - 1) == Token::kLeftParen && kind(end) == Token::kRightParen &&
           !EndsOperand(kind(begin - 2))) {
      --begin;
      ++end;
    }
    return kind(end) == Token::kLeftParen;
  }

  std::vector<PlacedToken> tokens_;
  llvm::ArrayRef<WantedCall> wanted_;
  std::set<std::string> interesting_;
  std::vector<std::set<llvm::StringRef>> scopes_;
  std::vector<FoundCall> found_;
  size_t at_ = 0;
  unsigned functions_ = 0;
  bool failed_ = false;
};

}  // namespace

Result<std::vector<FoundCall>> FindCalls(llvm::StringRef text, llvm::ArrayRef<WantedCall> wanted) {
  return CallFinder(text, wanted).Run();
}

}  // namespace instc::go
