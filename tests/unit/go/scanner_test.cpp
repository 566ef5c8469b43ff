#include "compiler/go/syntax/scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace instc::go {
namespace {

// Tokens of `text` joined by blanks; automatic semicolons as "\n".
std::string Tokens(llvm::StringRef text, std::vector<std::string>* errors = nullptr) {
  Scanner scanner(text, [&](uint32_t, uint32_t, llvm::StringRef message) {
    if (errors != nullptr) errors->push_back(message.str());
  });
  std::string out;
  for (scanner.Next(); scanner.token() != Token::kEof; scanner.Next()) {
    if (!out.empty()) out += ' ';
    out += scanner.at_automatic_semicolon() ? "\\n" : scanner.text().str();
  }
  return out;
}

TEST(ScannerTest, AutomaticSemicolons) {
  EXPECT_EQ(Tokens("x\ny"), "x \\n y \\n");
  EXPECT_EQ(Tokens("x +\ny"), "x + y \\n");
  EXPECT_EQ(Tokens("return\n}\n"), "return \\n } \\n");
  EXPECT_EQ(Tokens("f() // note\ng()"), "f ( ) \\n g ( ) \\n");
  EXPECT_EQ(Tokens("x /* a\nb */ y"), "x \\n y \\n");
  EXPECT_EQ(Tokens("x /* a b */ y"), "x y \\n");
}

TEST(ScannerTest, NumbersAndOperators) {
  EXPECT_EQ(Tokens("0x1F_FF 0b10 0o17 1_000 .5 1.e3 0x1p-2 3i 1..."),
            "0x1F_FF 0b10 0o17 1_000 .5 1.e3 0x1p-2 3i 1. . .");
  EXPECT_EQ(Tokens("a&^=b<<=c<-d...&^e"), "a &^= b <<= c <- d ... &^ e \\n");
}

TEST(ScannerTest, StringsHideEverything) {
  EXPECT_EQ(Tokens("`a\n\"{` \"\\\"}\" '\\'' '{'"), "`a\n\"{` \"\\\"}\" '\\'' '{' \\n");
}

TEST(ScannerTest, ByteOrderMarkIsSkipped) {
  EXPECT_EQ(Tokens("\xEF\xBB\xBFpackage p"), "package p \\n");
}

TEST(ScannerTest, BrokenInputIsReportedAndEnds) {
  std::vector<std::string> errors;
  Tokens("\"abc\n `def", &errors);
  Tokens("/* never closed", &errors);
  Tokens("'\\", &errors);
  EXPECT_EQ(errors,
            (std::vector<std::string>{"string literal is not closed", "raw string literal is not closed",
                                      "comment is not closed", "rune literal is not closed"}));
}

TEST(ScannerTest, DirectivesAndLineDirectives) {
  Scanner scanner("//go:nosplit\n//export f\n// go:no\n//line x.go:3\nfunc f()",
                  [](uint32_t, uint32_t, llvm::StringRef) {});
  while (scanner.token() != Token::kFunc) scanner.Next();
  ASSERT_EQ(scanner.directives().size(), 2U);
  EXPECT_EQ(scanner.directives()[0].text, "go:nosplit");
  EXPECT_EQ(scanner.directives()[1].text, "export f");
  EXPECT_TRUE(scanner.has_line_directives());
}

// Facts of a function body.
FuncBody Skip(llvm::StringRef body) {
  Scanner scanner(body, [](uint32_t, uint32_t, llvm::StringRef) {});
  scanner.Next();
  FuncBody facts;
  scanner.SkipBraces(&facts);
  return facts;
}

TEST(SkipBracesTest, FindsTheMatchingBrace) {
  llvm::StringRef body = "{ x := \"}\"; y := '}'; z := `}`; /* } */ // }\n if a { } } tail";
  EXPECT_EQ(Skip(body).close, body.find(" tail") - 1);
}

TEST(SkipBracesTest, CountsOutsideFunctionLiterals) {
  FuncBody facts = Skip("{ defer f(); g(func() int { defer h(); return 1 }); if x { return }\n return }");
  EXPECT_EQ(facts.defers, 1U);
  EXPECT_EQ(facts.returns, 2U);
  EXPECT_FALSE(facts.defer_in_loop);
}

TEST(SkipBracesTest, FuncTypesAreNoLiterals) {
  FuncBody facts =
      Skip("{ var f func() struct{}\n if f != nil { return }\n g := func() struct{} { return x }\n return }");
  EXPECT_EQ(facts.returns, 2U);
}

TEST(SkipBracesTest, LoopsAreSeenThroughTheirHeaders) {
  EXPECT_TRUE(Skip("{ for i := range n { defer f() } }").defer_in_loop);
  EXPECT_TRUE(Skip("{ for _, x := range []int{1, 2} { defer f() } }").defer_in_loop);
  EXPECT_TRUE(Skip("{ for { if x { defer f() } } }").defer_in_loop);
  EXPECT_FALSE(Skip("{ for { }\n defer f() }").defer_in_loop);
  EXPECT_FALSE(Skip("{ for { go func() { defer f() }() }\n defer f() }").defer_in_loop);
}

TEST(SkipBracesTest, BoundedNesting) {
  std::string deep(200000, '{');
  std::vector<std::string> errors;
  Scanner scanner(deep,
                  [&](uint32_t, uint32_t, llvm::StringRef message) { errors.push_back(message.str()); });
  scanner.Next();
  scanner.SkipBraces();
  EXPECT_EQ(errors, std::vector<std::string>{"nested too deeply"});
}

TEST(UnquoteTest, Escapes) {
  std::string value;
  EXPECT_TRUE(UnquoteString("\"a\\n\\x41\\101\\u00e9\\\"\"", value));
  EXPECT_EQ(value, "a\nAA\xC3\xA9\"");
  EXPECT_TRUE(UnquoteString("`a\r\\n`", value));
  EXPECT_EQ(value, "a\\n");
  EXPECT_FALSE(UnquoteString("\"\\q\"", value));
  EXPECT_FALSE(UnquoteString("\"", value));
  int32_t rune = 0;
  EXPECT_TRUE(UnquoteRune("'\xC3\xA9'", rune));
  EXPECT_EQ(rune, 0xE9);
  EXPECT_TRUE(UnquoteRune("'\\''", rune));
  EXPECT_FALSE(UnquoteRune("'ab'", rune));
}

}  // namespace
}  // namespace instc::go
