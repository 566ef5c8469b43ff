// Which fixes are applied when several want the same text.
#include "compiler/driver/fix.h"

#include "gtest/gtest.h"

namespace instc {
namespace {

class FixTest : public testing::Test {
 protected:
  void Add(uint32_t begin, uint32_t end, std::string text) { Add({{Span{file_.get(), begin, end}, text}}); }
  void Add(std::vector<diag::Edit> edits) {
    diag::Diagnostic diagnostic;
    diagnostic.fixes.push_back({"a fix", std::move(edits)});
    diagnostics_.push_back(std::move(diagnostic));
  }
  std::string Fixed() {
    auto texts = ApplyFixes(diagnostics_, {"a.hook"});
    return texts.empty() ? "unchanged" : texts.at("a.hook").after;
  }

  std::unique_ptr<SourceBuffer> file_ = SourceBuffer::FromString("a.hook", "abcdefgh");
  std::unique_ptr<SourceBuffer> shipped_ = SourceBuffer::FromString("stdlib-rules/x.hook", "abcdefgh");
  std::vector<diag::Diagnostic> diagnostics_;
};

TEST_F(FixTest, AppliesAllThatAreApart) {
  Add(6, 8, "GH");
  Add(0, 2, "AB");
  Add(4, 4, "-");
  EXPECT_EQ(Fixed(), "ABcd-efGH");
}

TEST_F(FixTest, TheFirstOfTwoThatOverlapWins) {
  Add(2, 5, "2");
  Add(0, 3, "1");
  EXPECT_EQ(Fixed(), "1defgh");
}

TEST_F(FixTest, ExactRepetitionsAreOne) {
  Add(0, 2, "X");
  Add(0, 2, "X");
  EXPECT_EQ(Fixed(), "Xcdefgh");
}

TEST_F(FixTest, TwoTextsForOnePlaceAreNone) {
  Add(0, 2, "X");
  Add(0, 2, "Y");
  EXPECT_EQ(Fixed(), "unchanged");
}

TEST_F(FixTest, TheNarrowestBoundOfARangeServesAll) {
  Add(0, 2, ">= v1.2.0");
  Add(0, 2, ">= v1.10.0");
  Add(4, 6, "< v1.9.0");
  Add(4, 6, "< v1.10.0");
  EXPECT_EQ(Fixed(), ">= v1.10.0cd< v1.9.0gh");
}

TEST_F(FixTest, AFixIsAppliedAsAWholeOrNot) {
  Add({{Span{file_.get(), 0, 0}, "("}, {Span{file_.get(), 8, 8}, ")"}});
  Add(3, 4, "X");
  EXPECT_EQ(Fixed(), "(abcdefgh)");
}

TEST_F(FixTest, OtherFilesAreLeftAlone) {
  Add({{Span{shipped_.get(), 0, 2}, "X"}});
  Add({{Span{shipped_.get(), 0, 2}, "X"}, {Span{file_.get(), 0, 2}, "X"}});
  EXPECT_EQ(Fixed(), "unchanged");
}

}  // namespace
}  // namespace instc
