#include <random>
#include <regex>

#include "compiler/go/edit/anchor.h"
#include "compiler/go/edit/editor.h"
#include "compiler/go/edit/naming.h"
#include "compiler/go/syntax/parser.h"
#include "gtest/gtest.h"

namespace instc::go {
namespace {

File Parse(llvm::StringRef text) {
  return ParseText(text, [](uint32_t, uint32_t, llvm::StringRef message) { ADD_FAILURE() << message.str(); });
}

/// Line and column of every byte, as the Go compiler computes them from `/*line :L:C*/` comments.
struct Placed {
  char byte;
  unsigned line, column;
  bool operator==(const Placed&) const = default;
};

std::vector<Placed> Place(const std::string& text) {
  std::vector<Placed> bytes;
  unsigned line = 1, column = 1;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 8, "/*line :") == 0) {
      int consumed = 0;
      if (sscanf(text.c_str() + i, "/*line :%u:%u*/%n", &line, &column, &consumed) == 2 && consumed > 0) {
        i += static_cast<size_t>(consumed) - 1;
        continue;
      }
    }
    bytes.push_back({text[i], line, column});
    if (text[i] == '\n')
      ++line, column = 1;
    else
      ++column;
  }
  return bytes;
}

/// Drops what stands between the marks that the tests put around inserted text.
std::vector<Placed> WithoutMarked(const std::vector<Placed>& bytes) {
  std::vector<Placed> kept;
  bool inside = false;
  for (const Placed& placed : bytes) {
    if (placed.byte == '\x01')
      inside = true;
    else if (placed.byte == '\x02')
      inside = false;
    else if (!inside)
      kept.push_back(placed);
  }
  return kept;
}

TEST(EditorTest, EveryOriginalByteKeepsItsPlace) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (unsigned n = random() % 60; n > 0; --n) text += "ab \t\r\n{}"[random() % 8];
    Editor editor(text);
    for (unsigned n = random() % 6; n > 0; --n) {
      editor.Insert(static_cast<uint32_t>(random() % (text.size() + 1)), "\x01inserted\x02");
    }
    std::string out = editor.Render({"", true});
    ASSERT_EQ(WithoutMarked(Place(out)), Place(text)) << out;
  }
}

TEST(EditorTest, HeaderAndAppendedDeclarations) {
  Editor editor("package p");
  EXPECT_FALSE(editor.changed());
  editor.Append("instc/a.go", "var x int");
  EXPECT_TRUE(editor.changed());
  EXPECT_EQ(editor.Render({"/src/p.go", true}),
            "//line /src/p.go:1:1\npackage p\n//line instc/a.go:1:1\nvar x int\n");
}

TEST(EditorTest, ByteOrderMarkGivesWayToTheHeader) {
  Editor editor("\xEF\xBB\xBFpackage p\n");
  editor.Insert(0, "A;");
  EXPECT_EQ(editor.Render({"/p.go", false}), "//line /p.go:1:1\nA;package p\n");
}

TEST(EditorTest, NoRestoreInFilesWithTheirOwnDirectives) {
  Editor editor("package p\n");
  editor.Insert(9, "; import \"x\"");
  EXPECT_EQ(editor.Render({"", false}), "package p; import \"x\"\n");
}

TEST(EditorTest, InsertionsAtOnePlaceKeepTheirOrder) {
  Editor editor("{}");
  editor.Insert(1, "a");
  editor.Insert(1, "b");
  EXPECT_EQ(editor.Render({"", true}), "{ab/*line :1:2*/}");
}

struct NamingCase {
  const char* declaration;
  const char* named;   ///< restore comments removed
  const char* values;  ///< "receiver | params | results", each `name:type` joined by spaces
};

std::string Describe(const std::vector<NamedValue>& values) {
  std::string out;
  for (const NamedValue& value : values) out += (out.empty() ? "" : " ") + value.name + ":" + value.type;
  return out;
}

class NamingTest : public testing::TestWithParam<NamingCase> {};

