// The formatter lays out tokens, it does not print the tree: so it cannot lose a comment or change the
// meaning, and what the author put on several lines stays on several lines. The tree tells where elements
// begin and what ambiguous tokens are (see Layout). The layout:
//
//   - two blanks a block; one element (declaration, statement, entry, field, step) a line, `;` dropped;
//   - a block that stood on one line stays there, its elements divided by "; ";
//   - a line break inside an element stays, and the line is indented by four;
//   - at most one blank line, none at the edges of a block; one blank around binary operators and `=`.
#include "dsl/format/format.h"

#include <algorithm>
#include <vector>

#include "dsl/base/check.h"
#include "dsl/format/layout.h"

namespace instc {
namespace {

constexpr unsigned kIndent = 2;
constexpr unsigned kContinuation = 4;

enum class Bracket { None, Paren, Square, Tight, Set, Block };

// A token or a comment, with what the source had before it.
struct Piece {
  bool comment = false;
  bool runs_to_line_end = false;  // a // comment
  bool newline_before = false;
  bool blank_before = false;
  bool element = false;
  bool prefix = false;
  Bracket opens = Bracket::None;
  Bracket closes = Bracket::None;
  size_t partner = 0;     // the other bracket
  bool one_line = false;  // of a Block's brackets
  bool tight = false;     // an opening bracket that clings to what precedes
  bool go_block = false;
  llvm::StringRef text;
};

class PieceReader {
 public:
  explicit PieceReader(const ast::File& file) : file_(file), layout_(LayoutOf(file)) {}

  std::vector<Piece> Read();

 private:
  void Add(Span span, const ast::Comment* comment);
  void ReadToken(Piece& piece, uint32_t offset);
  void Open(Piece& piece, Bracket bracket);
  void Close(Piece& piece);

  const ast::File& file_;
  Layout layout_;
  std::vector<Piece> pieces_;
  std::vector<size_t> open_;
  uint32_t last_end_ = 0;
};

std::vector<Piece> PieceReader::Read() {
  auto comment = file_.comments.begin();
  for (const ast::Token& token : file_.tokens) {
    for (; comment != file_.comments.end() && comment->span.begin < token.span.begin; ++comment) {
      Add(comment->span, &*comment);
    }
    bool in_block = open_.empty() || pieces_[open_.back()].opens == Bracket::Block;
    if (in_block && token.span.Text() == ";") continue;
    Add(token.span, nullptr);
    pieces_.back().go_block = token.kind == ast::Token::Kind::GoBlock;
  }
  for (; comment != file_.comments.end(); ++comment) Add(comment->span, &*comment);
  return std::move(pieces_);
}

void PieceReader::Add(Span span, const ast::Comment* comment) {
  Piece piece;
  llvm::StringRef gap = file_.buffer->text().slice(last_end_, span.begin);
  piece.newline_before = pieces_.empty() || gap.contains('\n');
  piece.blank_before = !pieces_.empty() && gap.count('\n') > 1;
  piece.text = span.Text();
  last_end_ = span.end;
  if (comment != nullptr) {
    piece.comment = true;
    piece.runs_to_line_end = comment->kind != ast::Comment::Kind::Block;
    if (piece.runs_to_line_end) piece.text = piece.text.rtrim();
    pieces_.push_back(piece);
    return;
  }
  ReadToken(piece, span.begin);
}

void PieceReader::ReadToken(Piece& piece, uint32_t offset) {
  bool in_block = open_.empty() || pieces_[open_.back()].opens == Bracket::Block;
  piece.element = in_block && layout_.elements.count(offset) != 0;
  piece.prefix = layout_.prefixes.count(offset) != 0;
  piece.tight = layout_.tight_parens.count(offset) != 0 || layout_.tight_brackets.count(offset) != 0 ||
                layout_.tight_braces.count(offset) != 0;
  if (piece.text == "(") return Open(piece, Bracket::Paren);
  if (piece.text == "[") return Open(piece, Bracket::Square);
  if (piece.text == "{") {
    bool set = layout_.set_braces.count(offset) != 0;
    return Open(piece, piece.tight ? Bracket::Tight : set ? Bracket::Set : Bracket::Block);
  }
  if (piece.text == ")" || piece.text == "]" || piece.text == "}") return Close(piece);
  pieces_.push_back(piece);
}

void PieceReader::Open(Piece& piece, Bracket bracket) {
  piece.opens = bracket;
  open_.push_back(pieces_.size());
  pieces_.push_back(piece);
}

void PieceReader::Close(Piece& piece) {
  INSTC_CHECK(!open_.empty(), "the formatter got a file with unbalanced brackets");
  Piece& opening = pieces_[open_.back()];
  piece.closes = opening.opens;
  piece.partner = open_.back();
  const char* from = opening.text.begin();
  llvm::StringRef inside(from, static_cast<size_t>(piece.text.begin() - from));
  piece.one_line = opening.one_line = !inside.contains('\n');
  opening.partner = pieces_.size();
  open_.pop_back();
  pieces_.push_back(piece);
}

class Printer {
 public:
  explicit Printer(std::vector<Piece> pieces) : pieces_(std::move(pieces)) {}

  std::string Print();

 private:
  enum class Gap { None, Space, TwoSpaces, Semicolon, Line, BlankLine };

