// Declarations: package clause, imports, constants, variables, types, functions.
#include "compiler/go/syntax/parser.h"

#include "compiler/go/syntax/parser_impl.h"

namespace instc::go {

File ParseText(llvm::StringRef text, SyntaxErrorHandler on_error) {
  return Parser(text, std::move(on_error)).Run();
}

File ParseFile(const SourceBuffer& buffer, diag::Emitter& emitter) {
  File file = ParseText(buffer.text(), [&](uint32_t offset, uint32_t length, llvm::StringRef message) {
    emitter.Emit(Span{&buffer, offset, offset + length}, GoSyntaxError, message);
  });
  file.buffer = &buffer;
  return file;
}

FileHead ReadFileHead(llvm::StringRef text) {
  Scanner scanner(text, [](uint32_t, uint32_t, llvm::StringRef) {});
  FileHead head;
  scanner.Next();
  if (scanner.token() != Token::kPackage) return head;
  scanner.Next();
  head.package_name = scanner.text();
  // All that can stand in import declarations.
  for (scanner.Next();; scanner.Next()) {
    switch (scanner.token()) {
      case Token::kString:
        head.imports_c |= scanner.text() == "\"C\"" || scanner.text() == "`C`";
        break;
      case Token::kImport:
      case Token::kSemicolon:
      case Token::kLeftParen:
      case Token::kRightParen:
      case Token::kIdent:
      case Token::kPeriod:
        break;
      default:
        return head;
    }
  }
}

Parser::Parser(llvm::StringRef text, SyntaxErrorHandler on_error)
    : text_(text),
      on_error_(std::move(on_error)),
      scanner_(text, [this](uint32_t offset, uint32_t length, llvm::StringRef message) {
        file_.has_errors = true;
        if (errors_++ < kMaxErrors) on_error_(offset, length, message);
      }) {}

File Parser::Run() {
  Next();
  PackageClause();
  while (!At(Token::kEof)) TopLevel();
  file_.directives = scanner_.directives();
  file_.has_line_directives = scanner_.has_line_directives();
  return std::move(file_);
}

bool Parser::Depth::ok() {
  if (parser_.depth_ <= kMaxDepth) return true;
  parser_.Error("nested too deeply");
  while (!parser_.At(Token::kEof)) parser_.Next();
  return false;
}

bool Parser::Accept(Token token) {
  if (!At(token)) return false;
  Next();
  return true;
}

bool Parser::Expect(Token token, llvm::StringLiteral where) {
  if (Accept(token)) return true;
  ErrorExpected(TokenSpelling(token), where);
  return false;
}

// One error a place: what follows from it stays silent.
void Parser::Error(llvm::StringRef message) {
  file_.has_errors = true;
  if (last_error_ == offset()) return;
  last_error_ = offset();
  if (errors_++ < kMaxErrors) on_error_(offset(), scanner_.end() - offset(), message);
}

void Parser::ErrorExpected(llvm::StringRef what, llvm::StringRef where) {
  bool line_end = scanner_.at_automatic_semicolon();
  llvm::StringRef found = line_end ? llvm::StringRef("end of line") : TokenSpelling(token());
  Error(("expected `" + what + "` in " + where + ", found `" + found + "`").str());
}

Ident Parser::Name(llvm::StringLiteral where) {
  Ident name{scanner_.text(), offset()};
  if (Accept(Token::kIdent)) return name;
  ErrorExpected("name", where);
  return {{}, offset()};
}

void Parser::PackageClause() {
  file_.package_offset = offset();
  if (!Expect(Token::kPackage, "the package clause")) {
    Sync();
    return;
  }
  file_.package_name = Name("the package clause");
  file_.package_end = file_.imports_end = scanner_.previous_end();
  EndDeclaration();
}

void Parser::EndDeclaration() {
  last_declaration_end_ = scanner_.previous_end();
  if (At(Token::kEof) || Accept(Token::kSemicolon)) return;
  ErrorExpected(";", "a declaration's end");
  Sync();
}

// To the next keyword at the beginning of a line that starts a declaration.
void Parser::Sync() {
  for (; !At(Token::kEof); Next()) {
    bool line_start = offset() == 0 || text_[offset() - 1] == '\n';
    if (!line_start) continue;
    switch (token()) {
      case Token::kImport:
      case Token::kConst:
      case Token::kVar:
      case Token::kType:
      case Token::kFunc:
        return;
      default:
        break;
    }
  }
}

void Parser::TopLevel() {
  switch (token()) {
    case Token::kSemicolon:
      Next();
      return;
    case Token::kImport:
      Group([this](int) { ImportSpec(); });
      file_.imports_end = scanner_.previous_end();
      break;
    case Token::kConst: {
      ValueDecl previous;
      Group([&](int index) { ConstSpec(index, previous); });
      break;
    }
    case Token::kVar:
      Group([this](int) { VarSpec(); });
      break;
    case Token::kType:
      Group([this](int) { TypeSpec(); });
      break;
    case Token::kFunc:
      FuncDeclaration();
      break;
    default:
      ErrorExpected("import, const, var, type or func", "the file");
      Next();
      Sync();
      return;
  }
  EndDeclaration();
}

// keyword ( Spec | "(" { Spec ";" } ")" ) .
template <typename OneSpec>
void Parser::Group(OneSpec one_spec) {
  Next();
  if (!Accept(Token::kLeftParen)) {
    one_spec(0);
    return;
  }
  for (int index = 0; !At(Token::kRightParen) && !At(Token::kEof); ++index) {
    uint32_t before = offset();
    one_spec(index);
    last_declaration_end_ = scanner_.previous_end();
    if (!Accept(Token::kSemicolon) && !At(Token::kRightParen)) {
      ErrorExpected(";", "a group of declarations");
      if (offset() == before) Next();
    }
  }
  Expect(Token::kRightParen, "a group of declarations");
}

// Directives between the declaration before and `offset`.
llvm::ArrayRef<Directive> Parser::DirectivesBefore(uint32_t offset) {
  const std::vector<Directive>& all = scanner_.directives();
  llvm::SmallVector<Directive, 4> found;
  for (; next_directive_ < all.size() && all[next_directive_].offset < offset; ++next_directive_) {
    if (all[next_directive_].offset >= last_declaration_end_) found.push_back(all[next_directive_]);
  }
  return Keep(found);
}

// ImportSpec = [ "." | PackageName ] ImportPath .
void Parser::ImportSpec() {
  ImportDecl decl;
  decl.range.begin = offset();
  decl.name.offset = offset();
  if (At(Token::kIdent) || At(Token::kPeriod)) {
    decl.name.text = scanner_.text();
    Next();
  }
  decl.path_range = {offset(), scanner_.end()};
  if (!At(Token::kString)) {
    ErrorExpected("import path", "an import");
    return;
  }
  if (!UnquoteString(scanner_.text(), decl.path)) Error("malformed import path");
  Next();
  decl.range.end = scanner_.previous_end();
  file_.imports_c |= decl.path == "C";
  file_.imports.push_back(std::move(decl));
}

// ConstSpec = IdentifierList [ [ Type ] "=" ExpressionList ] .
void Parser::ConstSpec(int iota, ValueDecl& previous) {
  ValueDecl decl;
  decl.is_const = true;
  decl.iota = iota;
  decl.range.begin = offset();
  decl.directives = DirectivesBefore(offset());
  llvm::SmallVector<Ident, 4> names;
  do names.push_back(Name("a constant declaration"));
  while (Accept(Token::kComma));
  decl.names = Keep(names);
  if (!At(Token::kAssign)) decl.type = TypeOrNull();
  if (Accept(Token::kAssign)) {
    decl.values = ExpressionList();
    previous = decl;
  } else {
    decl.type = previous.type;
    decl.values = previous.values;
    decl.implicit_repetition = true;
  }
  decl.range.end = scanner_.previous_end();
  file_.values.push_back(decl);
}

// VarSpec = IdentifierList ( Type [ "=" ExpressionList ] | "=" ExpressionList ) .
void Parser::VarSpec() {
  ValueDecl decl;
  decl.range.begin = offset();
  decl.directives = DirectivesBefore(offset());
  llvm::SmallVector<Ident, 4> names;
  do names.push_back(Name("a variable declaration"));
  while (Accept(Token::kComma));
  decl.names = Keep(names);
  if (!At(Token::kAssign)) decl.type = Type();
  if (Accept(Token::kAssign)) decl.values = ExpressionList();
  decl.range.end = scanner_.previous_end();
  file_.values.push_back(decl);
}

// TypeSpec = identifier [ TypeParameters ] [ "=" ] Type . `type T [N]E` and `type T[P C] E` differ only after
// the first name.
void Parser::TypeSpec() {
  TypeDecl decl;
  decl.range.begin = offset();
  decl.directives = DirectivesBefore(offset());
  decl.name = Name("a type declaration");
  uint32_t bracket = offset();
  if (Accept(Token::kLeftBracket)) {
    if (!At(Token::kIdent)) {
      decl.type = BracketType(bracket);
    } else {
      Ident first = Name("a type declaration");
      bool comma_first = text_.substr(offset()).find_first_of(",]") != llvm::StringRef::npos &&
                         text_[offset() + text_.substr(offset()).find_first_of(",]")] == ',';
      bool is_length = At(Token::kRightBracket) || At(Token::kPeriod) || At(Token::kLeftParen) ||
                       BinaryPrecedence(token()) != 0;
      if (is_length && !(At(Token::kMul) && comma_first)) {
        const Expr* length = BinaryFrom(PrimaryFrom(Make(first.offset, NameExpr{first})), 1);
        decl.type = ArrayTail(bracket, length, false);
      } else {
        decl.type_params = TypeParams(first);
        decl.type_params.open = bracket;
      }
    }
  }
  decl.is_alias = decl.type == nullptr && Accept(Token::kAssign);
  if (decl.type == nullptr) decl.type = Type();
  decl.range.end = scanner_.previous_end();
  file_.types.push_back(decl);
}

// FunctionDecl = "func" [ Receiver ] MethodName [ TypeParameters ] Signature [ FunctionBody ] .
void Parser::FuncDeclaration() {
  FuncDecl decl;
  decl.func_offset = offset();
  decl.directives = DirectivesBefore(offset());
  Next();
  if (At(Token::kLeftParen)) decl.receiver = Params();
  decl.name = Name("a function declaration");
  if (At(Token::kLeftBracket)) {
    uint32_t open = offset();
    Next();
    decl.type_params = TypeParams(std::nullopt);
    decl.type_params.open = open;
  }
  decl.signature = Signature();
  if (At(Token::kLeftBrace)) {
    decl.body.emplace();
    scanner_.SkipBraces(&*decl.body);
    Next();
  }
  decl.end = scanner_.previous_end();
  if (!decl.name.text.empty()) file_.funcs.push_back(decl);
}

}  // namespace instc::go
