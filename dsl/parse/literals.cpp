#include "dsl/parse/literals.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APInt.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Error.h"

namespace instc {
namespace {

void AppendCodePoint(uint32_t code_point, std::string& out) {
  char buffer[UNI_MAX_UTF8_BYTES_PER_CODE_POINT];
  char* end = buffer;
  if (llvm::ConvertCodePointToUTF8(code_point, end)) out.append(buffer, end);
}

bool IsScalarValue(uint32_t value) {
  return value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

// Reads one character or escape at `pos` of a literal quoted by `quote`. A byte escape (\x, octal) yields a
// byte.
class EscapeReader {
 public:
  EscapeReader(llvm::StringRef text, char quote) : text_(text), quote_(quote) {}

  struct Unit {
    uint32_t value = 0;
    bool is_byte = false;
  };

  [[nodiscard]] bool AtEnd() const { return pos_ + 1 >= text_.size(); }
  std::optional<Unit> Next();
  [[nodiscard]] const LiteralError& error() const { return error_; }

 private:
  std::optional<Unit> Fail(size_t begin, const char* reason) {
    error_ = {reason, begin, pos_ - begin};
    return std::nullopt;
  }
  std::optional<Unit> Plain();
  std::optional<Unit> Escape();
  std::optional<Unit> Digits(size_t begin, unsigned count, unsigned radix, bool is_byte);

  llvm::StringRef text_;
  char quote_;
  size_t pos_ = 1;
  LiteralError error_;
};

std::optional<EscapeReader::Unit> EscapeReader::Next() {
  return text_[pos_] == '\\' ? Escape() : Plain();
}

std::optional<EscapeReader::Unit> EscapeReader::Plain() {
  const auto* begin = reinterpret_cast<const llvm::UTF8*>(text_.data()) + pos_;
  const auto* cursor = begin;
  llvm::UTF32 value = 0;
  const auto* end = reinterpret_cast<const llvm::UTF8*>(text_.end());
  llvm::convertUTF8Sequence(&cursor, end, &value, llvm::strictConversion);
  pos_ += static_cast<size_t>(cursor - begin);
  return Unit{value, false};
}

std::optional<EscapeReader::Unit> EscapeReader::Digits(size_t begin, unsigned count, unsigned radix,
                                                       bool is_byte) {
  uint64_t value = 0;
  for (unsigned i = 0; i < count; ++i, ++pos_) {
    unsigned digit = llvm::hexDigitValue(text_[pos_]);
    if (digit >= radix) return Fail(begin, "the escape needs more digits");
    value = value * radix + digit;
  }
  if (is_byte && value > 0xFF) return Fail(begin, "the escape is above one byte");
  if (!is_byte && !IsScalarValue(static_cast<uint32_t>(value)))
    return Fail(begin, "the escape is no code point");
  return Unit{static_cast<uint32_t>(value), is_byte};
}

std::optional<EscapeReader::Unit> EscapeReader::Escape() {
  size_t begin = pos_++;
  char c = text_[pos_++];
  switch (c) {
    case 'a':
      return Unit{'\a'};
    case 'b':
      return Unit{'\b'};
    case 'f':
      return Unit{'\f'};
    case 'n':
      return Unit{'\n'};
    case 'r':
      return Unit{'\r'};
    case 't':
      return Unit{'\t'};
    case 'v':
      return Unit{'\v'};
    case '\\':
      return Unit{'\\'};
    case 'x':
      return Digits(begin, 2, 16, /*is_byte=*/true);
    case 'u':
      return Digits(begin, 4, 16, /*is_byte=*/false);
    case 'U':
      return Digits(begin, 8, 16, /*is_byte=*/false);
    default:
      break;
  }
  if (c == quote_) return Unit{static_cast<uint32_t>(c)};
  if (c >= '0' && c <= '7') {
    --pos_;
    return Digits(begin, 3, 8, /*is_byte=*/true);
  }
  return Fail(begin, "unknown escape");
}

// Go allows one '_' between digits and after the prefix.
bool UnderscoresAreFine(llvm::StringRef digits, bool after_prefix) {
  bool previous_is_digit = after_prefix;
  for (char c : digits) {
    if (c == '_' && !previous_is_digit) return false;
    previous_is_digit = c != '_';
  }
  return previous_is_digit || digits.empty();
}

std::string WithoutUnderscores(llvm::StringRef text) {
  std::string out;
  for (char c : text) {
    if (c != '_') out += c;
  }
  return out;
}

struct Radix {
  unsigned radix;
  llvm::StringRef digits;
  bool prefixed;
};

Radix SplitRadix(llvm::StringRef text) {
  if (text.size() < 2 || text[0] != '0') return {10, text, false};
  switch (text[1]) {
    case 'x':
    case 'X':
      return {16, text.drop_front(2), true};
    case 'b':
    case 'B':
      return {2, text.drop_front(2), true};
    case 'o':
    case 'O':
      return {8, text.drop_front(2), true};
    default:
      return {8, text.drop_front(1), true};
  }
}

}  // namespace

Literal<std::string> DecodeString(llvm::StringRef text) {
  std::string value;
  EscapeReader reader(text, '"');
  while (!reader.AtEnd()) {
    auto unit = reader.Next();
    if (!unit) return reader.error();
    if (unit->is_byte) {
      value += static_cast<char>(unit->value);
    } else {
      AppendCodePoint(unit->value, value);
    }
  }
  return value;
}

Literal<std::string> DecodeRawString(llvm::StringRef text) {
  std::string value;
  for (char c : text.drop_front().drop_back()) {
    if (c != '\r') value += c;  // as Go does
  }
  return value;
}

Literal<uint32_t> DecodeRune(llvm::StringRef text) {
  EscapeReader reader(text, '\'');
  if (reader.AtEnd()) return LiteralError{"it is empty", 0, text.size()};
  auto unit = reader.Next();
  if (!unit) return reader.error();
  if (!reader.AtEnd()) return LiteralError{"it holds more than one character", 0, text.size()};
  return unit->value;
}

Literal<std::optional<uint64_t>> DecodeInt(llvm::StringRef text) {
  auto [radix, digits, prefixed] = SplitRadix(text);
  if (digits.empty()) return LiteralError{"it has no digits", 0, text.size()};
  if (!UnderscoresAreFine(digits, prefixed)) return LiteralError{"`_` must separate digits", 0, text.size()};
  std::string plain = WithoutUnderscores(digits);
  for (char c : plain) {
    if (llvm::hexDigitValue(c) >= radix) {
      return LiteralError{"`" + std::string(1, c) + "` is no digit in base " + std::to_string(radix), 0,
                          text.size()};
    }
  }
  uint64_t value = 0;
  if (llvm::StringRef(plain).getAsInteger(radix, value)) return std::optional<uint64_t>();
  return std::optional<uint64_t>(value);
}

Literal<double> DecodeFloat(llvm::StringRef text) {
  if (!UnderscoresAreFine(text, false)) return LiteralError{"`_` must separate digits", 0, text.size()};
  llvm::APFloat value(llvm::APFloat::IEEEdouble());
  auto status = value.convertFromString(WithoutUnderscores(text), llvm::APFloat::rmNearestTiesToEven);
  if (!status) {
    llvm::consumeError(status.takeError());
    return LiteralError{"it is no number", 0, text.size()};
  }
  if ((*status & llvm::APFloat::opOverflow) != 0) return LiteralError{"it is too large", 0, text.size()};
  return value.convertToDouble();
}

}  // namespace instc
