#include "compiler/pack/attribute_bytes.h"

#include <cstring>

namespace instc::pack {
namespace {

// Field tags of opentelemetry.proto.common.v1 and trace.v1: number << 3 | wire type.
constexpr char kKey = 0x0a;             // KeyValue.key
constexpr char kValue = 0x12;           // KeyValue.value
constexpr char kSpanAttributes = 0x4a;  // Span.attributes
constexpr char kStringValue = 0x0a;     // AnyValue.string_value
constexpr char kBoolValue = 0x10;       // AnyValue.bool_value
constexpr char kIntValue = 0x18;        // AnyValue.int_value
constexpr char kDoubleValue = 0x21;     // AnyValue.double_value

std::string Varint(uint64_t value) {
  std::string bytes;
  while (value > 0x7f) {
    bytes += static_cast<char>(value | 0x80U);
    value >>= 7U;
  }
  return bytes + static_cast<char>(value);
}

std::string Delimited(char tag, llvm::StringRef bytes) {
  return tag + Varint(bytes.size()) + bytes.str();
}

std::string Fixed64(double value) {
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(bits >> (8U * i));
  return bytes;
}

struct AnyValue {
  std::string operator()(const std::string& value) const { return Delimited(kStringValue, value); }
  std::string operator()(bool value) const { return {kBoolValue, value ? '\1' : '\0'}; }
  std::string operator()(int64_t value) const { return kIntValue + Varint(static_cast<uint64_t>(value)); }
  std::string operator()(double value) const { return kDoubleValue + Fixed64(value); }
};

}  // namespace

std::string KeyField(llvm::StringRef name) {
  return Delimited(kKey, name);
}

std::string AttributeBytes(llvm::StringRef name, const AttributeValue& value) {
  return Delimited(kSpanAttributes, KeyField(name) + Delimited(kValue, std::visit(AnyValue(), value)));
}

}  // namespace instc::pack
