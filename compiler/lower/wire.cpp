#include "compiler/lower/wire.h"

#include <cstdint>
#include <cstring>

namespace instc::lower {
namespace {

using conventions::ValueType;

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

std::optional<std::string> AnyValue(ValueType type, const go::ConstValue& value) {
  using Kind = go::ConstValue::Kind;
  if (type == ValueType::kString && value.kind() == Kind::kString)
    return Delimited(kStringValue, value.string_value());
  if (type == ValueType::kBoolean && value.kind() == Kind::kBool) {
    return std::string{kBoolValue, value.bool_value() ? '\1' : '\0'};
  }
  if (type == ValueType::kInt) {
    if (std::optional<int64_t> number = value.AsInt64())
      return kIntValue + Varint(static_cast<uint64_t>(*number));
  }
  if (type == ValueType::kDouble) {
    if (std::optional<double> number = value.AsDouble()) return kDoubleValue + Fixed64(*number);
  }
  return std::nullopt;
}

}  // namespace

std::string KeyField(llvm::StringRef name) {
  return Delimited(kKey, name);
}

std::optional<std::string> ConstantAttribute(llvm::StringRef name, ValueType type,
                                             const go::ConstValue& value) {
  std::optional<std::string> any = AnyValue(type, value);
  if (!any) return std::nullopt;
  return Delimited(kSpanAttributes, KeyField(name) + Delimited(kValue, *any));
}

}  // namespace instc::lower
