// Damaged source must end in diagnostics and Invalid types, never in a crash or a hang: the same text is
// broken in a few thousand ways (fixed seed), parsed, and every question is asked of whatever remains.
#include <random>

#include "tests/fuzz/go_questions.h"
#include "tests/unit/go/types_fixture.h"

namespace instc::go {
namespace {

constexpr llvm::StringLiteral kSource = R"(package p
import ( "q"; r "q"; . "q" )
const ( A = iota << 2; B; C T = "x" + "y"; D = len([...]int{3: 1, 2}) )
var v, w = f[int](q.X, 'a'), m["k"].n[1:2]
var u = func(x int) (y error) { return nil }(3)
type T[P ~int | *S[P], Q interface{ comparable; M() }] struct { a, b map[string]chan<- int `tag`; *E; F[int, Q]; next *T[P, Q] }
type S[X any] struct { T[S[X], E] }
type E interface { M(); E2 }
type E2 interface { N(int) E; interface{ O() } }
type F[A, B any] [D]func(A, ...B) (x, y A)
type G = H
type H = map[G]F[int, string]
func f[K any](a, b K, c ...*T[int, E]) (z K, err error) { for { defer g() }; return }
func (t *T[P, Q]) M() P { return t.next.M() }
func (E3) m() { goto x }
type E3 struct { E; *E3; q.Y }
)";
constexpr llvm::StringLiteral kImported =
    "package q\nvar X = Y{}\ntype Y struct { Z *Y }\nfunc (Y) M() int\n";

// Breaks the text in one of a few ways.
std::string Damaged(std::string text, std::mt19937& random) {
  static constexpr llvm::StringLiteral kBytes = "(){}[]*,;.=\"`'/| \n~:<-aTS0";
  for (int count = 1 + static_cast<int>(random() % 4); count > 0; --count) {
    size_t at = random() % text.size();
    switch (random() % 3) {
      case 0:
        text[at] = kBytes[random() % kBytes.size()];
        break;
      case 1:
        text.erase(at, 1 + random() % 8);
        break;
      default:
        text.insert(at, text.substr(random() % text.size(), 1 + random() % 12));
        break;
    }
  }
  return text;
}

class RobustnessTest : public TypesTest, public ::testing::WithParamInterface<unsigned> {};

TEST_P(RobustnessTest, DamagedSourceEnds) {
  std::mt19937 random(GetParam());
  for (int i = 0; i < 40; ++i) {
    std::string path = "p" + std::to_string(i);
    Add(path, Damaged(kSource.str(), random));
    if (i == 0) Add("q", kImported.str());
  }
  for (int i = 0; i < 40; ++i) AskEverything(Load("p" + std::to_string(i)));
}

// Each of these would have twice the terms of the one before it, or their square.
TEST_F(TypesTest, UnionsOfUnionsStayShort) {
  std::string text = "package unions\ntype A0 interface{ ~int | ~string | bool }\ntype B0 interface{ A0 }\n";
  for (int i = 1; i <= 30; ++i) {
    const std::string now = std::to_string(i), before = std::to_string(i - 1);
    text += "type A" + now + " interface{ A" + before + " | A" + before + " }\n";
    text += "type B" + now + " interface{ B" + before + "; A" + now + "; B" + before + " }\n";
  }
  Add("unions", text);
  const Package& package = Load("unions");
  AskEverything(package);
  for (llvm::StringRef name : {"A30", "B30"}) {
    const auto* interface = UnderlyingAs<InterfaceType>(llvm::cast<TypeName>(package.Lookup(name))->type());
    ASSERT_NE(interface, nullptr);
    EXPECT_EQ(interface->Terms()->size(), 3U);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RobustnessTest, ::testing::Range(1U, 11U));

}  // namespace
}  // namespace instc::go
