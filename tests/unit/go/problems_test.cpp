// Libraries that no Go compiler would take: each problem is reported where it stands, once, and the rest of
// the package answers as if nothing were wrong. And source that is legal or nearly so, and made to take for
// ever.
#include <algorithm>

#include "tests/fuzz/go_questions.h"
#include "tests/unit/go/types_fixture.h"

namespace instc::go {
namespace {

class ProblemsTest : public TypesTest {
 protected:
  // "E0391 List" for every diagnostic: its code and the text it points at.
  std::vector<std::string> Reported() const {
    std::vector<std::string> lines;
    for (const diag::Diagnostic& d : program_->diagnostics()) {
      lines.push_back(d.code + (" " + d.span.buffer->text().slice(d.span.begin, d.span.end)).str());
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  // What is reported when everything in `text` has been asked about, beside a sound declaration that must
  // stay so.
  std::vector<std::string> ProblemsOf(const std::string& text) {
    const Package& package =
        P(text + "\ntype Sound struct { N int }\nfunc (Sound) Get() []string\nvar sound = Sound{}.Get()\n");
    AskEverything(package);
    EXPECT_EQ(String(package, "sound"), "[]string");
    EXPECT_TRUE(LookupFieldOrMethod(TypeOf(package, "Sound"), "N", &package).found());
    return Reported();
  }
};

using Lines = std::vector<std::string>;

TEST_F(ProblemsTest, TypesThatContainThemselves) {
  EXPECT_EQ(ProblemsOf(
                "type A struct { a A }\ntype B struct { c C }\ntype C [2]struct { B }\n"
                "type D struct { d *D; e []D; f map[string]D; g func(D) D; h chan D; i interface { M(D) } }\n"
                "type Outside struct { a A }\n"),
            (Lines{"E0391 A", "E0391 B", "E0391 C"}));
}

TEST_F(ProblemsTest, TypesDefinedByThemselves) {
  EXPECT_EQ(ProblemsOf("type A A\ntype B C\ntype C B\n"), (Lines{"E0391 A", "E0391 B", "E0391 C"}));
}

TEST_F(ProblemsTest, AliasesOfThemselves) {
  Lines lines = ProblemsOf("type A = A\ntype B = *C\ntype C = []B\n");
  EXPECT_EQ(lines, (Lines{"E0391 A", "E0391 B", "E0391 C"}));
}

TEST_F(ProblemsTest, CyclesThatAreLegal) {
  EXPECT_EQ(
      ProblemsOf(
          "type A = func(B)\ntype B = struct { x X }\ntype X struct { a A }\ntype L = []N\n"
          "type N struct { l L; n *N }\ntype G[T any] struct { g *G[G[T]] }\ntype I interface { M(I) J }\n"
          "type J interface { I; O() J }\ntype K[P interface { M(P) }] struct { p P }\n"),
      (Lines{}));
}

TEST_F(ProblemsTest, InterfacesThatEmbedThemselves) {
  EXPECT_EQ(ProblemsOf("type A interface { A; M() }\ntype B interface { C }\ntype C interface { B }\n"),
            (Lines{"E0391 A", "E0391 B"}));
}

TEST_F(ProblemsTest, ConstraintsOfThemselves) {
  EXPECT_EQ(ProblemsOf("type T[P P] struct{}\nfunc F[Q interface { Q }](Q)\n"),
            (Lines{"E0391 P", "E0391 Q"}));
}

TEST_F(ProblemsTest, ValuesOfThemselves) {
  EXPECT_EQ(ProblemsOf("const a = b\nconst b = a + 1\nvar c = d\nvar d = c\ntype L [len(l)]int\nvar l L\n"),
            (Lines{"E0391 L", "E0391 a", "E0391 c"}));
}

TEST_F(ProblemsTest, ImportsInACircle) {
  Add("q", "package q\nimport \"p\"\ntype Q struct { P *p.P }\n");
  EXPECT_EQ(ProblemsOf("import \"q\"\ntype P struct { Q *q.Q }\nvar x = P{}.Q.P.Q"), (Lines{"E0392 \"p\""}));
  EXPECT_EQ(String(Load("p"), "x"), "*q.Q");
}

TEST_F(ProblemsTest, PackagesThatAreMissingAndNeeded) {
  EXPECT_EQ(ProblemsOf("import (\n\"gone/v2\"\nother \"away\"\n\"idle\"\n)\nvar x gone.T\nvar y = other.F()\n"
                       "type T struct { gone.Embedded; z int }\n"),
            (Lines{"E0393 \"gone/v2\"", "E0393 other \"away\""}));
  EXPECT_TRUE(LookupFieldOrMethod(TypeOf(Load("p"), "T"), "z", &Load("p")).found());
}

TEST_F(ProblemsTest, SyntaxErrorsLeaveTheRest) {
  Lines lines =
      ProblemsOf("func F( {\ntype T struct { a int\n}\nfunc (T) M() string { return }\nvar v = T{}.M()\n");
  ASSERT_FALSE(lines.empty());
  for (const std::string& line : lines) EXPECT_EQ(line.substr(0, 5), "E0390");
  EXPECT_EQ(String(Load("p"), "v"), "string");
}

TEST_F(ProblemsTest, UnclosedBodiesLeaveTheRest) {
  Lines lines =
      ProblemsOf("func F() {\n\tif x {\n}\n\nfunc G() int { return 1 }\n\nvar v = G()\nfunc H() {\n");
  EXPECT_FALSE(lines.empty());
  EXPECT_EQ(String(Load("p"), "v"), "int");
}

// ---- Source that is made to take for ever ----

std::string Repeated(int count, const std::function<std::string(int)>& line) {
  std::string text;
  for (int i = 0; i < count; ++i) text += line(i);
  return text;
}

std::string N(int i) {
  return std::to_string(i);
}

TEST_F(ProblemsTest, DoublingStructs) {
  AskEverything(
      P(Repeated(60, [](int i) { return "type T" + N(i) + " struct { a, b T" + N(i + 1) + " }\n"; }) +
        "type T60 struct { x int }\n"));
}

TEST_F(ProblemsTest, DoublingAliases) {
  auto aliases = [](const std::string& prefix) {
    return Repeated(60, [&](int i) {
      return "type " + prefix + N(i) + " = struct { a, b " + prefix + N(i + 1) + " }\n";
    });
  };
  AskEverything(P(aliases("A") + "type A60 = int\n" + aliases("B") + "type B60 = int\n"), 4);
}

TEST_F(ProblemsTest, DoublingInstances) {
  AskEverything(
      P("type Pair[A, B any] struct { a A; b B }\ntype G0[T any] = Pair[T, T]\n" +
        Repeated(40,
                 [](int i) { return "type G" + N(i + 1) + "[T any] = G" + N(i) + "[G" + N(i) + "[T]]\n"; }) +
        "var x G40[int]\ntype Grow[T any] struct { next *Grow[Pair[T, T]] }\nvar y Grow[int]\n"),
      5);
}

TEST_F(ProblemsTest, DoublingConstants) {
  AskEverything(
      P("const s0 = \"x\"\n" +
        Repeated(80, [](int i) { return "const s" + N(i + 1) + " = s" + N(i) + " + s" + N(i) + "\n"; }) +
        "const n0 = 3\n" +
        Repeated(80, [](int i) { return "const n" + N(i + 1) + " = n" + N(i) + " * n" + N(i) + "\n"; }) +
        "const f = 1e2000000000\nconst g = 1 << 4000000000\nvar a [1 << 62][1 << 62]int\n"));
}

TEST_F(ProblemsTest, DoublingEmbedding) {
  AskEverything(P(Repeated(60, [](int i) {
    return "type I" + N(i) + " interface { I" + N(i + 1) + "; J" + N(i + 1) + " }\ntype J" + N(i) +
           " interface { I" + N(i + 1) + "; J" + N(i + 1) + " }\n";
  })));
}

}  // namespace
}  // namespace instc::go
