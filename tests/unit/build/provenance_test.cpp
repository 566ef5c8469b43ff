#include "compiler/build/provenance.h"

#include "gtest/gtest.h"

namespace instc::build {
namespace {

const Provenance kExample{
    "0.1.0", "sha256:1", "v1.26.8", {{"gin", "github.com/gin-gonic/gin", "v1.10.0", {"gin.route"}}}};

TEST(ProvenanceTest, IsFoundAmongOtherBytes) {
  const std::string text = ProvenanceText(kExample);
  const std::string program = std::string(
                                  "\x7f"
                                  "ELF\0\0instc-provenance 1 99999999 {",
                                  35) +
                              text + text.substr(0, 30);
  auto found = FindProvenance(program);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(ProvenanceText(*found), text);
  EXPECT_EQ(found->plugins[0].rules, std::vector<std::string>{"gin.route"});
}

TEST(ProvenanceTest, NothingElseIsTakenForOne) {
  const std::string text = ProvenanceText(kExample);
  EXPECT_FALSE(FindProvenance("").has_value());
  EXPECT_FALSE(FindProvenance("instc-provenance 1 ").has_value());
  EXPECT_FALSE(FindProvenance("instc-provenance 1 2 {}").has_value());
  EXPECT_FALSE(FindProvenance("instc-provenance 1 18446744073709551615 {}").has_value());
  for (size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(FindProvenance(text.substr(0, size)).has_value()) << size;
}

}  // namespace
}  // namespace instc::build
