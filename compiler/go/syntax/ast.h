// The declarations of one Go file, as data.
//
// instc needs the outside of Go code: what is declared, with which types, and at which bytes. Function bodies
// stay byte ranges; only a few facts about them are kept (how many defers, where the braces are), because the
// backend decides by them how code may be injected. Everything is immutable after parsing, lives in the
// file's own arena, and refers to the text of the SourceBuffer that was parsed, which must outlive it.
//
// Types and expressions share one tree, as they do in Go's grammar: whether `T[x]` is an index or an instance
// is a question of types, not of syntax.
#ifndef INSTC_COMPILER_GO_SYNTAX_AST_H
#define INSTC_COMPILER_GO_SYNTAX_AST_H

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/go/syntax/token.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Allocator.h"

namespace instc {
class SourceBuffer;
}

namespace instc::go {

/// Half-open range of byte offsets in the file's text.
struct ByteRange {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool empty() const { return begin == end; }
};

/// A name where it stands. Empty text: a name was expected and is missing.
struct Ident {
  llvm::StringRef text;
  uint32_t offset = 0;
  uint32_t end() const { return offset + static_cast<uint32_t>(text.size()); }
  ByteRange range() const { return {offset, end()}; }
  bool blank() const { return text == "_"; }
};

/// A directive comment: `//go:nosplit`, `//export f`, `//acme:span`. `text` is what follows the two slashes.
struct Directive {
  llvm::StringRef text;
  uint32_t offset = 0;
};

struct Expr;

/// ParameterDecl = [ IdentifierList ] [ "..." ] Type . One group shares one type; no names: an unnamed
/// parameter.
struct ParamGroup {
  llvm::ArrayRef<Ident> names;
  const Expr* type = nullptr;  ///< element type when variadic
  bool variadic = false;
  ByteRange range;       ///< names and type
  ByteRange type_range;  ///< the type's text, "..." included
};

/// Parameters = "(" [ ParameterList ] ")" ; also type parameters in "[" "]" and a result without parentheses.
struct ParamList {
  enum class Form : uint8_t {
    kAbsent,         ///< nothing written: no results, no type parameters, no receiver
    kParenthesised,  ///< `open` and `close` are the offsets of the two parentheses (or brackets)
    kBare,           ///< one result type without parentheses; open = begin of the type, close = its end
  };
  Form form = Form::kAbsent;
  uint32_t open = 0;
  uint32_t close = 0;
  llvm::ArrayRef<ParamGroup> groups;
  bool named() const { return !groups.empty() && !groups.front().names.empty(); }
  bool present() const { return form != Form::kAbsent; }
  /// How many values the list stands for: `(a, b int, string)` is not Go; `(a, b int)` is 2, `(int, string)`
  /// is 2.
  size_t count() const;
};

/// Signature = Parameters [ Result ] . `type_params` only on function and type declarations.
struct FuncSignature {
  ParamList params;
  ParamList results;
};

/// FieldDecl = (IdentifierList Type | EmbeddedField) [ Tag ] .
struct FieldDecl {
  llvm::ArrayRef<Ident> names;  ///< empty when embedded
  const Expr* type = nullptr;
  llvm::StringRef tag;  ///< as written, quotes included; empty when there is none
  ByteRange range;
  bool embedded() const { return names.empty(); }
};

/// MethodElem or TypeElem of an interface.
struct InterfaceElem {
  Ident name;  ///< empty text: an embedded element
  FuncSignature signature;
  const Expr* embedded = nullptr;  ///< a type, `~T`, or a union `A | B` (Binary with kOr)
  ByteRange range;
};

struct KeyedElement {
  const Expr* key = nullptr;  ///< may be null
  const Expr* value = nullptr;
};

// ---- Expressions and types: one struct a production ----

/// Already reported; stands for anything.
struct BadExpr {};
/// OperandName or TypeName.
struct NameExpr {
  Ident name;
};
/// BasicLit.
struct LiteralExpr {
  Token kind;
  llvm::StringRef text;
};
struct ParenExpr {
  const Expr* inner;
};
/// Selector, or a qualified identifier.
struct SelectorExpr {
  const Expr* operand;
  Ident name;
};
/// Index, or instantiation of a generic type or function.
struct IndexExpr {
  const Expr* operand;
  llvm::ArrayRef<const Expr*> args;
};
struct SliceExpr {
  const Expr* operand;
};
struct AssertExpr {
  const Expr* operand;
  const Expr* type;
};
/// Call, or conversion.
struct CallExpr {
  const Expr* callee;
  llvm::ArrayRef<const Expr*> args;
  bool spread;
};
/// Dereference, or pointer type.
struct StarExpr {
  const Expr* operand;
};
struct UnaryExpr {
  Token op;
  const Expr* operand;
};
struct BinaryExpr {
  Token op;
  const Expr* left;
  const Expr* right;
};
struct FuncLitExpr {
  FuncSignature signature;
  ByteRange body;
};
/// CompositeLit. Elements are kept only where they decide a type, which is for `[...]T{}`; else they are
/// skipped.
struct CompositeExpr {
  const Expr* type;
  uint32_t open;
  uint32_t close;
  llvm::ArrayRef<KeyedElement> elements;
};
/// ArrayType or SliceType: no length and no ellipsis is a slice.
struct ArrayTypeExpr {
  const Expr* length;
  bool ellipsis;
  const Expr* element;
};
struct MapTypeExpr {
  const Expr* key;
  const Expr* value;
};
enum class ChanDirection : uint8_t { kBoth, kSend, kReceive };
struct ChanTypeExpr {
  ChanDirection direction;
  const Expr* element;
};
struct FuncTypeExpr {
  FuncSignature signature;
};
/// `open` and `close` are the offsets of the braces; hidden fields go before `close`.
struct StructTypeExpr {
  uint32_t open;
  uint32_t close;
  llvm::ArrayRef<FieldDecl> fields;
};
struct InterfaceTypeExpr {
  uint32_t open;
  uint32_t close;
  llvm::ArrayRef<InterfaceElem> elems;
};

using ExprNode =
    std::variant<BadExpr, NameExpr, LiteralExpr, ParenExpr, SelectorExpr, IndexExpr, SliceExpr, AssertExpr,
                 CallExpr, StarExpr, UnaryExpr, BinaryExpr, FuncLitExpr, CompositeExpr, ArrayTypeExpr,
                 MapTypeExpr, ChanTypeExpr, FuncTypeExpr, StructTypeExpr, InterfaceTypeExpr>;

struct Expr {
  ByteRange range;
  ExprNode node;
  template <typename T>
  const T* As() const {
    return std::get_if<T>(&node);
  }
};

/// Strips parentheses.
const Expr* Unparen(const Expr* expr);

// ---- Declarations ----

/// ImportSpec = [ "." | PackageName ] ImportPath .
struct ImportDecl {
  Ident name;        ///< empty text: none written; "." and "_" as they are
  std::string path;  ///< unquoted
  ByteRange path_range;
  ByteRange range;
};

/// ConstSpec or VarSpec. In a const group an empty spec repeats the type and values of the one before it: the
/// parser fills them in, so `iota` is the only thing that differs.
struct ValueDecl {
  bool is_const = false;
  llvm::ArrayRef<Ident> names;
  const Expr* type = nullptr;  ///< may be null
  llvm::ArrayRef<const Expr*> values;
  int iota = 0;
  bool implicit_repetition = false;
  ByteRange range;  ///< the spec, without the keyword
  llvm::ArrayRef<Directive> directives;
};

/// TypeDef = identifier [ TypeParameters ] Type ; AliasDecl = identifier [ TypeParameters ] "=" Type .
struct TypeDecl {
  Ident name;
  ParamList type_params;
  bool is_alias = false;
  const Expr* type = nullptr;
  ByteRange range;  ///< the spec, without the keyword
  llvm::ArrayRef<Directive> directives;
};

/// What is known of a function's body without parsing it. Counts exclude nested function literals.
struct FuncBody {
  uint32_t open = 0;   ///< offset of `{`
  uint32_t close = 0;  ///< offset of the matching `}`
  uint32_t defers = 0;
  uint32_t returns = 0;
  bool defer_in_loop = false;  ///< never false when one is; may be true for odd one-line loops
  bool has_goto = false;       ///< a backward goto makes a loop that the compiler sees and the count does not
};

/// FunctionDecl or MethodDecl.
struct FuncDecl {
  uint32_t func_offset = 0;  ///< of the keyword `func`
  Ident name;
  ParamList receiver;
  ParamList type_params;
  FuncSignature signature;
  std::optional<FuncBody> body;          ///< absent: implemented elsewhere
  uint32_t end = 0;                      ///< one past the last byte
  llvm::ArrayRef<Directive> directives;  ///< every directive since the declaration before
  bool is_method() const { return receiver.present(); }
  /// `T` of `(r *T)`, `(T)` or `(r *T[P])`; empty when malformed.
  llvm::StringRef receiver_type_name() const;
  bool receiver_is_pointer() const;
};

/// What a file says, wherever it lies. A copy shares its nodes.
struct FileContent {
  uint32_t package_offset = 0;  ///< of the keyword `package`
  Ident package_name;
  uint32_t package_end = 0;  ///< one past the package name: `;` or a newline follows
  uint32_t imports_end = 0;  ///< one past the last import declaration, or package_end
  std::vector<ImportDecl> imports;
  std::vector<ValueDecl> values;
  std::vector<TypeDecl> types;
  std::vector<FuncDecl> funcs;
  std::vector<Directive> directives;  ///< all of them, in order
  bool imports_c = false;
  bool has_line_directives = false;  ///< `//line` or `/*line` anywhere: cgo output, cover output, generators
  bool has_errors = false;
};

/// One parsed file. Move-only; owns its nodes, but for one whose content was taken from another: that one
/// must outlive it.
struct File : FileContent {
  const SourceBuffer* buffer = nullptr;

  const FuncDecl* FindFunc(llvm::StringRef receiver_type, llvm::StringRef name) const;
  const TypeDecl* FindType(llvm::StringRef name) const;

  std::unique_ptr<llvm::BumpPtrAllocator> arena = std::make_unique<llvm::BumpPtrAllocator>();
};

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_SYNTAX_AST_H
