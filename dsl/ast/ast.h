// The syntax tree of one .hook file.
//
// Plain structs; every category (declaration, statement, expression, type) is a struct with span, id and a
// closed std::variant `node`, to be visited with Overload and without a catch-all. Parents own children
// (unique_ptr and vector). The tree is immutable after parsing: facts about a node live in side tables keyed
// by NodeId. The comment of each node is its production in language.md; "absent" says what an empty field
// means.
//
// Parsing never fails, so a tree may hold BadExpr, BadType, BadStmt and empty names; the parser has then
// reported an error, and later phases stay silent about them.
#ifndef INSTC_DSL_AST_AST_H
#define INSTC_DSL_AST_AST_H

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dsl/source/source_buffer.h"

namespace instc::ast {

// Unique within one File, and across files when Parse is given the previous file's `end_id`. 0 is no node.
using NodeId = uint32_t;

struct Expr;
struct Type;
struct Stmt;
struct Decl;
using ExprPtr = std::unique_ptr<Expr>;
using TypePtr = std::unique_ptr<Type>;
using StmtPtr = std::unique_ptr<Stmt>;
using DeclPtr = std::unique_ptr<Decl>;

// ----------------------------------------------------------------------------------------------------------
// names

// ident. An empty text stands for a name that is missing (reported) or, where the field says so, absent.
struct Name {
  Span span;
  std::string text;

  [[nodiscard]] bool Present() const { return !text.empty(); }
};

// qname : ident ('.' ident)*
struct QName {
  Span span;
  std::vector<Name> parts;

