// Hostile input: whatever nests or repeats tens of thousands of times gives a diagnostic or a tree, never a
// crash.
#include <vector>

#include "dsl/diagnostics/consumers.h"
#include "dsl/parse/parse.h"
#include "gtest/gtest.h"

namespace instc {
namespace {

constexpr int kMany = 30000;

std::string Repeat(llvm::StringRef text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

std::vector<std::string> Codes(const std::string& text) {
  auto buffer = SourceBuffer::FromString("test.hook", text);
  diag::CollectingConsumer collected;
  diag::Emitter emitter(collected);
  ast::File file = Parse(*buffer, emitter);
  std::vector<std::string> codes;
  for (const diag::Diagnostic& diagnostic : collected.diagnostics) codes.push_back(diagnostic.code);
  return codes;
}

std::string InRule(const std::string& stmts) {
  return "on F(x) {\n" + stmts + "\n}\n";
}

using Strings = std::vector<std::string>;

TEST(ParseLimitsTest, BracketsAreBounded) {
  EXPECT_EQ(Codes(InRule("let y = " + Repeat("(", kMany))), Strings{"E0109"});
  EXPECT_EQ(Codes(InRule("let y = " + Repeat("f(", kMany) + Repeat(")", kMany))), Strings{"E0109"});
  EXPECT_EQ(Codes(InRule(Repeat("if x {\n", kMany) + Repeat("}", kMany))), Strings{"E0109"});
  EXPECT_EQ(Codes(InRule("let y = " + Repeat("[]T{", kMany))), Strings{"E0109"});
}

TEST(ParseLimitsTest, WhatNestsWithoutBracketsIsBounded) {
  EXPECT_EQ(Codes(InRule("let y = " + Repeat("!", kMany) + "x")), Strings{"E0115"});
  EXPECT_EQ(Codes(InRule("let y = x" + Repeat(" + x", kMany))), Strings{"E0115"});
  EXPECT_EQ(Codes(InRule("let y = x" + Repeat(".x", kMany))), Strings{"E0115"});
  EXPECT_EQ(Codes(InRule("let y = x" + Repeat("(x)", kMany))), Strings{"E0115"});
  EXPECT_EQ(Codes(InRule("let y = x" + Repeat("[x]", kMany))), Strings{"E0115"});
  EXPECT_EQ(Codes(InRule("if x {}" + Repeat(" else if x {}", kMany))), Strings{"E0115"});
  EXPECT_EQ(Codes("on F(x " + Repeat("*", kMany) + "T) {}"), Strings{"E0115"});
  EXPECT_EQ(Codes("on F(x " + Repeat("func() ", kMany) + "T) {}"), Strings{"E0115"});
}

TEST(ParseLimitsTest, LongFlatTextIsFine) {
  EXPECT_EQ(Codes(InRule(Repeat("error x\n", 20000))), Strings{});
  EXPECT_EQ(Codes(InRule("go {" + Repeat("{", kMany) + Repeat("}", kMany) + "}")), Strings{});
  EXPECT_EQ(Codes("plugin p \"" + Repeat("x", kMany) + "\""), Strings{});
}

TEST(ParseLimitsTest, UnterminatedGoBlocksPointAtTheOpening) {
  EXPECT_EQ(Codes(InRule("go {" + Repeat("{", kMany))), Strings{"E0105"});
}

TEST(ParseLimitsTest, AnyPrefixOfAFileGivesATree) {
  const std::string text =
      "plugin p\ntemplate t(&c context.Context, n int?; err error?) {\n  span client \"x\" in c { a.b = "
      "[]T{1}[0] }\n"
      "  go { x := \"}\" }\n}\non (r *{A, B}) \"Get*\"(x, ...) (y) { wrap f as (p) { exit { status "
      "error(`r`) } } }\n"
      "test \"t\" { expect span client \"x\" { no a.b; status ok } }\n";
  ASSERT_EQ(Codes(text), Strings{});
  for (size_t size = 0; size <= text.size(); ++size) {
    Codes(text.substr(0, size));
    Codes(text.substr(size));
  }
}

}  // namespace
}  // namespace instc
