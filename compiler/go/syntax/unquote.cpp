// From string and rune literals to their values.
#include "compiler/go/syntax/scanner.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

namespace instc::go {
namespace {

// One character or escape of a literal's inside.
struct Unit {
  uint32_t code = 0;
  bool is_byte = false;  // \x41 and \101 are bytes, everything else is a code point
};

bool ReadDigits(llvm::StringRef& rest, unsigned count, unsigned base, uint32_t& value) {
  if (rest.size() < count || rest.take_front(count).getAsInteger(base, value)) return false;
  rest = rest.drop_front(count);
  return true;
}

bool ReadEscape(llvm::StringRef& rest, Unit& unit) {
  char c = rest.front();
  if (c >= '0' && c <= '7') {
    unit.is_byte = true;
    return ReadDigits(rest, 3, 8, unit.code) && unit.code <= 255;
  }
  rest = rest.drop_front();
  switch (c) {
    case 'a':
      unit.code = 7;
      return true;
    case 'b':
      unit.code = 8;
      return true;
    case 'f':
      unit.code = 12;
      return true;
    case 'n':
      unit.code = 10;
      return true;
    case 'r':
      unit.code = 13;
      return true;
    case 't':
      unit.code = 9;
      return true;
    case 'v':
      unit.code = 11;
      return true;
    case '\\':
    case '\'':
    case '"':
      unit.code = static_cast<unsigned char>(c);
      return true;
    case 'x':
      unit.is_byte = true;
      return ReadDigits(rest, 2, 16, unit.code);
    case 'u':
      return ReadDigits(rest, 4, 16, unit.code);
    case 'U':
      return ReadDigits(rest, 8, 16, unit.code) && unit.code <= 0x10FFFF;
    default:
      return false;
  }
}

void AppendCodePoint(uint32_t code, std::string& out) {
  char buffer[UNI_MAX_UTF8_BYTES_PER_CODE_POINT];
  char* end = buffer;
  if (llvm::ConvertCodePointToUTF8(code, end)) out.append(buffer, end);
}

// The inside of a literal between quotes of one byte.
bool Inside(llvm::StringRef literal, char quote, llvm::StringRef& inside) {
  if (literal.size() < 2 || literal.front() != quote || literal.back() != quote) return false;
  inside = literal.drop_front().drop_back();
  return true;
}

}  // namespace

bool UnquoteString(llvm::StringRef literal, std::string& value) {
  value.clear();
  llvm::StringRef rest;
  if (Inside(literal, '`', rest)) {
    for (char c : rest) {
      if (c != '\r') value.push_back(c);
    }
    return true;
  }
  if (!Inside(literal, '"', rest)) return false;
  while (!rest.empty()) {
    size_t plain = rest.find('\\');
    value += rest.take_front(plain);
    if (plain == llvm::StringRef::npos) return true;
    rest = rest.drop_front(plain + 1);
    Unit unit;
    if (rest.empty() || !ReadEscape(rest, unit)) return false;
    if (unit.is_byte) {
      value.push_back(static_cast<char>(unit.code));
    } else {
      AppendCodePoint(unit.code, value);
    }
  }
  return true;
}

bool UnquoteRune(llvm::StringRef literal, int32_t& value) {
  llvm::StringRef rest;
  if (!Inside(literal, '\'', rest) || rest.empty()) return false;
  if (rest.consume_front("\\")) {
    Unit unit;
    if (rest.empty() || !ReadEscape(rest, unit)) return false;
    value = static_cast<int32_t>(unit.code);
    return rest.empty();
  }
  const auto* at = reinterpret_cast<const llvm::UTF8*>(rest.begin());
  llvm::UTF32 code = 0;
  if (llvm::convertUTF8Sequence(&at, reinterpret_cast<const llvm::UTF8*>(rest.end()), &code,
                                llvm::strictConversion) != llvm::conversionOK) {
    return false;
  }
  value = static_cast<int32_t>(code);
  return at == reinterpret_cast<const llvm::UTF8*>(rest.end());
}

}  // namespace instc::go