  [[nodiscard]] Gap Before(size_t i) const;
  [[nodiscard]] Gap BeforeComment(size_t i) const;
  [[nodiscard]] Gap LineGap(size_t i) const;
  [[nodiscard]] bool Clings(size_t i) const;
  [[nodiscard]] bool ClingsToNext(const Piece& before, const Piece& piece) const;
  [[nodiscard]] bool ClingsToPrevious(const Piece& before, const Piece& piece) const;
  [[nodiscard]] unsigned Indentation(size_t i) const;
  // Is the piece, or what its comment stands above, at the beginning of an element or at a block's end?
  [[nodiscard]] bool AtElement(size_t i) const;
  [[nodiscard]] bool InSquare() const {
    return !open_.empty() && pieces_[open_.back()].opens == Bracket::Square;
  }
  [[nodiscard]] bool InOneLineBlock() const {
    return !open_.empty() && pieces_[open_.back()].opens == Bracket::Block && pieces_[open_.back()].one_line;
  }

  std::vector<Piece> pieces_;
  std::vector<size_t> open_;
  unsigned level_ = 0;
};

std::string Printer::Print() {
  std::string out;
  for (size_t i = 0; i < pieces_.size(); ++i) {
    const Piece& piece = pieces_[i];
    bool broken_block = !piece.one_line;
    if (piece.closes != Bracket::None) open_.pop_back();
    if (piece.closes == Bracket::Block && broken_block) --level_;
    Gap gap = i == 0 ? Gap::None : Before(i);
    switch (gap) {
      case Gap::None:
        break;
      case Gap::Space:
        out += ' ';
        break;
      case Gap::TwoSpaces:
        out += "  ";
        break;
      case Gap::Semicolon:
        out += "; ";
        break;
      case Gap::BlankLine:
        out += '\n';
        [[fallthrough]];
      case Gap::Line:
        out += '\n';
        out.append(Indentation(i), ' ');
        break;
    }
    // The Go inside is the author's; the blanks before its brace are ours.
    out += piece.go_block ? ("go " + piece.text.substr(piece.text.find('{'))).str() : piece.text.str();
    if (piece.opens != Bracket::None) open_.push_back(i);
    if (piece.opens == Bracket::Block && broken_block) ++level_;
  }
  if (!out.empty()) out += '\n';
  return out;
}

Printer::Gap Printer::LineGap(size_t i) const {
  bool after_brace = pieces_[i - 1].opens == Bracket::Block;
  bool at_end = pieces_[i].closes == Bracket::Block;
  return pieces_[i].blank_before && !after_brace && !at_end && AtElement(i) ? Gap::BlankLine : Gap::Line;
}

Printer::Gap Printer::BeforeComment(size_t i) const {
  const Piece& before = pieces_[i - 1];
  if (before.runs_to_line_end || pieces_[i].newline_before) return LineGap(i);
  if (pieces_[i].runs_to_line_end) return Gap::TwoSpaces;
  bool after_open = before.opens != Bracket::None && before.opens != Bracket::Block;
  return after_open ? Gap::None : Gap::Space;
}

Printer::Gap Printer::Before(size_t i) const {
  const Piece& piece = pieces_[i];
  const Piece& before = pieces_[i - 1];
  if (piece.comment) return BeforeComment(i);
  bool empty_block = piece.closes == Bracket::Block && piece.partner == i - 1;
  if (empty_block) return Gap::None;
  if (before.runs_to_line_end) return LineGap(i);
  bool leaves_block = piece.closes == Bracket::Block;
  bool one_line = leaves_block ? piece.one_line : InOneLineBlock();
  if (leaves_block) return one_line ? Gap::Space : Gap::Line;
  if (piece.element) {
    if (!one_line) return LineGap(i);
    return before.opens == Bracket::Block || before.comment ? Gap::Space : Gap::Semicolon;
  }
  if (piece.opens == Bracket::Block || piece.text == "else") return Gap::Space;
  if (piece.newline_before) return Gap::Line;
  return Clings(i) ? Gap::None : Gap::Space;
}

bool Printer::Clings(size_t i) const {
  const Piece& piece = pieces_[i];
  const Piece& before = pieces_[i - 1];
  if (before.comment) return piece.text == "," || piece.text == ")" || piece.text == "]";
  return ClingsToNext(before, piece) || ClingsToPrevious(before, piece);
}

bool Printer::ClingsToNext(const Piece& before, const Piece& piece) const {
  if (before.prefix) {
    // Apart, or the two would read as one operator.
    bool fuses = piece.prefix && (piece.text == before.text || (before.text == "&" && piece.text == "^"));
    return !fuses || piece.text == "*" || piece.text == "!";
  }
  if (before.text == ".") return true;
  if (before.opens != Bracket::None) return before.opens != Bracket::Block;
  if (before.text == ":") return InSquare();
  if (before.closes == Bracket::Square) {
    // The bracket of []T, [3]T and map[K]T; not of xs[i].
    bool of_map = before.partner > 0 && pieces_[before.partner - 1].text == "map";
    return of_map || !pieces_[before.partner].tight;
  }
  return false;
}

bool Printer::ClingsToPrevious(const Piece& before, const Piece& piece) const {
  if (piece.closes != Bracket::None || piece.tight) return true;
  if (piece.prefix) return false;
  if (piece.text == "...") return before.text != ",";
  static const char* const kAfter[] = {",", ";", ".", "?", ":", "<-"};
  return std::any_of(std::begin(kAfter), std::end(kAfter),
                     [&](llvm::StringRef text) { return piece.text == text; });
}

bool Printer::AtElement(size_t i) const {
  while (i < pieces_.size() && pieces_[i].comment) ++i;
  return i == pieces_.size() || pieces_[i].element || pieces_[i].closes == Bracket::Block;
}

unsigned Printer::Indentation(size_t i) const {
  unsigned block = level_ * kIndent;
  bool closes = pieces_[i].closes != Bracket::None;
  return AtElement(i) || closes ? block : block + kContinuation;
}

}  // namespace

std::string Format(const ast::File& file) {
  return Printer(PieceReader(file).Read()).Print();
}

}  // namespace instc
