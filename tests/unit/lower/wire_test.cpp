// The expected bytes are protobuf's, written out by hand.
#include "compiler/lower/wire.h"

#include "gtest/gtest.h"

namespace instc::lower {
namespace {

using conventions::ValueType;
using go::ConstValue;

std::string Bytes(std::initializer_list<int> bytes) {
  std::string text;
  for (int byte : bytes) text += static_cast<char>(byte);
  return text;
}

TEST(KeyField, HasTheNamesLength) {
  EXPECT_EQ(KeyField("ab"), Bytes({0x0a, 2, 'a', 'b'}));
  EXPECT_EQ(KeyField(std::string(200, 'x')), Bytes({0x0a, 0xc8, 0x01}) + std::string(200, 'x'));
}

TEST(ConstantAttribute, EncodesEveryKind) {
  EXPECT_EQ(ConstantAttribute("k", ValueType::kString, ConstValue::String("hi")),
            Bytes({0x4a, 9, 0x0a, 1, 'k', 0x12, 4, 0x0a, 2, 'h', 'i'}));
  EXPECT_EQ(ConstantAttribute("k", ValueType::kBoolean, ConstValue::Bool(true)),
            Bytes({0x4a, 7, 0x0a, 1, 'k', 0x12, 2, 0x10, 1}));
  EXPECT_EQ(ConstantAttribute("k", ValueType::kInt, ConstValue::Int(300)),
            Bytes({0x4a, 8, 0x0a, 1, 'k', 0x12, 3, 0x18, 0xac, 0x02}));
  EXPECT_EQ(ConstantAttribute("k", ValueType::kInt, ConstValue::Int(-1)),
            Bytes({0x4a, 16, 0x0a, 1, 'k', 0x12, 11, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                   0xff, 0x01}));
  EXPECT_EQ(ConstantAttribute("k", ValueType::kDouble, ConstValue::Float(1.5)),
            Bytes({0x4a, 14, 0x0a, 1, 'k', 0x12, 9, 0x21, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f}));
}

TEST(ConstantAttribute, RefusesWhatDoesNotFit) {
  EXPECT_EQ(ConstantAttribute("k", ValueType::kInt, ConstValue::String("1")), std::nullopt);
  EXPECT_EQ(ConstantAttribute("k", ValueType::kString, ConstValue()), std::nullopt);
  EXPECT_EQ(ConstantAttribute("k", ValueType::kStrings, ConstValue::String("x")), std::nullopt);
}

}  // namespace
}  // namespace instc::lower