  // "db.client"
  [[nodiscard]] std::string Text() const;
  [[nodiscard]] bool Present() const { return !parts.empty(); }
};

// STRING with its decoded value.
struct StringLit {
  Span span;
  std::string value;
};

// SEMVER as written, e.g. "v1.44.0".
struct SemVer {
  Span span;
  std::string text;
};

// ------------------------------------------------------------------------------------------------------
// operators

enum class BinaryOp {
  Mul,
  Div,
  Rem,
  Shl,
  Shr,
  And,
  AndNot,  // * / % << >> & &^   precedence 5
  Add,
  Sub,
  Or,
  Xor,  // + - | ^            precedence 4
  Eq,
  Ne,
  Lt,
  Le,
  Gt,
  Ge,          // == != < <= > >=    precedence 3
  LogicalAnd,  // &&                 precedence 2
  LogicalOr    // ||                 precedence 1
};
enum class UnaryOp { Plus, Neg, Not, Complement, Deref, AddressOf };  // + - ! ^ * &

[[nodiscard]] llvm::StringRef Spelling(BinaryOp op);
[[nodiscard]] llvm::StringRef Spelling(UnaryOp op);
// 1 (||) to 5 (*).
[[nodiscard]] int Precedence(BinaryOp op);

// ----------------------------------------------------------------------------------------------------------
// types

// param in a func type : ident? '...'? type
struct FuncTypeParam {
  Name name;  // absent: unnamed
  bool variadic = false;
  TypePtr type;
};

struct BadType {};
// ident ('.' ident)? ('[' type (',' type)* ']')?
struct NamedType {
  Name package;  // absent: the target package's scope
  Name name;
  std::vector<TypePtr> args;
};
// '*' type
struct PointerType {
  TypePtr element;
};
// '[' ']' type
struct SliceType {
  TypePtr element;
};
// '[' INT ']' type
struct ArrayType {
  std::string length;  // the literal as written
  TypePtr element;
};
// 'map' '[' type ']' type
struct MapType {
  TypePtr key;
  TypePtr value;
};
// 'chan' type | '<-' 'chan' type | 'chan' '<-' type
struct ChanType {
  enum class Direction { Both, Receive, Send };
  Direction direction = Direction::Both;
  TypePtr element;
};
// 'func' params (params | type)?
struct FuncType {
  std::vector<FuncTypeParam> params;
  std::vector<FuncTypeParam> results;
};
// 'interface' '{' '}'
struct EmptyInterfaceType {};

struct Type {
  Span span;
  NodeId id = 0;
  std::variant<BadType, NamedType, PointerType, SliceType, ArrayType, MapType, ChanType, FuncType,
               EmptyInterfaceType>
      node;
};

// ----------------------------------------------------------------------------------------------------
// expressions

struct BadExpr {};
// ident
struct Ident {
  std::string name;
};
// INT | FLOAT | STRING | RAW | RUNE | SEMVER
struct BasicLit {
  enum class Kind { Int, Float, String, RawString, Rune, SemVer };
  Kind kind = Kind::Int;
  std::string text;  // as written, quotes included
  // Decoded. Int: a value that fits 64 bits, else absent. Float: the nearest double. String, RawString:
  // `string`. Rune: the code point in `integer`. SemVer: `string` is the text.
  std::optional<uint64_t> integer;
  double real = 0;
  std::string string;
};
// primary '.' ident
struct Selector {
  ExprPtr operand;
  Name name;
};
// primary '.' '(' type ')'
struct TypeAssert {
  ExprPtr operand;
  TypePtr type;
};
// primary '(' (arg (',' arg)* '...'? ','?)? ')'
// An argument that is a type (make([]T, n)) is a TypeExpr.
struct Call {
  ExprPtr callee;
  std::vector<ExprPtr> args;
  bool spread = false;  // the last argument is followed by '...'
};
// primary '[' arg (',' arg)* ','? ']'
// x[i] or F[T]: which one it is, is settled by the checker. A written type that is no expression is a
// TypeExpr;
// `*pool.X` arrives as Unary{Deref}.
struct Index {
  ExprPtr operand;
  std::vector<ExprPtr> indices;
};
// primary '[' expr? ':' expr? ']'
struct Slice {
  ExprPtr operand;
  ExprPtr low;   // null: absent
  ExprPtr high;  // null: absent
};
// ('+' | '-' | '!' | '^' | '*' | '&') expr
struct Unary {
  UnaryOp op = UnaryOp::Plus;
  ExprPtr operand;
};
// expr op expr, with Go's five precedence levels
struct Binary {
  BinaryOp op = BinaryOp::Add;
  Span op_span;
  ExprPtr left;
  ExprPtr right;
};
// '(' elem ')'
struct Paren {
  ExprPtr inner;
};
// kv : (elem ':')? elem
struct KeyValue {
  Span span;
  ExprPtr key;  // null: absent
  ExprPtr value;
};
// T '{' (kv (',' kv)* ','?)? '}'   with T a name, pkg.name, F[T], '[]' or map type; &T{...} is
// Unary{AddressOf}
struct CompositeLit {
  TypePtr type;  // null: elided, inside another composite literal
  std::vector<KeyValue> elements;
};
// ('[' ']' type | 'map' '[' type ']' type) '(' expr ')'   conversions to named types are Calls
struct Conversion {
  TypePtr type;
  ExprPtr operand;
};
// A type where an expression stands: in F[T] and in call arguments.
struct TypeExpr {
  TypePtr type;
};

struct Expr {
  Span span;
  NodeId id = 0;
  std::variant<BadExpr, Ident, BasicLit, Selector, TypeAssert, Call, Index, Slice, Unary, Binary, Paren,
               CompositeLit, Conversion, TypeExpr>
      node;
};

// ----------------------------------------------------------------------------------------------- shared
// fragments

// param : '...' | ident ('...'? type)?
struct Param {
  Span span;
  NodeId id = 0;
  bool ellipsis = false;  // the bare '...': any further parameters
  Name name;              // "_" is a name too
  bool variadic = false;  // name '...' type
  TypePtr type;           // null: taken from the API
};

// '(' (param (',' param)*)? ')'
struct Params {
  Span span;
  std::vector<Param> params;
};

// typeSet : ident | '{' ident (',' ident)* '}'       nameSet : typeSet | STRING
struct NameSet {
  Span span;
  std::vector<Name> names;
  std::optional<StringLit> glob;  // nameSet only: a pattern over names; `names` is then empty
};

// cmp SEMVER
struct VersionBound {
  Span span;
  BinaryOp op = BinaryOp::Ge;  // one of the comparisons
  SemVer version;
};
// range : cmp SEMVER (',' cmp SEMVER)*
struct VersionRange {
  Span span;
  std::vector<VersionBound> bounds;  // all must hold; empty: every version
};

// labels : 'is' ident (',' ident)*
struct Labels {
  Span span;
  std::vector<Name> names;  // empty: absent
};

// block : '{' (stmt ';'?)* '}'
struct Block {
  Span span;  // braces included
  std::vector<StmtPtr> stmts;
};

// attrName : ident ('.' ident)+ ('[' expr ']')?
struct AttrName {
  Span span;
  NodeId id = 0;
  QName name;
  ExprPtr index;  // null: absent
};
// attrEntry : attrName (',' attrName)* '=' expr guard?
struct AttrEntry {
  std::vector<AttrName> names;  // several: the expression has as many values
  ExprPtr value;
  ExprPtr guard;  // null: always
};
// attrBlock : '{' ((attrEntry | stmt) ';'?)* '}'
// Entries and statements stay in source order: an entry is a Stmt whose node is AttrStmt with `bare` set.
struct AttrBlock {
  Span span;
  std::vector<StmtPtr> stmts;
};

// ident ':' expr   of args
struct NamedArg {
  Span span;
  NodeId id = 0;
  Name name;
  ExprPtr value;
};

enum class SpanKind { Client, Server, Producer, Consumer, Internal };
[[nodiscard]] llvm::StringRef Spelling(SpanKind kind);
enum class StatusCode { Ok, Error, Unset };
[[nodiscard]] llvm::StringRef Spelling(StatusCode code);

// -----------------------------------------------------------------------------------------------------
// statements

struct BadStmt {};
// 'skip' 'when' expr
struct SkipStmt {
  ExprPtr condition;
};
// 'let' ident (',' ident)* '=' expr
struct LetStmt {
  std::vector<Name> names;
  ExprPtr value;
};
// 'set' exprs '=' exprs
struct SetStmt {
  std::vector<ExprPtr> targets;
  std::vector<ExprPtr> values;
};
// ('append' | 'prepend') expr '=' exprs
struct ExtendStmt {
  bool prepend = false;
  ExprPtr target;
  std::vector<ExprPtr> values;
};
// 'call' expr
struct CallStmt {
  ExprPtr call;
};
// 'span' kind expr spanClause* attrBlock?
// spanClause : 'in' expr | 'from' expr | 'began' expr | 'ended' expr | 'as' ident | 'detached' ('by' expr)?
// The parser reports a repeated clause and keeps the first.
struct SpanStmt {
  SpanKind kind = SpanKind::Internal;
  Span kind_span;
  ExprPtr name;
  ExprPtr in;     // null: absent
  ExprPtr from;   // null: absent
  ExprPtr began;  // null: absent
  ExprPtr ended;  // null: absent
  Name as;        // absent: unnamed
  bool detached = false;
  ExprPtr detached_by;  // null: absent
  std::optional<AttrBlock> block;
};
// 'attr' attrEntry, or the entry alone in an attrBlock
struct AttrStmt {
  bool bare = false;  // without the word `attr`
  AttrEntry entry;
};
// 'rename' expr guard?
struct RenameStmt {
  ExprPtr name;
  ExprPtr guard;  // null: always
};
// 'exit' ('panic' ident)? guard? block
struct ExitStmt {
  Name panic;     // absent: runs on return
  ExprPtr guard;  // null: always
  Block body;
};
// 'error' expr ('unless' expr)? guard?
struct ErrorStmt {
  ExprPtr error;
  ExprPtr unless;  // null: absent
  ExprPtr guard;   // null: always
};
// 'status' ('ok' | 'unset' | 'error' ('(' expr ')')?) guard?
struct StatusStmt {
  StatusCode code = StatusCode::Unset;
  ExprPtr description;  // null: absent
  ExprPtr guard;        // null: always
};
// 'event' expr attrBlock? guard?
struct EventStmt {
  ExprPtr name;
  std::optional<AttrBlock> block;
  ExprPtr guard;  // null: always
};
// 'link' expr guard?
struct LinkStmt {
  ExprPtr context;
  ExprPtr guard;  // null: always
};
// 'inject' expr ('as' qname)?
struct InjectStmt {
  ExprPtr target;
  QName carrier;  // absent: picked from the type
};
// 'metric' qname (('=' | '+=' | '-=') expr)? attrBlock? guard?
struct MetricStmt {
  enum class Op { Duration, Set, Add, Sub };  // Duration: no operator, seconds since enter
  QName name;
  Op op = Op::Duration;
  ExprPtr value;  // null with Duration
  std::optional<AttrBlock> block;
  ExprPtr guard;  // null: always
};
// 'observe' qname '=' expr attrBlock? ('until' '(' ident '*'? ident ')' ident)?
struct ObserveStmt {
  struct Until {
    Span span;
    Name receiver;
    bool pointer = false;
    Name type;
    Name method;
  };
  QName name;
  ExprPtr value;
  std::optional<AttrBlock> block;
  std::optional<Until> until;
};
// 'log' expr ('severity' expr ('as' expr)?)? ('in' expr)? ('at' expr)? ('with' expr)? attrBlock? guard?
struct LogStmt {
  ExprPtr body;
  ExprPtr severity;       // null: not known
  ExprPtr severity_text;  // null: none
  ExprPtr in;             // null: the current span
  ExprPtr at;             // null: now
  ExprPtr fields;         // null: none
  std::optional<AttrBlock> block;
  ExprPtr guard;  // null: always
};
// 'stamp' '(' ident ',' ident ')' ('from' expr)? ('unless' expr)? block
struct StampStmt {
  Name key;
  Name value;
  ExprPtr from;    // null: the current span
  ExprPtr unless;  // null: absent
  Block body;
};
// 'enrich' ('root' | 'server' | 'current') ('in' expr)? attrBlock
struct EnrichStmt {
  enum class Which { Root, Server, Current };
  Which which = Which::Current;
  ExprPtr in;  // null: absent
  AttrBlock block;
};
// 'resume' ('in' | 'by') expr ('as' ident)? block
struct ResumeStmt {
  bool by_key = false;  // `by`
  ExprPtr where;
  Name as;  // absent: the one without a name
  Block body;
};
// 'end' ('at' expr)?
struct EndStmt {
  ExprPtr at;  // null: now
};
// 'wrap' expr '?'? ('as' params params? block | 'with' ident '(' args? ')')
struct WrapStmt {
  struct As {
    Params params;
    std::optional<Params> results;
    Block body;
  };
  struct With {
    Name object;
    std::vector<NamedArg> args;
  };
  ExprPtr target;
  bool maybe = false;  // `?`: it may be nil
  std::variant<As, With> how;
};
// 'use' qname '(' args? ')' attrBlock?
struct UseStmt {
  QName name;
  Span args_span;  // parentheses included
  std::vector<NamedArg> args;
  std::optional<AttrBlock> block;
};
// 'for' ident (',' ident)? 'in' expr block
struct ForStmt {
  Name key;
  Name value;  // absent: only the key (index) is named
  ExprPtr range;
  Block body;
};
// 'if' expr block ('else' (block | ifStmt))?
struct IfStmt {
  ExprPtr condition;
  Block then;
  std::optional<Block> else_block;
  StmtPtr else_if;  // null: absent; else an IfStmt
};
// 'once' 'per' expr block
struct OnceStmt {
  ExprPtr per;
  Block body;
};
// 'suppress' qname ('in' expr)?
struct SuppressStmt {
  QName what;
  ExprPtr in;  // null: absent
};
// 'bind' expr ('in' expr)?
struct BindStmt {
  ExprPtr target;
  ExprPtr in;  // null: absent
};
// 'unbind'
struct UnbindStmt {};
// 'bypass' '(' exprs? ')'
struct BypassStmt {
  std::vector<ExprPtr> results;
};
// GOBLOCK : 'go' '{' balanced Go text '}'
struct GoStmt {
  Span text_span;    // between the braces
  std::string text;  // the same bytes
};

struct Stmt {
  Span span;
  NodeId id = 0;
  std::variant<BadStmt, SkipStmt, LetStmt, SetStmt, ExtendStmt, CallStmt, SpanStmt, AttrStmt, RenameStmt,
               ExitStmt, ErrorStmt, StatusStmt, EventStmt, LinkStmt, InjectStmt, MetricStmt, ObserveStmt,
               LogStmt, StampStmt, EnrichStmt, ResumeStmt, EndStmt, WrapStmt, UseStmt, ForStmt, IfStmt,
               OnceStmt, SuppressStmt, BindStmt, UnbindStmt, BypassStmt, GoStmt>
      node;
};

// ---------------------------------------------------------------------------------------------------- join
// points

// ('(' ident '*'? typeSet ')')?
struct Receiver {
  Span span;
  Name name;
  bool pointer = false;
  NameSet types;
};
// ('(' ident '*'? typeSet ')')? nameSet params params?      the body of a function or method
struct ExecutionPoint {
  std::optional<Receiver> receiver;  // absent: a function
  NameSet names;
  Params params;
  std::optional<Params> results;
};
// 'call' qname params params?      the call sites of a function
struct CallPoint {
  QName callee;
  Params params;
  std::optional<Params> results;
};
// 'directive' STRING (params params?)?      functions under a //directive comment
struct DirectivePoint {
  StringLit directive;
  Params params;  // empty span: not written
  std::optional<Params> results;
};

struct JoinPoint {
  Span span;
  NodeId id = 0;
  std::variant<ExecutionPoint, CallPoint, DirectivePoint> node;
};

// ---------------------------------------------------------------------------------------------------
// declarations

struct BadDecl {};
// 'plugin' qname STRING?
struct PluginDecl {
  QName name;
  std::optional<StringLit> summary;
};
// 'library' 'std'? STRING range? ('as' ident)?
struct LibraryDecl {
  bool std = false;
  StringLit path;
  VersionRange range;  // no bounds: every version
  Name as;             // absent: `lib`
};
// 'semconv' SEMVER
struct SemconvDecl {
  SemVer version;
};
// 'require' ('go' | ident) range?
struct RequireDecl {
  Name what;
  VersionRange range;
};
// 'yields' 'to' STRING (',' STRING)*
struct YieldsDecl {
  std::vector<StringLit> to;  // import paths
};
// 'import' ident? STRING
struct ImportDecl {
  Name alias;  // absent: the package's own name
  StringLit path;
};
// 'option' ident type '=' expr STRING?
struct OptionDecl {
  Name name;
  TypePtr type;
  ExprPtr value;
  std::optional<StringLit> summary;
};
// 'attribute' qname type labels? STRING?
struct AttributeDecl {
  QName name;
  TypePtr type;
  Labels labels;
  std::optional<StringLit> summary;
};
// 'instrument' qname ('histogram' | 'counter' | 'updown' | 'gauge') ('unit' STRING)? ('by' '(' qname (','
// qname)* ')')? STRING?
struct InstrumentDecl {
  enum class Kind { Histogram, Counter, UpDown, Gauge };
  QName name;
  Kind kind = Kind::Histogram;
  std::optional<StringLit> unit;
  std::vector<QName> by;  // empty: no attributes
  std::optional<StringLit> summary;
};
[[nodiscard]] llvm::StringRef Spelling(InstrumentDecl::Kind kind);
// 'fact' 'param'? STRING ('.' ident)+ labels
struct FactDecl {
  bool param = false;
  StringLit package;
  std::vector<Name> path;
  Labels labels;
};
// 'extern' 'func' ident params params? 'from' STRING labels?
struct ExternDecl {
  Name name;
  Params params;
  std::optional<Params> results;
  StringLit from;
  Labels labels;
};
// 'context' 'of' type '{' 'get' expr ('put' expr ('=' expr)?)? '}'
struct ContextDecl {
  TypePtr type;
  ExprPtr get;
  ExprPtr put;        // null: read-only
  ExprPtr put_value;  // null: `put` is a call that stores; else `put = put_value`
};
// 'carrier' qname 'for' type '{' 'get' '(' ident ')' expr 'set' '(' ident ',' ident ')' block 'keys' expr '}'
struct CarrierDecl {
  QName name;
  TypePtr type;
  Name get_key;
  ExprPtr get;
  Name set_key;
  Name set_value;
  Block set;
};
// 'in' STRING ('where' expr)? '{' (DOC* decl)* '}'
struct InDecl {
  StringLit package;
  ExprPtr where;               // may be null
  std::vector<DeclPtr> decls;  // template, field, object and rule only
};

// tparam : '&'? ident type ('=' expr)? '?'?
struct TemplateParam {
  Span span;
  NodeId id = 0;
  bool by_reference = false;
  Name name;
  TypePtr type;
  ExprPtr value;  // null: no default
  bool optional = false;
};
// 'template' qname '(' tparams? (';' tparams?)? ')' block
struct TemplateDecl {
  QName name;
  std::vector<TemplateParam> params;       // evaluated at enter
  std::vector<TemplateParam> exit_params;  // after ';': evaluated at exit
  Block body;
};
// 'field' typeSet '{' (ident type)+ '}'
struct FieldDecl {
  struct Field {
    Span span;
    NodeId id = 0;
    Name name;
    TypePtr type;
  };
  NameSet types;
  std::vector<Field> fields;
};
// 'object' ident ('wraps' | 'implements') type ('keeps' type (',' type)*)?
// '{' (ident type ('=' expr)?)* ('on' ident params params? block)* '}'
struct ObjectDecl {
  struct Field {
    Span span;
    NodeId id = 0;
    Name name;
    TypePtr type;
    ExprPtr value;  // null: zero value
  };
  struct Method {
    Span span;
    NodeId id = 0;
    Name name;
    Params params;
    std::optional<Params> results;
    Block body;
  };
  Name name;
  bool wraps = false;  // else implements
  TypePtr type;
  std::vector<TypePtr> keeps;
  std::vector<Field> fields;
  std::vector<Method> methods;
};
// ruleDecl : ident? 'on' joinpoint ('where' expr)? ('order' ('before' | 'after') qname)? block
struct RuleDecl {
  enum class Order { None, Before, After };
  Name name;  // absent: anonymous
  JoinPoint join_point;
  ExprPtr where;  // null: everywhere
  Order order = Order::None;
  QName order_of;  // absent with Order::None
  Block body;
};

// attrName ('==' expr)? | 'no' attrName | 'status' code | 'parent' expr | 'severity' expr
struct ExpectAttr {
  bool no = false;
  AttrName name;
  ExprPtr value;  // null: present with any value (or, with `no`, absent)
};
struct ExpectStatus {
  StatusCode code = StatusCode::Unset;
};
struct ExpectParent {
  ExprPtr parent;
};
struct ExpectSeverity {
  ExprPtr severity;
};
struct Expectation {
  Span span;
  NodeId id = 0;
  std::variant<ExpectAttr, ExpectStatus, ExpectParent, ExpectSeverity> node;
};
// expects : '{' (... ';'?)* '}'
struct Expects {
  Span span;
  std::vector<Expectation> list;
};

struct BadStep {};
// 'given' expr '=' expr (',' expr)*
struct GivenStep {
  ExprPtr leaf;
  std::vector<ExprPtr> values;  // several: the results of a call
};
// 'return' expr '=' expr (',' expr '=' expr)*
struct ReturnStep {
  struct Result {
    ExprPtr leaf;
    ExprPtr value;
  };
  std::vector<Result> results;
};
// 'panic' expr
struct PanicStep {
  ExprPtr value;
};
// 'call' expr '{' testStep* '}'
struct CallStep {
  ExprPtr callee;
  std::vector<struct TestStep> steps;
};
// 'expect' 'no' 'span'
struct ExpectNoSpanStep {};
// 'expect' 'span' kind expr expects?
struct ExpectSpanStep {
  SpanKind kind = SpanKind::Internal;
  ExprPtr name;
  std::optional<Expects> expects;
};
// 'expect' 'metric' qname expects?
struct ExpectMetricStep {
  QName name;
  std::optional<Expects> expects;
};
// 'expect' 'log' expr expects?
struct ExpectLogStep {
  ExprPtr body;
  std::optional<Expects> expects;
};
// 'expect' 'carrier' expr
struct ExpectCarrierStep {
  ExprPtr carrier;
};
// 'expect' 'skip'
struct ExpectSkipStep {};
// 'expect' expr
struct ExpectExprStep {
  ExprPtr condition;
};
struct TestStep {
  Span span;
  NodeId id = 0;
  std::variant<BadStep, GivenStep, ReturnStep, PanicStep, CallStep, ExpectNoSpanStep, ExpectSpanStep,
               ExpectMetricStep, ExpectLogStep, ExpectCarrierStep, ExpectSkipStep, ExpectExprStep>
      node;
};
// testDecl : 'test' STRING ('for' ident)? ('where' expr)? '{' testStep* '}'
struct TestDecl {
  StringLit name;
  Name rule;      // absent: the file's only rule
  ExprPtr where;  // versions; null: all
  std::vector<TestStep> steps;
};

// item : DOC* (...)
struct Decl {
  Span span;
  NodeId id = 0;
  std::vector<std::string> doc;  // the /// lines above, without the slashes and one following blank
  std::variant<BadDecl, PluginDecl, LibraryDecl, SemconvDecl, RequireDecl, YieldsDecl, ImportDecl, OptionDecl,
               AttributeDecl, InstrumentDecl, FactDecl, ExternDecl, ContextDecl, CarrierDecl, InDecl,
               TemplateDecl, FieldDecl, ObjectDecl, RuleDecl, TestDecl>
      node;
};

// -----------------------------------------------------------------------------------------------------------
// file

// Any comment, doc comments included, in source order: for the formatter.
struct Comment {
  enum class Kind { Line, Doc, Block };
  Kind kind = Kind::Line;
  Span span;  // without the line end
};

// Every token but comments, in source order: for the formatter.
struct Token {
  enum class Kind { Word, Literal, Punctuation, GoBlock };  // GoBlock: `go { ... }` as one
  Kind kind = Kind::Word;
  Span span;
};

// file : item* EOF
struct File {
  const SourceBuffer* buffer = nullptr;
  std::vector<DeclPtr> decls;
  std::vector<Comment> comments;
  std::vector<Token> tokens;
  NodeId end_id = 1;  // one past the last NodeId of this file
};

}  // namespace instc::ast

#endif  // INSTC_DSL_AST_AST_H
