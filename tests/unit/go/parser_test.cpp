#include "compiler/go/syntax/parser.h"

#include <gtest/gtest.h>

namespace instc::go {
namespace {

struct Parsed {
  std::string text;
  std::vector<std::string> errors;
  File file;
};

Parsed Parse(std::string text) {
  Parsed parsed{std::move(text), {}, {}};
  parsed.file = ParseText(parsed.text,
                          [&](uint32_t, uint32_t, llvm::StringRef m) { parsed.errors.push_back(m.str()); });
  return parsed;
}

// The source text of a range.
llvm::StringRef Text(const Parsed& parsed, ByteRange range) {
  return llvm::StringRef(parsed.text).slice(range.begin, range.end);
}

TEST(ParserTest, FunctionOffsets) {
  Parsed p = Parse("package p\nfunc (r *T) M(a, b int, c ...string) (n int, err error) { return 1, nil }\n");
  ASSERT_EQ(p.file.funcs.size(), 1U);
  const FuncDecl& f = p.file.funcs[0];
  EXPECT_TRUE(p.errors.empty());
  EXPECT_EQ(f.receiver_type_name(), "T");
  EXPECT_TRUE(f.receiver_is_pointer());
  EXPECT_EQ(p.text[f.signature.params.open], '(');
  EXPECT_EQ(p.text[f.signature.params.close], ')');
  ASSERT_EQ(f.signature.params.groups.size(), 2U);
  EXPECT_EQ(Text(p, f.signature.params.groups[0].range), "a, b int");
  EXPECT_EQ(Text(p, f.signature.params.groups[1].type_range), "...string");
  EXPECT_TRUE(f.signature.params.groups[1].variadic);
  EXPECT_EQ(f.signature.params.count(), 3U);
  EXPECT_TRUE(f.signature.results.named());
  EXPECT_EQ(p.text[f.body->open], '{');
  EXPECT_EQ(p.text[f.body->close], '}');
}

TEST(ParserTest, ResultForms) {
  Parsed p = Parse("package p\nfunc a() {}\nfunc b() error {}\nfunc c() (int, *T[int]) {}\nfunc d()\n");
  ASSERT_EQ(p.file.funcs.size(), 4U);
  EXPECT_EQ(p.file.funcs[0].signature.results.form, ParamList::Form::kAbsent);
  EXPECT_EQ(p.file.funcs[1].signature.results.form, ParamList::Form::kBare);
  EXPECT_EQ(Text(p, {p.file.funcs[1].signature.results.open, p.file.funcs[1].signature.results.close}),
            "error");
  EXPECT_FALSE(p.file.funcs[2].signature.results.named());
  EXPECT_EQ(p.file.funcs[2].signature.results.count(), 2U);
  EXPECT_FALSE(p.file.funcs[3].body.has_value());
}

TEST(ParserTest, NameThenBracketIsDecidedByWhatFollows) {
  Parsed p = Parse(
      "package p\nfunc f(a []int, b [4]int, T[int], c T[int]) {}\ntype S struct { x [2]int; T[int]; y T[int] "
      "}\n");
  EXPECT_EQ(p.errors, std::vector<std::string>{"parameters are either all named or all unnamed"});
  const auto* s = p.file.types[0].type->As<StructTypeExpr>();
  ASSERT_EQ(s->fields.size(), 3U);
  EXPECT_EQ(s->fields[0].names.size(), 1U);
  EXPECT_TRUE(s->fields[1].embedded());
  EXPECT_EQ(s->fields[2].names[0].text, "y");
}

TEST(ParserTest, TypeParametersOrArrayLength) {
  Parsed p = Parse(
      "package p\ntype A[N int] int\ntype B [N]int\ntype C [N * 2]int\ntype D[P *T, Q any] int\ntype E "
      "[pkg.N]int\ntype F []int\n");
  EXPECT_TRUE(p.errors.empty());
  ASSERT_EQ(p.file.types.size(), 6U);
  EXPECT_TRUE(p.file.types[0].type_params.present());
  EXPECT_NE(p.file.types[1].type->As<ArrayTypeExpr>(), nullptr);
  EXPECT_NE(p.file.types[2].type->As<ArrayTypeExpr>(), nullptr);
  EXPECT_EQ(p.file.types[3].type_params.count(), 2U);
  EXPECT_NE(p.file.types[4].type->As<ArrayTypeExpr>(), nullptr);
  EXPECT_NE(p.file.types[5].type->As<ArrayTypeExpr>(), nullptr);
}

TEST(ParserTest, ConstGroupsRepeatImplicitly) {
  Parsed p = Parse("package p\nconst (\n A T = iota\n B\n _\n C = \"x\"\n D\n)\n");
  ASSERT_EQ(p.file.values.size(), 5U);
  EXPECT_EQ(p.file.values[1].iota, 1);
  EXPECT_TRUE(p.file.values[1].implicit_repetition);
  EXPECT_EQ(p.file.values[1].type, p.file.values[0].type);
  EXPECT_EQ(p.file.values[4].type, nullptr);
  EXPECT_EQ(p.file.values[4].values[0], p.file.values[3].values[0]);
}

TEST(ParserTest, DirectivesBelongToTheNextDeclaration) {
  Parsed p = Parse(
      "package p\n\n//go:noinline\n//go:linkname f runtime.f\nfunc f() {\n//go:inside\n}\n\nfunc g() {}\n");
  ASSERT_EQ(p.file.funcs.size(), 2U);
  ASSERT_EQ(p.file.funcs[0].directives.size(), 2U);
  EXPECT_EQ(p.file.funcs[0].directives[1].text, "go:linkname f runtime.f");
  EXPECT_TRUE(p.file.funcs[1].directives.empty());
}

TEST(ParserTest, RecoversAtTheNextDeclaration) {
  Parsed p = Parse("package p\nvar = 3\nfunc f(a int { }\ntype T struct { x int }\nfunc g() {}\n");
  EXPECT_TRUE(p.file.has_errors);
  EXPECT_EQ(p.errors.size(), 2U);
  EXPECT_NE(p.file.FindType("T"), nullptr);
  EXPECT_NE(p.file.FindFunc("", "g"), nullptr);
}

TEST(ParserTest, HostileNestingEndsInADiagnostic) {
  std::string brackets = "package p\nvar x " + std::string(100000, '[') + "\n";
  std::string stars = "package p\nvar x = " + std::string(100000, '!') + "x\n";
  std::string parens = "package p\nvar x = " + std::string(100000, '(') + "\n";
  for (const std::string& text : {brackets, stars, parens}) {
    Parsed p = Parse(text);
    ASSERT_FALSE(p.errors.empty());
    EXPECT_EQ(p.errors[0], "nested too deeply");
  }
}

TEST(ParserTest, LongSumsAreFine) {
  std::string text = "package p\nconst x = \"a\"";
  for (int i = 0; i < 50000; ++i) text += " +\n\"b\"";
  Parsed p = Parse(text + "\n");
  EXPECT_TRUE(p.errors.empty());
}

// Every prefix of a file parses to an end, whatever is cut off.
TEST(ParserTest, EveryPrefixEnds) {
  std::string text =
      "package p\nimport ( a \"b\"; . \"c\" )\nconst ( A = iota; B )\nvar v, w = f([]int{1}...), func(x int) "
      "{ }\n"
      "type ( T[P ~int | *S, Q any] struct { a, b map[string]chan<- int `tag`; *E; F[int] }; I interface { "
      "M(); ~int } )\n"
      "func (t *T[P, Q]) m(a ...int) (b [2]int) { for { defer f() } }\n";
  for (size_t length = 0; length < text.size(); ++length) Parse(text.substr(0, length));
  EXPECT_TRUE(Parse(text).errors.empty());
}

}  // namespace
}  // namespace instc::go