TEST_P(NamingTest, NamesEveryValue) {
  std::string text = std::string("package p\n") + GetParam().declaration + "\n";
  File file = Parse(text);
  ASSERT_EQ(file.funcs.size(), 1U);
  const FuncDecl& func = file.funcs[0];
  Editor editor(text);
  std::string values = Describe(NameValues(func.receiver, text, "instcV", false, editor)) + " | " +
                       Describe(NameValues(func.signature.params, text, "instcP", true, editor)) + " | " +
                       Describe(NameValues(func.signature.results, text, "instcR", true, editor));
  std::string out = editor.Render({"", true});
  out = std::regex_replace(out, std::regex(R"(/\*line :\d+:\d+\*/)"), "");
  EXPECT_EQ(out, std::string("package p\n") + GetParam().named + "\n");
  EXPECT_EQ(values, GetParam().values);
  Parse(out);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, NamingTest,
    testing::Values(
        NamingCase{"func f(a, b int, c string) (n int, err error) { return }",
                   "func f(a, b int, c string) (n int, err error) { return }",
                   " | a:int b:int c:string | n:int err:error"},
        NamingCase{"func f(int, ...string) error { return nil }",
                   "func f(instcP0 int, instcP1 ...string) (instcR0 error) { return nil }",
                   " | instcP0:int instcP1:[]string | instcR0:error"},
        NamingCase{"func (T) f(_ int, a int) (int, error) { return 0, nil }",
                   "func (instcV T) f(instcP0_ int, a int) (instcR0 int, instcR1 error) { return 0, nil }",
                   "instcV:T | instcP0_:int a:int | instcR0:int instcR1:error"},
        NamingCase{"func (_ *T) f(a, _, _ int)(_ error){return nil}",
                   "func (instcV_ *T) f(a, instcP1_, instcP2_ int)(instcR0_ error){return nil}",
                   "instcV_:*T | a:int instcP1_:int instcP2_:int | instcR0_:error"},
        NamingCase{
            "func f(g func(a, b int) (c int), h ... /* all */ []byte) func() int/* odd */{ return nil }",
            "func f(g func(a, b int) (c int), h ... /* all */ []byte) (instcR0 func() int)/* odd */{ return "
            "nil }",
            " | g:func(a, b int) (c int) h:[]/* all */ []byte | instcR0:func() int"},
        NamingCase{"func f(\n\ta int, // first\n\t_ struct {\n\t\tx int\n\t},\n) (\n\tstruct{},\n) "
                   "{\n\treturn struct{}{}\n}",
                   "func f(\n\ta int, // first\n\tinstcP1_ struct {\n\t\tx int\n\t},\n) (\n\tinstcR0 "
                   "struct{},\n) {\n\treturn "
                   "struct{}{}\n}",
                   " | a:int instcP1_:struct {\n\t\tx int\n\t} | instcR0:struct{}"},
        NamingCase{"func f() {}", "func f() {}", " |  | "}));

TEST(AnchorTest, WhiteSpaceAndCommentsDoNotCount) {
  llvm::StringRef text =
      "package p\ntype h struct { labels int }\ntype g struct {\n\tlabels   /* x */ unsafe.Pointer // y\n}\n";
  Result<uint32_t> at = FindAnchor(text, "type g struct", "labels unsafe.Pointer");
  ASSERT_TRUE(static_cast<bool>(at)) << llvm::toString(at.takeError());
  EXPECT_TRUE(text.take_front(*at).endswith("unsafe.Pointer"));
}

TEST(AnchorTest, MustOccurOnce) {
  auto message = [](llvm::StringRef text, llvm::StringRef within, llvm::StringRef after) {
    Result<uint32_t> at = FindAnchor(text, within, after);
    return at ? std::string("found") : llvm::toString(at.takeError());
  };
  EXPECT_EQ(message("a; a", "", "a"), "`a` occurs 2 times, expected once");
  EXPECT_EQ(message("a; b", "", "c"), "`c` occurs 0 times, expected once");
  EXPECT_EQ(message("func f() { a }; a", "func f(", "a"), "found");
  EXPECT_EQ(message("func f()", "func f(", "a"), "no closed braces behind `func f(`");
  EXPECT_EQ(message("func f() { { }", "func f(", "a"), "no closed braces behind `func f(`");
  EXPECT_EQ(message("a", "", ""), "the anchor is empty");
  EXPECT_EQ(message("\"a b\"; 'x", "", "\"a b\""), "found");
}

}  // namespace
}  // namespace instc::go
