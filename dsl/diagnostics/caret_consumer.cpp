// Excerpts look like this; the gutter is as wide as the largest line number of the diagnostic:
//
//   error[E0302]: redis.Options has no field or method `Address`
//     --> redis.hook:13:83
//      |
//   13 |   use db.client(ctx: ctx, peer: c.opt.Address)
//      |                                       ^^^^^^^ did you mean `Addr`?
//     --> options.go:40:6
//      |
//   40 | type Options struct {
//      |      ------- declared here
//      = help: ...
//
// Tabs are shown as four blanks, bytes that are not UTF-8 as '?', long lines are cut around the carets.
#include <algorithm>

#include "dsl/diagnostics/consumers.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Unicode.h"

namespace instc::diag {
namespace {

constexpr unsigned kTabWidth = 4;
constexpr uint32_t kExcerptBytes = 160;  // of one line: half of it before the carets at most

constexpr const char* kBold = "\033[1m";
constexpr const char* kRed = "\033[1;31m";
constexpr const char* kYellow = "\033[1;33m";
constexpr const char* kBlue = "\033[1;34m";
constexpr const char* kCyan = "\033[1;36m";
constexpr const char* kReset = "\033[0m";

// Text as shown and the columns it takes.
struct Shown {
  std::string text;
  unsigned width = 0;
};

void ShowCodePoint(llvm::StringRef bytes, Shown& shown) {
  if (bytes == "\t") {
    shown.text.append(kTabWidth, ' ');
    shown.width += kTabWidth;
    return;
  }
  int width = llvm::sys::unicode::columnWidthUTF8(bytes);
  if (width < 0) {  // a control character or no UTF-8
    shown.text += '?';
    shown.width += 1;
    return;
  }
  shown.text += bytes;
  shown.width += static_cast<unsigned>(width);
}

Shown Show(llvm::StringRef text) {
  Shown shown;
  while (!text.empty()) {
    size_t size = std::min<size_t>(llvm::getNumBytesForUTF8(static_cast<llvm::UTF8>(text[0])), text.size());
    const auto* begin = reinterpret_cast<const llvm::UTF8*>(text.begin());
    if (!llvm::isLegalUTF8Sequence(begin, begin + size)) size = 1;
    ShowCodePoint(text.take_front(size), shown);
    text = text.drop_front(size);
  }
  return shown;
}

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// The part of a line that is printed: [begin, end) of its bytes.
struct Window {
  uint32_t begin;
  uint32_t end;
};

Window ChooseWindow(llvm::StringRef line, uint32_t mark) {
  auto size = static_cast<uint32_t>(line.size());
  if (size <= kExcerptBytes) return {0, size};
  uint32_t begin = mark > kExcerptBytes / 2 ? mark - kExcerptBytes / 2 : 0;
  uint32_t end = std::min(size, begin + kExcerptBytes);
  while (begin > 0 && IsContinuation(line[begin])) --begin;
  while (end < size && IsContinuation(line[end])) ++end;
  return {begin, end};
}

class Printer {
 public:
  Printer(llvm::raw_ostream& out, bool color, unsigned gutter) : out_(out), color_(color), gutter_(gutter) {}

  void Heading(const Diagnostic& diagnostic);
  void Excerpt(Span span, llvm::StringRef label, char mark, const char* mark_color);
  void Trailer(llvm::StringRef kind, llvm::StringRef text);

 private:
  void Colored(const char* color, llvm::StringRef text) {
    if (color_) out_ << color;
    out_ << text;
    if (color_) out_ << kReset;
  }
  void Gutter(llvm::StringRef number) {
    Colored(kBlue, (std::string(gutter_ - number.size(), ' ') + number + " |").str());
  }

  llvm::raw_ostream& out_;
  bool color_;
  unsigned gutter_;
};

void Printer::Heading(const Diagnostic& diagnostic) {
  switch (diagnostic.severity) {
    case Severity::Error:
      Colored(kRed, "error[" + diagnostic.code + "]");
      break;
    case Severity::Warning:
      Colored(kYellow, "warning[" + diagnostic.code + "]");
      break;
    case Severity::Remark:
      Colored(kCyan, "remark[" + diagnostic.code + "]");
      break;
  }
  Colored(kBold, ": " + diagnostic.message);
  out_ << '\n';
}

void Printer::Excerpt(Span span, llvm::StringRef label, char mark, const char* mark_color) {
  LineColumn position = span.buffer->Position(span.begin);
  out_ << std::string(gutter_, ' ');
  Colored(kBlue, "--> ");
  out_ << span.buffer->name() << ':' << position.line << ':' << position.column << '\n';

  llvm::StringRef line = span.buffer->LineText(position.line);
  auto size = static_cast<uint32_t>(line.size());
  uint32_t line_start = span.buffer->LineStart(position.line);
  uint32_t begin = std::min(span.begin - line_start, size);
  uint32_t end = std::clamp(span.end - line_start, begin, size);
  Window window = ChooseWindow(line, begin);
  end = std::min(end, window.end);

  llvm::StringRef head = window.begin > 0 ? "..." : "";
  Gutter("");
  out_ << '\n';
  Gutter(std::to_string(position.line));
  out_ << ' ' << head << Show(line.slice(window.begin, window.end)).text;
  out_ << (window.end < size ? "...\n" : "\n");
  Gutter("");
  unsigned indent = Show(line.slice(window.begin, begin)).width + static_cast<unsigned>(head.size());
  unsigned marks = std::max(1U, Show(line.slice(begin, end)).width);
  out_ << std::string(indent + 1, ' ');
  Colored(mark_color, std::string(marks, mark) + (label.empty() ? "" : " ") + label.str());
  out_ << '\n';
}

void Printer::Trailer(llvm::StringRef kind, llvm::StringRef text) {
  out_ << std::string(gutter_ + 1, ' ');
  Colored(kBlue, "= ");
  Colored(kBold, kind);
  out_ << ": " << text << '\n';
}

unsigned GutterWidth(const Diagnostic& diagnostic) {
  unsigned line = diagnostic.span.Valid() ? diagnostic.span.buffer->LineOf(diagnostic.span.begin) : 1;
  for (const Note& note : diagnostic.notes) {
    if (note.span.Valid()) line = std::max(line, note.span.buffer->LineOf(note.span.begin));
  }
  return std::max<unsigned>(2, static_cast<unsigned>(std::to_string(line).size()));
}

}  // namespace

void CaretConsumer::Handle(Diagnostic diagnostic) {
  Printer printer(out_, color_, GutterWidth(diagnostic));
  printer.Heading(diagnostic);
  const char* color = diagnostic.severity == Severity::Error ? kRed : kYellow;
  if (diagnostic.span.Valid()) printer.Excerpt(diagnostic.span, diagnostic.label, '^', color);
  for (const Note& note : diagnostic.notes) {
    if (note.span.Valid()) printer.Excerpt(note.span, note.text, '-', kBlue);
  }
  for (const Note& note : diagnostic.notes) {
    if (!note.span.Valid()) printer.Trailer("note", note.text);
  }
  for (const std::string& help : diagnostic.helps) printer.Trailer("help", help);
  for (const Fix& fix : diagnostic.fixes) printer.Trailer("help", fix.text + " (fix available)");
}

}  // namespace instc::diag
