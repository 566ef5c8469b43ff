// Attributes as they travel: OTLP protobuf bytes that are known before a program runs, so that it copies them
// instead of encoding them.
#ifndef INSTC_COMPILER_PACK_ATTRIBUTE_BYTES_H
#define INSTC_COMPILER_PACK_ATTRIBUTE_BYTES_H

#include <cstdint>
#include <string>
#include <variant>

#include "llvm/ADT/StringRef.h"

namespace instc::pack {

using AttributeValue = std::variant<std::string, bool, int64_t, double>;

/// The key field of a KeyValue: 0x0a, length, name.
[[nodiscard]] std::string KeyField(llvm::StringRef name);

/// One complete element of Span.attributes: 0x4a, length, KeyValue.
[[nodiscard]] std::string AttributeBytes(llvm::StringRef name, const AttributeValue& value);

}  // namespace instc::pack

#endif  // INSTC_COMPILER_PACK_ATTRIBUTE_BYTES_H
