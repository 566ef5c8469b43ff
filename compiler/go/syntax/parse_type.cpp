// Types, parameter lists, struct fields and interface elements.
#include "compiler/go/syntax/parser_impl.h"

namespace instc::go {

bool Parser::StartsType() const {
  switch (token()) {
    case Token::kIdent:
    case Token::kMul:
    case Token::kLeftParen:
    case Token::kLeftBracket:
    case Token::kArrow:
    case Token::kMap:
    case Token::kChan:
    case Token::kFunc:
    case Token::kStruct:
    case Token::kInterface:
      return true;
    default:
      return false;
  }
}

const Expr* Parser::TypeOrNull() {
  return StartsType() ? Type() : nullptr;
}

// Type = TypeName [ TypeArgs ] | TypeLit | "(" Type ")" .
const Expr* Parser::Type() {
  Depth depth(*this);
  if (!depth.ok()) return Bad();
  uint32_t begin = offset();
  switch (token()) {
    case Token::kIdent:
      return TypeName();
    case Token::kMul:
      Next();
      return Make(begin, StarExpr{Type()});
    case Token::kLeftParen: {
      Next();
      const Expr* inner = Type();
      Expect(Token::kRightParen, "a type");
      return Make(begin, ParenExpr{inner});
    }
    case Token::kLeftBracket:
      Next();
      return BracketType(begin);
    case Token::kMap:
      return MapType();
    case Token::kChan:
    case Token::kArrow:
      return ChanType();
    case Token::kFunc:
      return FuncType();
    case Token::kStruct:
      return StructType();
    case Token::kInterface:
      return InterfaceType();
    default:
      ErrorExpected("type", "a declaration");
      return Bad();
  }
}

const Expr* Parser::TypeName() {
  return TypeNameFrom(Name("a type"));
}

// TypeName = identifier | PackageName "." identifier , with type arguments; the first name was read.
const Expr* Parser::TypeNameFrom(Ident name) {
  const Expr* type = Make(name.offset, NameExpr{name});
  if (Accept(Token::kPeriod)) {
    Ident member = Name("a qualified type name");
    type = Make(name.offset, SelectorExpr{type, member});
  }
  if (!At(Token::kLeftBracket)) return type;
  Next();
  return TypeArguments(type, name.offset);
}

// TypeArgs = "[" Type { "," Type } [ "," ] "]" , with the bracket read.
const Expr* Parser::TypeArguments(const Expr* generic, uint32_t begin) {
  llvm::SmallVector<const Expr*, 2> args;
  while (!At(Token::kRightBracket) && !At(Token::kEof)) {
    args.push_back(Type());
    if (!Accept(Token::kComma)) break;
  }
  Expect(Token::kRightBracket, "type arguments");
  return Make(begin, IndexExpr{generic, Keep(args)});
}

// ArrayType = "[" ( Length | "..." ) "]" Type ; SliceType = "[" "]" Type . The bracket was read.
const Expr* Parser::BracketType(uint32_t begin) {
  if (At(Token::kRightBracket)) return ArrayTail(begin, nullptr, false);
  if (Accept(Token::kEllipsis)) return ArrayTail(begin, nullptr, true);
  return ArrayTail(begin, Expression(), false);
}

const Expr* Parser::ArrayTail(uint32_t begin, const Expr* length, bool ellipsis) {
  Expect(Token::kRightBracket, "an array or slice type");
  const Expr* element = Type();
  return Make(begin, ArrayTypeExpr{length, ellipsis, element});
}

const Expr* Parser::MapType() {
  uint32_t begin = offset();
  Next();
  Expect(Token::kLeftBracket, "a map type");
  const Expr* key = Type();
  Expect(Token::kRightBracket, "a map type");
  const Expr* value = Type();
  return Make(begin, MapTypeExpr{key, value});
}

// ChannelType = ( "chan" | "chan" "<-" | "<-" "chan" ) ElementType .
const Expr* Parser::ChanType() {
  uint32_t begin = offset();
  ChanDirection direction = ChanDirection::kBoth;
  if (Accept(Token::kArrow)) {
    direction = ChanDirection::kReceive;
    Expect(Token::kChan, "a channel type");
  } else {
    Next();
    if (Accept(Token::kArrow)) direction = ChanDirection::kSend;
  }
  const Expr* element = Type();
  return Make(begin, ChanTypeExpr{direction, element});
}

const Expr* Parser::FuncType() {
  uint32_t begin = offset();
  Next();
  FuncSignature signature = Signature();
  return Make(begin, FuncTypeExpr{signature});
}

FuncSignature Parser::Signature() {
  FuncSignature signature;
  signature.params = Params();
  signature.results = Results();
  return signature;
}

ParamList Parser::Results() {
  if (At(Token::kLeftParen)) return Params();
  ParamList list;
  if (!StartsType()) return list;
  list.form = ParamList::Form::kBare;
  list.open = offset();
  ParamGroup group;
  group.type = Type();
  group.range = group.type_range = {list.open, scanner_.previous_end()};
  list.close = group.range.end;
  list.groups = Keep(llvm::ArrayRef<ParamGroup>(group));
  return list;
}

// Parameters = "(" [ ParameterList [ "," ] ] ")" .
ParamList Parser::Params() {
  ParamList list;
  list.open = offset();
  if (!Expect(Token::kLeftParen, "a parameter list")) return list;
  list.form = ParamList::Form::kParenthesised;
  llvm::SmallVector<Entry, 8> entries;
  while (!At(Token::kRightParen) && !At(Token::kEof)) {
    uint32_t before = offset();
    entries.push_back(ParamEntry());
    if (Accept(Token::kComma)) continue;
    if (!At(Token::kRightParen)) ErrorExpected(")", "a parameter list");
    if (offset() == before || !At(Token::kRightParen)) break;
  }
  list.close = offset();
  Expect(Token::kRightParen, "a parameter list");
  list.groups = GroupEntries(entries);
  return list;
}

// One item of a parameter list: a type, a name, or a name with a type.
Parser::Entry Parser::ParamEntry() {
  Entry entry;
  entry.range.begin = entry.type_begin = offset();
  if (At(Token::kIdent)) {
    Ident name = Name("a parameter list");
    entry.type_begin = offset();
    bool is_name = true;
    if (At(Token::kLeftBracket)) {
      entry.type = AfterNameAndBracket(name, is_name);
    } else if (At(Token::kPeriod)) {
      entry.type = TypeNameFrom(name);
      is_name = false;
    } else if (At(Token::kEllipsis) || StartsType()) {
      entry.variadic = Accept(Token::kEllipsis);
      entry.type = Type();
    }
    if (is_name) {
      entry.name = name;
    } else {
      entry.type_begin = entry.range.begin;
    }
  } else {
    entry.variadic = Accept(Token::kEllipsis);
    entry.type = Type();
  }
  entry.range.end = scanner_.previous_end();
  return entry;
}

const Expr* Parser::AfterNameAndBracket(Ident name, bool& is_name_and_type) {
  uint32_t bracket = offset();
  Next();
  is_name_and_type = true;
  if (At(Token::kRightBracket) || At(Token::kEllipsis)) return BracketType(bracket);
  llvm::SmallVector<const Expr*, 2> args;
  do {
    if (At(Token::kRightBracket)) break;
    args.push_back(Expression());
  } while (Accept(Token::kComma));
  Expect(Token::kRightBracket, "brackets");
  if (args.size() == 1 && StartsType()) {
    const Expr* element = Type();
    return Make(bracket, ArrayTypeExpr{args.front(), false, element});
  }
  is_name_and_type = false;
  const Expr* generic = new (file_.arena->Allocate<Expr>()) Expr{name.range(), NameExpr{name}};
  return Make(name.offset, IndexExpr{generic, Keep(args)});
}

ParamGroup Parser::UnnamedGroup(const Entry& entry) {
  ParamGroup group;
  group.type = entry.type;
  if (group.type == nullptr) {
    group.type = new (file_.arena->Allocate<Expr>()) Expr{entry.name.range(), NameExpr{entry.name}};
  }
  group.variadic = entry.variadic;
  group.range = group.type_range = entry.range;
  return group;
}

// Either all entries are types, or lone names share the type of the next entry that has one.
llvm::ArrayRef<ParamGroup> Parser::GroupEntries(llvm::ArrayRef<Entry> entries) {
  bool named =
      llvm::any_of(entries, [](const Entry& e) { return e.type != nullptr && !e.name.text.empty(); });
  llvm::SmallVector<ParamGroup, 8> groups;
  llvm::SmallVector<Ident, 4> names;
  uint32_t begin = 0;
  for (const Entry& entry : entries) {
    if (!named) {
      groups.push_back(UnnamedGroup(entry));
      continue;
    }
    if (names.empty()) begin = entry.range.begin;
    names.push_back(entry.name);
    if (entry.type == nullptr) continue;
    if (entry.name.text.empty()) Error("parameters are either all named or all unnamed");
    ParamGroup group;
    group.names = Keep(names);
    group.type = entry.type;
    group.variadic = entry.variadic;
    group.range = {begin, entry.range.end};
    group.type_range = {entry.type_begin, entry.range.end};
    groups.push_back(group);
    names.clear();
  }
  if (!names.empty()) Error("a parameter has no type");
  return Keep(groups);
}

// TypeParameters = "[" IdentifierList TypeConstraint { "," ... } "]" . The bracket was read, and `first` when
// given.
ParamList Parser::TypeParams(std::optional<Ident> first) {
  ParamList list;
  list.form = ParamList::Form::kParenthesised;
  llvm::SmallVector<ParamGroup, 4> groups;
  while (first.has_value() || (!At(Token::kRightBracket) && !At(Token::kEof))) {
    llvm::SmallVector<Ident, 4> names;
    uint32_t begin = first.has_value() ? first->offset : offset();
    names.push_back(first.has_value() ? *first : Name("type parameters"));
    first.reset();
    while (Accept(Token::kComma)) names.push_back(Name("type parameters"));
    ParamGroup group;
    group.names = Keep(names);
    uint32_t type_begin = offset();
    group.type = TypeElement();
    group.range = {begin, scanner_.previous_end()};
    group.type_range = {type_begin, scanner_.previous_end()};
    groups.push_back(group);
    if (!Accept(Token::kComma)) break;
  }
  list.close = offset();
  Expect(Token::kRightBracket, "type parameters");
  list.groups = Keep(groups);
  return list;
}

// StructType = "struct" "{" { FieldDecl ";" } "}" .
const Expr* Parser::StructType() {
  uint32_t begin = offset();
  Next();
  StructTypeExpr type{};
  type.open = offset();
  llvm::SmallVector<FieldDecl, 8> fields;
  if (Expect(Token::kLeftBrace, "a struct type")) {
    while (!At(Token::kRightBrace) && !At(Token::kEof)) {
      uint32_t before = offset();
      Field(fields);
      if (Accept(Token::kSemicolon) || At(Token::kRightBrace)) continue;
      ErrorExpected(";", "a struct type");
      if (offset() == before) Next();
    }
  }
  type.close = offset();
  Expect(Token::kRightBrace, "a struct type");
  type.fields = Keep(fields);
  return Make(begin, type);
}

// FieldDecl = ( IdentifierList Type | EmbeddedField ) [ Tag ] ; EmbeddedField = [ "*" ] TypeName [ TypeArgs ]
// .
void Parser::Field(llvm::SmallVectorImpl<FieldDecl>& fields) {
  FieldDecl field;
  field.range.begin = offset();
  if (At(Token::kMul) || At(Token::kLeftParen)) {
    field.type = Type();
  } else if (!FieldFromName(Name("a struct field"), field)) {
    return;
  }
  if (At(Token::kString)) {
    field.tag = scanner_.text();
    Next();
  }
  field.range.end = scanner_.previous_end();
  fields.push_back(field);
}

bool Parser::FieldFromName(Ident name, FieldDecl& field) {
  if (name.text.empty()) return false;
  switch (token()) {
    case Token::kPeriod:
    case Token::kString:
    case Token::kSemicolon:
    case Token::kRightBrace:
      field.type = TypeNameFrom(name);
      return true;
    case Token::kLeftBracket: {
      bool is_name = true;
      field.type = AfterNameAndBracket(name, is_name);
      if (is_name) field.names = Keep(llvm::ArrayRef<Ident>(name));
      return true;
    }
    default: {
      llvm::SmallVector<Ident, 4> names = {name};
      while (Accept(Token::kComma)) names.push_back(Name("a struct field"));
      field.names = Keep(names);
      field.type = Type();
      return true;
    }
  }
}

// InterfaceType = "interface" "{" { InterfaceElem ";" } "}" .
const Expr* Parser::InterfaceType() {
  uint32_t begin = offset();
  Next();
  InterfaceTypeExpr type{};
  type.open = offset();
  llvm::SmallVector<InterfaceElem, 8> elems;
  if (Expect(Token::kLeftBrace, "an interface type")) {
    while (!At(Token::kRightBrace) && !At(Token::kEof)) {
      uint32_t before = offset();
      Element(elems);
      if (Accept(Token::kSemicolon) || At(Token::kRightBrace)) continue;
      ErrorExpected(";", "an interface type");
      if (offset() == before) Next();
    }
  }
  type.close = offset();
  Expect(Token::kRightBrace, "an interface type");
  type.elems = Keep(elems);
  return Make(begin, type);
}

// InterfaceElem = MethodName Signature | TypeElem .
void Parser::Element(llvm::SmallVectorImpl<InterfaceElem>& elems) {
  InterfaceElem elem;
  elem.range.begin = offset();
  if (At(Token::kIdent)) {
    Ident name = Name("an interface type");
    if (At(Token::kLeftParen)) {
      elem.name = name;
      elem.signature = Signature();
    } else {
      elem.embedded = TypeElementFrom(TypeNameFrom(name));
    }
  } else {
    elem.embedded = TypeElement();
  }
  elem.range.end = scanner_.previous_end();
  elems.push_back(elem);
}

// TypeElem = TypeTerm { "|" TypeTerm } .
const Expr* Parser::TypeElement() {
  return TypeElementFrom(TypeTerm());
}

const Expr* Parser::TypeElementFrom(const Expr* first) {
  const Expr* left = first;
  for (int length = 0; At(Token::kOr); ++length) {
    if (length > kMaxChain) {
      Error("union has too many terms");
      return left;
    }
    Next();
    const Expr* right = TypeTerm();
    left = Make(first->range.begin, BinaryExpr{Token::kOr, left, right});
  }
  return left;
}

// TypeTerm = [ "~" ] Type .
const Expr* Parser::TypeTerm() {
  uint32_t begin = offset();
  if (!Accept(Token::kTilde)) return Type();
  const Expr* type = Type();
  return Make(begin, UnaryExpr{Token::kTilde, type});
}

}  // namespace instc::go
