// What the oracle cannot ask: cycles, broken source, assignability, selection paths, inference.
#include "compiler/go/types/assign.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/infer.h"
#include "compiler/go/types/lookup.h"
#include "compiler/go/types/universe.h"
#include "tests/unit/go/types_fixture.h"

namespace instc::go {
namespace {

TEST_F(TypesTest, CyclesEndInInvalid) {
  const Package& p =
      P("type A B\ntype B A\ntype C = D\ntype D = C\ntype E [len(x)]E\nvar x E\nconst k = l\nconst l = k\n"
        "var v = w\nvar w = v\ntype I interface { I }\ntype S struct { S }\ntype G[T any] struct { *G[[]T] "
        "}\n");
  EXPECT_TRUE(Underlying(TypeOf(p, "A"))->IsInvalid());
  EXPECT_TRUE(Unalias(TypeOf(p, "C"))->IsInvalid());
  EXPECT_FALSE(llvm::cast<Const>(p.Lookup("k"))->value().known());
  EXPECT_TRUE(TypeOf(p, "v")->IsInvalid());
  Underlying(TypeOf(p, "E"));
  EXPECT_TRUE(UnderlyingAs<InterfaceType>(TypeOf(p, "I"))->AllMethods().empty());
  EXPECT_FALSE(LookupFieldOrMethod(TypeOf(p, "S"), "nothing", &p).found());
  const Type* instance = p.context().Instantiate(TypeOf(p, "G"), {BasicTypeOf(Basic::kInt)});
  EXPECT_FALSE(LookupFieldOrMethod(instance, "nothing", &p).found());
  EXPECT_TRUE(MethodSet(instance).empty());
}

TEST_F(TypesTest, UnknownNamesAreInvalidAndSilent) {
  const Package& p =
      P("import \"missing\"\nvar a missing.T\nvar b Nothing\nvar c = missing.F()\nfunc f(x Nothing) int\n");
  EXPECT_TRUE(TypeOf(p, "a")->IsInvalid());
  EXPECT_TRUE(TypeOf(p, "b")->IsInvalid());
  EXPECT_TRUE(TypeOf(p, "c")->IsInvalid());
  EXPECT_TRUE(AssignableTo(TypeOf(p, "b"), BasicTypeOf(Basic::kInt)));
  EXPECT_EQ(String(p, "f"), "func(x invalid type) int");
  EXPECT_EQ(program_->failed_imports().size(), 1U);
}

TEST_F(TypesTest, InitialisersAreFollowed) {
  Add("q",
      "package q\ntype T struct{ N int }\nfunc New(s string) (*T, error)\nfunc Must[V any](v V, err error) "
      "V\n");
  Add("p", R"(package p
import r "q"
var a, b = r.New("x")
var c = r.Must(r.New("x"))
var d = c.N
var e = [...]string{2: "x", "y"}
var f = map[string][]int{}["k"][0]
var g = func(x int) error { return nil }
var h, ok = any(c).(error)
var i = append([]byte(nil), 1)
var j = 1 << 3 * 2.0
var k = len(e) + 'a'
var l = &r.T{}
)");
  const Package& p = Load("p");
  EXPECT_EQ(String(p, "a"), "*q.T");
  EXPECT_EQ(String(p, "b"), "error");
  EXPECT_EQ(String(p, "d"), "int");
  EXPECT_EQ(String(p, "e"), "[4]string");
  EXPECT_EQ(String(p, "f"), "int");
  EXPECT_EQ(String(p, "g"), "func(x int) error");
  EXPECT_EQ(String(p, "h"), "error");
  EXPECT_EQ(String(p, "ok"), "bool");
  EXPECT_EQ(String(p, "i"), "[]byte");
  EXPECT_EQ(String(p, "j"), "float64");
  EXPECT_EQ(String(p, "k"), "int");
  EXPECT_EQ(String(p, "l"), "*q.T");
}

TEST_F(TypesTest, ConstantsAreExactOrUnknown) {
  const Package& p =
      P("const a = 365.2425 * 10000\nconst b int64 = a\nconst c uint8 = 255\nconst d = c + 1\nconst e = 1 << "
        "80 >> 78\n"
        "const f = ^uint8(3)\nconst g = -7 / 2\nconst h = \"x\" + \"y\" == \"xy\"\nconst i = 1 << 64 - "
        "1\nconst m = 7 / 2.0\n"
        "const n int64 = 1 << 100\n");
  auto value = [&](llvm::StringRef name) { return llvm::cast<Const>(p.Lookup(name))->value().ToString(); };
  EXPECT_EQ(value("b"), "3652425");
  EXPECT_EQ(value("c"), "255");
  EXPECT_EQ(value("d"), "unknown");
  EXPECT_EQ(value("e"), "4");
  EXPECT_EQ(value("f"), "252");
  EXPECT_EQ(value("g"), "-3");
  EXPECT_EQ(value("h"), "true");
  EXPECT_EQ(value("i"), "18446744073709551615");
  EXPECT_EQ(value("n"), "unknown");
  EXPECT_EQ(llvm::cast<Const>(p.Lookup("m"))->value().AsDouble(), 3.5);
}

TEST_F(TypesTest, ConstantsAreAsLargeAsTheyNeedToBe) {
  const Package& p =
      P("const a = 1 << 200 >> 199\nconst b = (1<<100 - 1) & 0xFF\nconst c float32 = 0.1\nconst d = c * 10\n"
        "const e = (3 + 4i) * 1i\nconst f = int(real(e))\nconst g = 1e308 * 10 / 1e308\nconst h = string(rune(0x20AC))\n"
        "const i = 0x1.8p1\nconst j = -(1 << 64)\n");
  auto value = [&](llvm::StringRef name) { return llvm::cast<Const>(p.Lookup(name))->value().ToString(); };
  EXPECT_EQ(value("a"), "2");
  EXPECT_EQ(value("b"), "255");
  EXPECT_EQ(llvm::cast<Const>(p.Lookup("c"))->value().AsDouble(), static_cast<double>(0.1F));
  EXPECT_EQ(llvm::cast<Const>(p.Lookup("d"))->value().AsDouble(), 1.0);
  EXPECT_EQ(value("f"), "-4");
  EXPECT_EQ(llvm::cast<Const>(p.Lookup("g"))->value().AsDouble(), 10.0);
  EXPECT_EQ(value("h"), "\"\xE2\x82\xAC\"");
  EXPECT_EQ(llvm::cast<Const>(p.Lookup("i"))->value().AsDouble(), 3.0);
  EXPECT_EQ(value("j"), "-18446744073709551616");
}

TEST_F(TypesTest, SelectionsSayWherePointersAreCrossed) {
  const Package& p =
      P("type A struct { *B; c C }\ntype B struct { C; n int }\ntype C struct { Name string }\n"
        "func (*C) Ptr() {}\nfunc (C) Val() {}\n");
  Selection name = LookupFieldOrMethod(TypeOf(p, "A"), "Name", &p);
  ASSERT_EQ(name.kind, Selection::Kind::kField);
  ASSERT_EQ(name.path.size(), 2U);
  EXPECT_EQ(name.path[0].field->name(), "B");
  EXPECT_FALSE(name.path[0].through_pointer);
  EXPECT_TRUE(name.path[1].through_pointer);
  EXPECT_FALSE(name.through_pointer);
  EXPECT_FALSE(LookupFieldOrMethod(TypeOf(p, "A"), "Ptr", &p).needs_addressable);
  EXPECT_TRUE(LookupFieldOrMethod(TypeOf(p, "B"), "Ptr", &p).needs_addressable);
  EXPECT_TRUE(LookupFieldOrMethod(p.context().Pointer(TypeOf(p, "C")), "Val", &p).through_pointer);
  EXPECT_FALSE(LookupFieldOrMethod(TypeOf(p, "B"), "n", nullptr).found())
      << "unexported, asked from elsewhere";
}

TEST_F(TypesTest, SameDepthIsAmbiguousAndShallowerWins) {
  const Package& p =
      P("type A struct { X int }\ntype B struct { X, Y int }\ntype C struct { A; B; Y string }\n");
  EXPECT_EQ(LookupFieldOrMethod(TypeOf(p, "C"), "X", &p).kind, Selection::Kind::kAmbiguous);
  EXPECT_TRUE(LookupFieldOrMethod(TypeOf(p, "C"), "Y", &p).path.empty());
  EXPECT_EQ(SelectableNames(TypeOf(p, "C"), &p), (std::vector<std::string>{"A", "B", "X", "Y"}));
}

TEST_F(TypesTest, ImplementsNamesTheObstacle) {
  const Package& p =
      P("type I interface { M(); N() int }\ntype A struct{}\nfunc (A) M() {}\nfunc (A) N() string { return "
        "\"\" }\n"
        "type B struct{}\nfunc (*B) M() {}\nfunc (*B) N() int { return 0 }\ntype C struct{}\n");
  MissingMethod missing;
  EXPECT_FALSE(Implements(TypeOf(p, "A"), TypeOf(p, "I"), &missing));
  EXPECT_EQ(missing.wanted->name(), "N");
  EXPECT_TRUE(missing.wrong_signature);
  EXPECT_FALSE(Implements(TypeOf(p, "B"), TypeOf(p, "I"), &missing));
  EXPECT_TRUE(missing.needs_pointer);
  EXPECT_TRUE(Implements(p.context().Pointer(TypeOf(p, "B")), TypeOf(p, "I")));
  EXPECT_FALSE(Implements(TypeOf(p, "C"), TypeOf(p, "I"), &missing));
  EXPECT_EQ(missing.found, nullptr);
}

TEST_F(TypesTest, Assignability) {
  const Package& p =
      P("type S []int\nvar s S\nvar raw []int\nvar c chan int\nvar r <-chan int\nvar e error\nvar f "
        "float64\nvar b byte\n"
        "type F func(int)\nvar fn F\nvar lit func(int)\nvar iface any\ntype MyInt int\nvar my MyInt\nvar n "
        "int\n");
  auto assignable = [&](llvm::StringRef from, llvm::StringRef to) {
    return AssignableTo(TypeOf(p, from), TypeOf(p, to));
  };
  EXPECT_TRUE(assignable("raw", "s"));
  EXPECT_TRUE(assignable("c", "r"));
  EXPECT_FALSE(assignable("r", "c"));
  EXPECT_TRUE(assignable("lit", "fn"));
  EXPECT_TRUE(assignable("s", "iface"));
  EXPECT_FALSE(assignable("my", "n"));
  EXPECT_FALSE(assignable("iface", "e"));
  const Type* untyped_int = BasicTypeOf(Basic::kUntypedInt);
  ConstValue big = ConstValue::Int(300);
  EXPECT_FALSE(AssignableTo(untyped_int, TypeOf(p, "b"), &big));
  EXPECT_TRUE(AssignableTo(untyped_int, TypeOf(p, "f"), &big));
  EXPECT_TRUE(AssignableTo(untyped_int, TypeOf(p, "iface"), &big));
  EXPECT_FALSE(AssignableTo(untyped_int, TypeOf(p, "e"), &big));
  EXPECT_TRUE(AssignableTo(BasicTypeOf(Basic::kUntypedNil), TypeOf(p, "fn")));
  EXPECT_FALSE(AssignableTo(BasicTypeOf(Basic::kUntypedNil), TypeOf(p, "n")));
  EXPECT_TRUE(ConvertibleTo(TypeOf(p, "my"), TypeOf(p, "f")));
  EXPECT_TRUE(ConvertibleTo(BasicTypeOf(Basic::kString), p.context().Slice(TypeOf(p, "b"))));
  EXPECT_FALSE(ConvertibleTo(BasicTypeOf(Basic::kString), TypeOf(p, "n")));
  EXPECT_FALSE(Comparable(TypeOf(p, "s")));
  EXPECT_TRUE(Comparable(TypeOf(p, "iface")));
  EXPECT_TRUE(Ordered(TypeOf(p, "my")));
}

TEST_F(TypesTest, GenericsSubstituteAndInfer) {
  const Package& p =
      P("type Pair[K comparable, V any] struct { Key K; Val V; next *Pair[K, V] }\n"
        "func (p *Pair[A, B]) Get(k A) (B, bool) { }\nvar pair Pair[string, []int]\n"
        "func Map[S ~[]E, E, R any](s S, f func(E) R) []R { }\ntype Names []string\nvar names Names\n"
        "func conv(string) int\n");
  const Type* pair = TypeOf(p, "pair");
  EXPECT_EQ(TypeString(LookupFieldOrMethod(pair, "next", &p).type, &p), "*Pair[string, []int]");
  EXPECT_EQ(TypeString(LookupFieldOrMethod(pair, "Get", &p).type, &p), "func(k string) ([]int, bool)");
  const auto* map = llvm::cast<Func>(p.Lookup("Map"))->signature();
  auto args = InferTypeArgs(*map, {}, {TypeOf(p, "names"), TypeOf(p, "conv")}, p.context());
  ASSERT_TRUE(args.has_value());
  EXPECT_EQ(SignatureString(*p.context().Instantiate(*map, *args), QualifyByName),
            "(s p.Names, f func(string) int) []int");
  EXPECT_FALSE(InferTypeArgs(*map, {}, {TypeOf(p, "names")}, p.context()).has_value());
  EXPECT_TRUE(Satisfies(BasicTypeOf(Basic::kString), ComparableType()));
  EXPECT_FALSE(Satisfies(TypeOf(p, "names"), ComparableType()));
}

TEST_F(TypesTest, CgoTypesAreQuiet) {
  const Package& p = P("import \"C\"\nvar a C.int\ntype T struct { f *C.struct_x; n int }\n");
  const auto* invalid = llvm::dyn_cast<InvalidType>(TypeOf(p, "a"));
  ASSERT_NE(invalid, nullptr);
  EXPECT_EQ(invalid->why, InvalidType::Why::kCgo);
  EXPECT_EQ(TypeString(LookupFieldOrMethod(TypeOf(p, "T"), "n", &p).type, &p), "int");
  EXPECT_TRUE(program_->failed_imports().empty());
}

}  // namespace
}  // namespace instc::go
