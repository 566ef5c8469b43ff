// Values of Go literals. A malformed literal gives the reason instead.
#ifndef INSTC_DSL_PARSE_LITERALS_H
#define INSTC_DSL_PARSE_LITERALS_H

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "llvm/ADT/StringRef.h"

namespace instc {

// What is wrong, and where: `begin` and `size` in bytes from the start of the literal.
struct LiteralError {
  std::string reason;
  size_t begin = 0;
  size_t size = 0;
};

template <typename T>
using Literal = std::variant<T, LiteralError>;

// `text` includes the quotes.
[[nodiscard]] Literal<std::string> DecodeString(llvm::StringRef text);
[[nodiscard]] Literal<std::string> DecodeRawString(llvm::StringRef text);
[[nodiscard]] Literal<uint32_t> DecodeRune(llvm::StringRef text);
// nullopt: well-formed but above 64 bits.
[[nodiscard]] Literal<std::optional<uint64_t>> DecodeInt(llvm::StringRef text);
[[nodiscard]] Literal<double> DecodeFloat(llvm::StringRef text);

}  // namespace instc

#endif  // INSTC_DSL_PARSE_LITERALS_H
