// Scanner::SkipBraces: over a body or a literal at memory speed.
//
// Only what can hide a brace is understood (strings, runes, comments), plus five words that the facts about a
// function body need. Whether a brace opens a loop or a function literal is decided by the word before it in
// the same bracket level: `for` and `func` leave a mark on their level, the next brace there takes it.
// Composite literals in a loop header
// (`for range []int{1} {`) are told from the loop's body by what follows their closing brace.
#include <array>

#include "compiler/go/syntax/scanner.h"
#include "llvm/ADT/SmallVector.h"

namespace instc::go {
namespace {

constexpr size_t kMaxNesting = 10000;

enum class ByteClass : uint8_t { kOther, kName, kDigit, kQuote, kRaw, kSlash, kOpen, kClose, kEndsType };

constexpr std::array<ByteClass, 256> MakeClasses() {
  std::array<ByteClass, 256> classes{};
  for (int c = 0; c < 256; ++c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80)
      classes[c] = ByteClass::kName;
    if (c >= '0' && c <= '9') classes[c] = ByteClass::kDigit;
  }
  classes['"'] = classes['\''] = ByteClass::kQuote;
  classes['`'] = ByteClass::kRaw;
  classes['/'] = ByteClass::kSlash;
  classes['('] = classes['['] = classes['{'] = ByteClass::kOpen;
  classes[')'] = classes[']'] = classes['}'] = ByteClass::kClose;
  classes['\n'] = classes[','] = classes[';'] = classes['='] = classes[':'] = ByteClass::kEndsType;
  return classes;
}
constexpr std::array<ByteClass, 256> kClasses = MakeClasses();

ByteClass ClassOf(char c) {
  return kClasses[static_cast<unsigned char>(c)];
}

// One open bracket.
struct Level {
  char open = '{';
  bool loop = false;          // body of a for statement
  bool function = false;      // body of a function literal
  bool pending_loop = false;  // `for` was seen on this level, its brace not yet
  bool pending_function = false;
};

class BraceSkipper {
 public:
  BraceSkipper(llvm::StringRef text, uint32_t at, FuncBody& body) : text_(text), at_(at), body_(body) {}

  enum class End : uint8_t { kClosed, kUnclosed, kTooDeep };
  End Run();
  uint32_t at() const { return at_; }
  bool saw_line_directive() const { return saw_line_directive_; }

 private:
  void Word();
  void Quoted();
  void Raw();
  void Comment();
  void Open();
  bool Close();
  bool LoopHeaderGoesOn() const;
  uint32_t size() const { return static_cast<uint32_t>(text_.size()); }

