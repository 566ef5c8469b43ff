#include "compiler/go/load/declaration_text.h"

#include <algorithm>
#include <set>
#include <vector>

#include "compiler/go/load/package_source.h"
#include "compiler/go/syntax/body_calls.h"
#include "compiler/go/syntax/parser.h"
#include "compiler/go/types/universe.h"
#include "dsl/base/overload.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::go {
namespace {

// What becomes blank, but for the calls in it that stay.
struct Blank {
  ByteRange range;
  std::vector<BodyCall> calls;
};

// The ranges of an initialiser that decide no type.
class Initialisers {
 public:
  explicit Initialisers(std::vector<Blank>& blank) : blank_(blank) {}

  // Depth is the parser's, which is bounded; only chains of binary operators are not, and they are walked in
  // a loop.
  void Walk(const Expr* expr) {
    while (expr != nullptr) expr = Step(*expr);
  }

 private:
  const Expr* Step(const Expr& expr) {
    return std::visit(
        Overload{
            [&](const BinaryExpr& e) {
              Walk(e.right);
              return e.left;
            },
            [&](const CallExpr& e) {
              for (const Expr* arg : e.args) Walk(arg);
              return e.callee;
            },
            [&](const FuncLitExpr& e) {
              blank_.push_back({{e.body.begin + 1, e.body.end - 1}, {}});
              return None();
            },
            [&](const CompositeExpr& e) {
              // The parser keeps the elements where they count.
              if (e.elements.empty()) blank_.push_back({{e.open + 1, e.close}, {}});
              return None();
            },
            [&](const ParenExpr& e) { return e.inner; }, [&](const SelectorExpr& e) { return e.operand; },
            [&](const IndexExpr& e) { return e.operand; }, [&](const SliceExpr& e) { return e.operand; },
            [&](const AssertExpr& e) { return e.operand; }, [&](const StarExpr& e) { return e.operand; },
            [&](const UnaryExpr& e) { return e.operand; },
            [](const auto&) { return None(); },  // names, literals, types
        },
        expr.node);
  }
  static const Expr* None() { return nullptr; }

  std::vector<Blank>& blank_;
};

/// Whether a call can be of use: on the receiver or a parameter, of a function of the package or of another
/// package of some module.
bool MayMatter(const BodyCall& call, const FuncDecl& func, const File& file) {
  const llvm::StringRef head = call.path.front().text;
  if (call.path.size() == 1) return head == "recover" || LookupUniverse(head) == nullptr;
  for (const ParamList* list : {&func.receiver, &func.signature.params})
    for (const ParamGroup& group : list->groups)
      if (llvm::any_of(group.names, [&](const Ident& name) { return name.text == head; })) return true;
  return call.path.size() == 2 && llvm::any_of(file.imports, [&](const ImportDecl& import) {
           const bool named = import.name.text.empty() ? llvm::StringRef(import.path).contains(head)
                                                       : import.name.text == head;
           return named && !IsStdImportPath(import.path);
         });
}

std::string Written(const BodyCall& call) {
  std::string text;
  for (const Ident& name : call.path) text += (text.empty() ? "" : ".") + name.text.str();
  return text + "();";
}

/// What a body calls, each once.
Blank BlankBody(const FuncDecl& func, const File& file, llvm::StringRef text) {
  Blank blank{{func.body->open + 1, func.body->close}, CallsInBody(text, *func.body)};
  std::set<std::string> known;
  llvm::erase_if(blank.calls, [&](const BodyCall& call) {
    return !MayMatter(call, func, file) || !known.insert(Written(call)).second;
  });
  return blank;
}

std::vector<Blank> BlankRanges(const File& file, llvm::StringRef text) {
  std::vector<Blank> blank;
  for (const FuncDecl& func : file.funcs)
    if (func.body.has_value()) blank.push_back(BlankBody(func, file, text));
  Initialisers initialisers(blank);
  for (const ValueDecl& value : file.values)
    for (const Expr* expr : value.values) initialisers.Walk(expr);
  std::sort(blank.begin(), blank.end(),
            [](const Blank& a, const Blank& b) { return a.range.begin < b.range.begin; });
  return blank;
}

/// Whether a byte opens neither a literal nor a comment.
bool IsPlain(char c) {
  return c != '"' && c != '\'' && c != '`' && c != '/';
}

class Reducer {
 public:
  Reducer(llvm::StringRef text, const File& file)
      : text_(text), file_(file), blank_(BlankRanges(file, text)) {}

