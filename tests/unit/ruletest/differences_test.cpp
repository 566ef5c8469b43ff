#include "compiler/gotest/gotest.h"
#include "gtest/gtest.h"

namespace instc::gotest {
namespace {

using Facts = std::map<std::string, std::vector<std::optional<std::string>>>;

std::vector<std::string> Compare(Facts facts, llvm::StringRef output) {
  ruletest::GoTest test;
  test.facts = std::move(facts);
  return Differences(test, output);
}

TEST(Differences, None) {
  EXPECT_TRUE(Compare({}, "").empty());
  EXPECT_TRUE(
      Compare({{"kind 0", {"1"}}, {"name 0", {"s:61"}}}, "kind 0\t1\nname 0\ts:62\nname 0\ts:61\n").empty());
}

TEST(Differences, OneSideOnly) {
  EXPECT_EQ(Compare({{"kind 0", {"1"}}}, ""), std::vector<std::string>{"kind 0: interpreted 1, Go nothing"});
  EXPECT_EQ(Compare({}, "recovered\tboom\n"),
            std::vector<std::string>{"recovered: interpreted nothing, Go boom"});
}

TEST(Differences, Values) {
  EXPECT_EQ(Compare({{"attribute 0 a.b", {"i:1"}}}, "attribute 0 a.b\ti:2\n"),
            std::vector<std::string>{"attribute 0 a.b: interpreted i:1, Go i:2"});
  EXPECT_EQ(Compare({{"measured", {"0"}}}, "measured\t0\nmeasured\t0\n"),
            std::vector<std::string>{"measured: interpreted 0, Go 0 0"});
}

TEST(Differences, UnknownIsAnything) {
  EXPECT_TRUE(Compare({{"attribute 0 a.b", {std::nullopt}}}, "attribute 0 a.b\ti:2\n").empty());
  EXPECT_TRUE(Compare({{"attribute 0 a.b", {std::nullopt}}}, "").empty());
}

TEST(Differences, ErrorTypeComesFromTheException) {
  const std::string failed = "status 0\t2\nexception 0\ts:65\n";
  EXPECT_TRUE(Compare({{"status 0", {"2"}}, {"attribute 0 error.type", {"s:65"}}}, failed).empty());
  EXPECT_TRUE(Compare({{"status 0", {"2"}}, {"attribute 0 error.type", {"s:66"}}},
                      failed + "attribute 0 error.type\ts:66\n")
                  .empty());
  EXPECT_EQ(Compare({{"status 0", {"2"}}}, failed).size(), 1U);
}

TEST(Differences, UnsetIsNothing) {
  EXPECT_TRUE(Compare({}, "status 0\t0\nmessage 0\ts:\n").empty());
}

}  // namespace
}  // namespace instc::gotest
