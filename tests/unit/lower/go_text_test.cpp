#include "compiler/lower/go_text.h"

#include "compiler/lower/go_writer.h"
#include "gtest/gtest.h"

namespace instc::lower {
namespace {

TEST(GoQuoted, EscapesWhatGoOrTheBackendWouldRead) {
  EXPECT_EQ(GoQuoted("plain 'text'"), "\"plain 'text'\"");
  EXPECT_EQ(GoQuoted("a\"b\\c\n\x7f"), "\"a\\\"b\\\\c\\x0a\\x7f\"");
  EXPECT_EQ(GoQuoted("\xc3\xa4"), "\"\\xc3\\xa4\"");
  EXPECT_EQ(GoQuoted("@{params} a@b"), "\"\\x40{params} a@b\"");
  EXPECT_EQ(GoQuoted(llvm::StringRef("\0", 1)), "\"\\x00\"");
}

TEST(At, ParenthesisesOnlyWhereNeeded) {
  GoExpr sum{.text = "a + b", .precedence = kAdd};
  EXPECT_EQ(At(sum, kCompare), "a + b");
  EXPECT_EQ(At(sum, kAdd), "a + b");
  EXPECT_EQ(At(sum, kAdd + 1), "(a + b)");
  EXPECT_EQ(At(GoExpr{.text = "T{}", .precedence = kBare}, kOrOr), "(T{})");
}

TEST(PrecedenceOf, IsGos) {
  EXPECT_LT(PrecedenceOf("||"), PrecedenceOf("&&"));
  EXPECT_LT(PrecedenceOf("&&"), PrecedenceOf("=="));
  EXPECT_LT(PrecedenceOf("<="), PrecedenceOf("|"));
  EXPECT_LT(PrecedenceOf("-"), PrecedenceOf("&^"));
  EXPECT_EQ(PrecedenceOf("<<"), PrecedenceOf("*"));
}

TEST(TypeOperand, ParenthesisesTypesThatReadAsSomethingElse) {
  EXPECT_EQ(TypeOperand("*T"), "(*T)");
  EXPECT_EQ(TypeOperand("func()"), "(func())");
  EXPECT_EQ(TypeOperand("<-chan int"), "(<-chan int)");
  EXPECT_EQ(TypeOperand("[]byte"), "[]byte");
}

TEST(GoWriter, KeepsBlocksOfAPartOpen) {
  GoWriter part;
  part.Open("if b");
  part.Line("x := 1");
  GoWriter out;
  {
    Blocks blocks(out);
    out.Open("if a");
    out.Append(std::move(part));
    out.Line("use(x)");
    EXPECT_EQ(out.depth(), 2u);
  }
  EXPECT_EQ(out.Text(), "if a {\n\tif b {\n\t\tx := 1\n\t\tuse(x)\n\t}\n}\n");
}

TEST(GoWriter, Else) {
  GoWriter out;
  out.Open("if a");
  out.Else();
  out.Line("x()");
  out.Close();
  EXPECT_EQ(out.Text(), "if a {\n} else {\n\tx()\n}\n");
}

}  // namespace
}  // namespace instc::lower
