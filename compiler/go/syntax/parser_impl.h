// The recursive-descent parser behind parser.h. Three files share it: parser.cpp (declarations),
// parse_type.cpp (types, parameter lists) and parse_expr.cpp (expressions of initialisers and array lengths).
//
// Depth is bounded by kMaxDepth, so that hostile nesting ends in a diagnostic. Chains are built in loops:
// selectors, calls and unions are bounded by kMaxChain, because whoever walks the tree recurses along them;
// binary operators are not (generated code adds up thousands of strings), so a walk must loop along their
// left operands.
#ifndef INSTC_COMPILER_GO_SYNTAX_PARSER_IMPL_H
#define INSTC_COMPILER_GO_SYNTAX_PARSER_IMPL_H

#include <algorithm>
#include <new>
#include <utility>

#include "compiler/go/syntax/parser.h"
#include "llvm/ADT/SmallVector.h"

namespace instc::go {

class Parser {
 public:
  Parser(llvm::StringRef text, SyntaxErrorHandler on_error);
  File Run();

 private:
  static constexpr int kMaxDepth = 200;
  static constexpr int kMaxChain = 500;
  static constexpr int kMaxErrors = 10;

  // Declarations.
  void PackageClause();
  void TopLevel();
  void Sync();
  template <typename OneSpec>
  void Group(OneSpec one_spec);
  void ImportSpec();
  void ConstSpec(int iota, ValueDecl& previous);
  void VarSpec();
  void TypeSpec();
  void FuncDeclaration();
  llvm::ArrayRef<Directive> DirectivesBefore(uint32_t offset);
  void EndDeclaration();

  // Types.
  const Expr* Type();
  const Expr* TypeOrNull();
  const Expr* TypeName();
  const Expr* TypeNameFrom(Ident name);
  const Expr* TypeArguments(const Expr* generic, uint32_t begin);
  const Expr* BracketType(uint32_t begin);
  const Expr* ArrayTail(uint32_t begin, const Expr* length, bool ellipsis);
  const Expr* MapType();
  const Expr* ChanType();
  const Expr* FuncType();
  const Expr* StructType();
  const Expr* InterfaceType();
  void Field(llvm::SmallVectorImpl<FieldDecl>& fields);
  bool FieldFromName(Ident name, FieldDecl& field);
  void Element(llvm::SmallVectorImpl<InterfaceElem>& elems);
  const Expr* TypeElement();
  const Expr* TypeElementFrom(const Expr* first);
  const Expr* TypeTerm();
  // After `name` with `[` current: `name []T`, `name [N]T` (is_name_and_type) or the instance `name[T]`.
  const Expr* AfterNameAndBracket(Ident name, bool& is_name_and_type);
  FuncSignature Signature();
  ParamList Results();
  ParamList Params();
  ParamList TypeParams(std::optional<Ident> first);
  bool StartsType() const;

  struct Entry {
    Ident name;                  // empty: no name of its own yet
    const Expr* type = nullptr;  // null: a lone name
    bool variadic = false;
    ByteRange range;
    uint32_t type_begin = 0;
  };
  Entry ParamEntry();
  llvm::ArrayRef<ParamGroup> GroupEntries(llvm::ArrayRef<Entry> entries);
  ParamGroup UnnamedGroup(const Entry& entry);

  // Expressions.
  const Expr* Expression(int min_precedence = 1);
  const Expr* BinaryFrom(const Expr* left, int min_precedence);
  const Expr* Unary();
  const Expr* Primary();
  const Expr* PrimaryFrom(const Expr* operand);
  const Expr* Operand();
  const Expr* SelectorOrAssertion(const Expr* operand);
  const Expr* IndexOrSlice(const Expr* operand);
  const Expr* Call(const Expr* callee);
  const Expr* Composite(const Expr* type);
  const Expr* FuncLitOrType();
  KeyedElement Element();
  const Expr* ElementValue();
  llvm::ArrayRef<const Expr*> ExpressionList();

  // Tools.
  Token token() const { return scanner_.token(); }
  uint32_t offset() const { return scanner_.offset(); }
  bool At(Token token) const { return scanner_.token() == token; }
  void Next() { scanner_.Next(); }
  bool Accept(Token token);
  // The token, or an error `expected X, found Y in WHERE`; true when it was there.
  bool Expect(Token token, llvm::StringLiteral where);
  void Error(llvm::StringRef message);
  void ErrorExpected(llvm::StringRef what, llvm::StringRef where);
  Ident Name(llvm::StringLiteral where);
  template <typename Node>
  const Expr* Make(uint32_t begin, Node node) {
    return new (file_.arena->Allocate<Expr>())
        Expr{{begin, std::max(begin, scanner_.previous_end())}, std::move(node)};
  }
  const Expr* Bad() { return Make(offset(), BadExpr{}); }
  template <typename T>
  llvm::ArrayRef<T> Keep(llvm::ArrayRef<T> items) {
    T* data = file_.arena->Allocate<T>(items.size());
    std::uninitialized_copy(items.begin(), items.end(), data);
    return {data, items.size()};
  }
  template <typename T>
  llvm::ArrayRef<T> Keep(const llvm::SmallVectorImpl<T>& items) {
    return Keep(llvm::ArrayRef<T>(items));
  }

  // Counts nesting while alive; false when it is too deep, after reporting and skipping to the end.
  class Depth {
   public:
    explicit Depth(Parser& parser) : parser_(parser) { ++parser_.depth_; }
    ~Depth() { --parser_.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    bool ok();

   private:
    Parser& parser_;
  };

  llvm::StringRef text_;
  SyntaxErrorHandler on_error_;
  Scanner scanner_;
  File file_;
  int depth_ = 0;
  int errors_ = 0;
  uint32_t last_error_ = UINT32_MAX;
  size_t next_directive_ = 0;
  uint32_t last_declaration_end_ = 0;
};

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_SYNTAX_PARSER_IMPL_H
