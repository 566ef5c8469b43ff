#include "dsl/base/text.h"

#include "llvm/ADT/StringExtras.h"

namespace instc {

std::string ReplacedAll(llvm::StringRef text, llvm::StringRef from, llvm::StringRef to) {
  std::string out;
  for (size_t at = text.find(from); at != llvm::StringRef::npos; at = text.find(from)) {
    out += text.take_front(at).str() + to.str();
    text = text.drop_front(at + from.size());
  }
  return out + text.str();
}

llvm::StringRef FirstWord(llvm::StringRef text) {
  return text.take_while([](char c) { return llvm::isAlpha(c); });
}

std::string GoQuoted(llvm::StringRef bytes) {
  std::string text = "\"";
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const bool opens_hole = bytes.substr(i).startswith("@{");
    if (byte == '"' || byte == '\\') {
      text += {'\\', static_cast<char>(byte)};
    } else if (byte < 0x20 || byte > 0x7e || opens_hole) {
      text += {'\\', 'x', llvm::hexdigit(byte >> 4U, true), llvm::hexdigit(byte & 15U, true)};
    } else {
      text += static_cast<char>(byte);
    }
  }
  return text + "\"";
}

}  // namespace instc