  std::string Run() {
    out_.reserve(text_.size() / 2);
    while (at_ < text_.size()) {
      if (next_blank_ < blank_.size() && at_ >= blank_[next_blank_].range.begin) {
        SkipBlank(blank_[next_blank_++]);
        continue;
      }
      switch (text_[at_]) {
        case '"':
        case '\'':
          Keep(QuotedEnd(text_[at_]));
          break;
        case '`':
          Keep(std::min(text_.find('`', at_ + 1), text_.size() - 1) + 1);
          break;
        case '/':
          Slash();
          break;
        default:
          Keep(PlainEnd());
      }
    }
    return std::move(out_);
  }

 private:
  void Keep(size_t end) {
    out_ += text_.slice(at_, end);
    at_ = end;
  }

  // Up to what may have to be looked at.
  size_t PlainEnd() const {
    const size_t stop = next_blank_ < blank_.size() ? blank_[next_blank_].range.begin : text_.size();
    size_t end = at_ + 1;
    while (end < stop && IsPlain(text_[end])) ++end;
    return end;
  }

  // A range that repeats in another one (the values of a const group) lies behind us already.
  void SkipBlank(const Blank& blank) {
    for (const BodyCall& call : blank.calls) {
      SkipTo(call.path.front().offset);
      out_ += Written(call);
    }
    SkipTo(blank.range.end);
  }

  void SkipTo(size_t end) {
    if (end <= at_) return;
    out_.append(text_.slice(at_, end).count('\n'), '\n');
    at_ = end;
  }

  size_t QuotedEnd(char quote) const {
    size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    return std::min(end + 1, text_.size());
  }

  void Slash() {
    const llvm::StringRef rest = text_.substr(at_);
    if (rest.startswith("//")) {
      const size_t end = std::min(text_.find('\n', at_), text_.size());
      if (Matters(rest))
        Keep(end);
      else
        at_ = end;
    } else if (rest.startswith("/*")) {
      const size_t close = text_.find("*/", at_ + 2);
      const size_t end = close == llvm::StringRef::npos ? text_.size() : close + 2;
      if (rest.startswith("/*line "))
        Keep(end);
      else
        BlankComment(end);
    } else {
      out_ += text_[at_++];
    }
  }

  // Directives, and constraints of the older form.
  bool Matters(llvm::StringRef comment) {
    while (next_directive_ < file_.directives.size() && file_.directives[next_directive_].offset < at_)
      ++next_directive_;
    if (next_directive_ < file_.directives.size() && file_.directives[next_directive_].offset == at_)
      return true;
    if (comment.startswith("//line ")) return true;
    return at_ < file_.package_offset && comment.drop_front(2).ltrim(" \t").startswith("+build");
  }

  // What follows on the last line keeps its column.
  void BlankComment(size_t end) {
    const llvm::StringRef comment = text_.slice(at_, end);
    const size_t lines = comment.count('\n');
    out_.append(lines, '\n');
    for (char c : lines == 0 ? comment : comment.substr(comment.rfind('\n') + 1))
      if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) out_ += ' ';
    at_ = end;
  }

  llvm::StringRef text_;
  const File& file_;
  std::vector<Blank> blank_;
  size_t next_blank_ = 0;
  size_t next_directive_ = 0;
  size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string DeclarationText(llvm::StringRef text) {
  const File file = ParseText(text, [](uint32_t, uint32_t, llvm::StringRef) {});
  if (file.has_errors) return text.str();
  return Reducer(text, file).Run();
}

}  // namespace instc::go
