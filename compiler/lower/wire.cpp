#include "compiler/lower/wire.h"

namespace instc::lower {
namespace {

using conventions::ValueType;

std::optional<pack::AttributeValue> ValueOf(ValueType type, const go::ConstValue& value) {
  using Kind = go::ConstValue::Kind;
  if (type == ValueType::kString && value.kind() == Kind::kString) return std::string(value.string_value());
  if (type == ValueType::kBoolean && value.kind() == Kind::kBool) return value.bool_value();
  if (type == ValueType::kInt) {
    if (std::optional<int64_t> number = value.AsInt64()) return *number;
  }
  if (type == ValueType::kDouble) {
    if (std::optional<double> number = value.AsDouble()) return *number;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> ConstantAttribute(llvm::StringRef name, ValueType type,
                                             const go::ConstValue& value) {
  std::optional<pack::AttributeValue> known = ValueOf(type, value);
  if (!known) return std::nullopt;
  return pack::AttributeBytes(name, *known);
}

}  // namespace instc::lower