  llvm::StringRef text_;
  uint32_t at_;
  FuncBody& body_;
  llvm::SmallVector<Level, 32> levels_;
  unsigned loops_ = 0;
  unsigned functions_ = 0;
  uint32_t type_word_end_ = 0;  // one past the last `struct` or `interface`
  bool saw_line_directive_ = false;
};

BraceSkipper::End BraceSkipper::Run() {
  while (at_ < size()) {
    switch (ClassOf(text_[at_])) {
      case ByteClass::kOther:
        ++at_;
        break;
      case ByteClass::kName:
        Word();
        break;
      case ByteClass::kDigit:  // 0x1e, 1e5: letters of a number are no word
        while (at_ < size() &&
               (ClassOf(text_[at_]) == ByteClass::kDigit || ClassOf(text_[at_]) == ByteClass::kName))
          ++at_;
        break;
      case ByteClass::kQuote:
        Quoted();
        break;
      case ByteClass::kRaw:
        Raw();
        break;
      case ByteClass::kSlash:
        Comment();
        break;
      case ByteClass::kOpen:
        if (levels_.size() >= kMaxNesting) return End::kTooDeep;
        Open();
        break;
      case ByteClass::kClose:
        if (Close()) return End::kClosed;
        break;
      case ByteClass::kEndsType:  // a func type without a body ended
        levels_.back().pending_function = false;
        ++at_;
        break;
    }
  }
  return End::kUnclosed;
}

void BraceSkipper::Word() {
  uint32_t begin = at_++;
  while (at_ < size() &&
         (ClassOf(text_[at_]) == ByteClass::kName || ClassOf(text_[at_]) == ByteClass::kDigit))
    ++at_;
  llvm::StringRef word = text_.slice(begin, at_);
  switch (word.front()) {
    case 'd':
      if (word != "defer" || functions_ != 0) return;
      ++body_.defers;
      body_.defer_in_loop |= loops_ != 0;
      return;
    case 'r':
      if (word == "return" && functions_ == 0) ++body_.returns;
      return;
    case 'f':
      if (word == "for") levels_.back().pending_loop = true;
      if (word == "func") levels_.back().pending_function = true;
      return;
    case 'g':
      if (word == "goto" && functions_ == 0) body_.has_goto = true;
      return;
    case 's':
    case 'i':
      if (word == "struct" || word == "interface") type_word_end_ = at_;
      return;
    default:
      return;
  }
}

void BraceSkipper::Quoted() {
  char quote = text_[at_++];
  while (at_ < size()) {
    char c = text_[at_++];
    if (c == quote || c == '\n') return;
    if (c == '\\' && at_ < size()) ++at_;
  }
}

void BraceSkipper::Raw() {
  size_t end = text_.find('`', at_ + 1);
  at_ = end == llvm::StringRef::npos ? size() : static_cast<uint32_t>(end) + 1;
}

void BraceSkipper::Comment() {
  uint32_t begin = at_++;
  if (at_ >= size()) return;
  if (text_[at_] == '/') {
    size_t end = text_.find('\n', at_);
    at_ = end == llvm::StringRef::npos ? size() : static_cast<uint32_t>(end);
    bool first_column = begin == 0 || text_[begin - 1] == '\n';
    saw_line_directive_ |= first_column && text_.substr(begin).startswith("//line ");
  } else if (text_[at_] == '*') {
    size_t end = text_.find("*/", at_ + 1);
    at_ = end == llvm::StringRef::npos ? size() : static_cast<uint32_t>(end) + 2;
    saw_line_directive_ |= text_.substr(begin).startswith("/*line ");
  }
}

void BraceSkipper::Open() {
  Level level;
  level.open = text_[at_];
  if (level.open == '{' && !levels_.empty()) {
    Level& outer = levels_.back();
    bool type_braces = type_word_end_ != 0 && text_.slice(type_word_end_, at_).trim(" \t").empty();
    if (type_braces) {
      // struct{...} or interface{...}: the mark waits for the next brace.
    } else if (outer.pending_function) {
      outer.pending_function = false;
      level.function = true;
      ++functions_;
    } else if (outer.pending_loop) {
      outer.pending_loop = false;
      level.loop = true;
      ++loops_;
    }
  }
  levels_.push_back(level);
  ++at_;
}

// True when the brace that started it all is closed. A closing bracket of another kind than the last opened
// one is left to the Go compiler to complain about; a brace closes everything inside it.
bool BraceSkipper::Close() {
  char close = text_[at_];
  char open = close == ')' ? '(' : close == ']' ? '[' : '{';
  if (levels_.back().open != open && open != '{') {
    ++at_;
    return false;
  }
  while (levels_.back().open != open) levels_.pop_back();
  Level closed = levels_.pop_back_val();
  if (levels_.empty()) return true;
  ++at_;
  if (closed.function) --functions_;
  if (closed.loop) {
    --loops_;
    levels_.back().pending_loop = LoopHeaderGoesOn();
  }
  return false;
}

// After a brace that was taken for a loop's body: whether it was a composite literal in the header. A `;`
// keeps the mark too: rather one loop too many than one too few.
bool BraceSkipper::LoopHeaderGoesOn() const {
  llvm::StringRef rest = text_.substr(at_).ltrim(" \t\r");
  return !rest.empty() && rest.front() != '\n' && rest.front() != '}' && rest.front() != ')' &&
         !rest.startswith("//");
}

}  // namespace

// The end of the line before the next declaration at the beginning of one: inside a body gofmt leaves none
// there.
size_t Scanner::NextDeclarationLine() const {
  for (size_t line = source_.find('\n', begin_); line != llvm::StringRef::npos;
       line = source_.find('\n', line + 1)) {
    llvm::StringRef rest = source_.drop_front(line + 1);
    for (llvm::StringRef start : {"func ", "type ", "var ", "const ", "import "}) {
      if (rest.startswith(start)) return line;
    }
  }
  return llvm::StringRef::npos;
}

uint32_t Scanner::SkipBraces(FuncBody* body) {
  FuncBody ignored;
  FuncBody& facts = body != nullptr ? *body : ignored;
  facts.open = begin_;
  BraceSkipper skipper(source_, begin_, facts);
  BraceSkipper::End end = skipper.Run();
  has_line_directives_ |= skipper.saw_line_directive();
  needs_semicolon_ = true;
  automatic_ = false;
  if (end != BraceSkipper::End::kClosed) {
    Error(begin_, begin_ + 1, end == BraceSkipper::End::kTooDeep ? "nested too deeply" : "`{` is not closed");
    size_t line = recoveries_++ < kMaxRecoveries ? NextDeclarationLine() : llvm::StringRef::npos;
    if (line != llvm::StringRef::npos) {
      facts.close = at_ = begin_ = end_ = static_cast<uint32_t>(line);
      token_ = Token::kRightBrace;
      return begin_;
    }
    token_ = Token::kEof;
    at_ = begin_ = end_ = size_;
    needs_semicolon_ = false;
    facts.close = size_;
    return size_;
  }
  facts.close = begin_ = skipper.at();
  at_ = end_ = begin_ + 1;
  token_ = Token::kRightBrace;
  return begin_;
}

}  // namespace instc::go
