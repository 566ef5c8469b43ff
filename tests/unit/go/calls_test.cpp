#include "compiler/go/syntax/calls.h"

#include "compiler/go/syntax/body_calls.h"
#include "compiler/go/syntax/parser.h"
#include "gtest/gtest.h"

namespace instc::go {
namespace {

/// The calls of `http.Get` and of `Join`, which is imported with a dot, are those behind a `^` in the text.
void Expect(llvm::StringRef marked) {
  std::string text;
  std::vector<uint32_t> wanted, found;
  for (char c : marked) c == '^' ? wanted.push_back(text.size()) : text.push_back(c);
  auto calls = FindCalls(text, {{"http", "Get"}, {"", "Join"}});
  ASSERT_TRUE(static_cast<bool>(calls)) << marked.str();
  for (const FoundCall& call : *calls) found.push_back(call.name.offset);
  EXPECT_EQ(found, wanted) << marked.str();
}

void ExpectInFunction(const std::string& body) {
  Expect("package p\nimport \"net/http\"\nfunc f() {\n" + body + "\n}\nfunc g() { http.^Get() }\n");
}

TEST(FindCallsTest, CallsAreFoundInEveryStatement) {
  ExpectInFunction("http.^Get(\"x\")");
  ExpectInFunction("go http.^Get(); defer http.^Get(); return http.^Get(http.^Get())");
  ExpectInFunction("a, b := http.^Get(), Join.Get(); x[http.^Get()] = y{^Join(): http.^Get()}");
  ExpectInFunction("if x := http.^Get(); x { http.^Get() } else if http.^Get() { } else { http.^Get() }");
  ExpectInFunction("for i := http.^Get(); i < ^Join(); http.^Get() { http.^Get() }");
  ExpectInFunction("for range http.^Get() { continue; L: http.^Get(); goto L }");
  ExpectInFunction("switch http.^Get() { case http.^Get(), T{http.^Get()}: http.^Get(); default: ^Join() }");
  ExpectInFunction("switch x := http.^Get().(type) { case map[string]int, []func() int: http.^Get() }");
  ExpectInFunction("select { case c <- http.^Get(): http.^Get(); case v := <-http.^Get(): ^Join(v) }");
  ExpectInFunction("var a, b int = http.^Get(); var ( c = http.^Get(); d [2]func() = ^Join() ); const e = 1");
  ExpectInFunction(
      "(http.^Get)(); ((http.^Get))(); f(http.Get)(); http.^Get[int, []T](x); x := func() { http.^Get() }");
  ExpectInFunction("for _, x := range []int{http.^Get()} { }; if x == (T{http.^Get()}) { }");
  ExpectInFunction(
      "for _, f := range []func() struct{}{http.Get, func() struct{} { http.^Get(); return struct{}{} }} { "
      "f() }");
  ExpectInFunction("if m := map[string][]chan<- int{\"a\": {http.^Get()}}; m != nil { ^Join(m...) }");
  Expect("package p\nvar x = http.^Get()\nvar ( y = func() int { return http.^Get() }; z = ^Join(x) )\n");
}

TEST(FindCallsTest, WhatOnlyMentionsAFunctionCallsNothing) {
  ExpectInFunction("f := http.Get; f(); g(http.Get, Join); _ = x.http.Get(); x.Join(); T{http: 1, Join: 2}");
  ExpectInFunction(
      "http.GetAll(); http.Post(); type T struct { http x; Join func() }; var i interface { Join() }");
  ExpectInFunction("/* http.Get() */ x := \"http.Get()\" + `http.Get()` // http.Get()");
  Expect("package p\nfunc (http T) Join() { http.Get() }\nfunc (t T) m() { http.^Get() }\n");
}

TEST(FindCallsTest, ADeclarationTakesTheNameUntilItsBlockEnds) {
  ExpectInFunction("http.^Get(); http := http.^Get(); http.Get()");
  ExpectInFunction(
      "{ http := x; http.Get() }; http.^Get(); { var http = http.^Get(); http.Get() }; http.^Get()");
  ExpectInFunction(
      "if http := x; http.Get() { http.Get() } else if http.Get() { } else { http.Get() }; http.^Get()");
  ExpectInFunction(
      "for i, http := range http.^Get() { http.Get() }; for http := range c { http.Get() }; http.^Get()");
  ExpectInFunction("switch http := x.(type) { case int: http.Get() }; http.^Get()");
  ExpectInFunction("switch { case x: http := y; http.Get(); case z: http.^Get() }; http.^Get()");
  ExpectInFunction("select { case http, ok := <-c: http.Get(); case <-d: http.^Get() }; http.^Get()");
  ExpectInFunction(
      "func(a int, http T) { http.Get() }(http.^Get()); func() (http T) { return http.Get() }()");
  ExpectInFunction("const http = 1; http.Get()");
  ExpectInFunction("type http struct{}; http.Get()");
  ExpectInFunction("http, err = x, y; http.^Get()");
  ExpectInFunction("Join := http.Get; Join()");
  Expect(
      "package p\nfunc f(a, http int, b T) { http.Get(); ^Join() }\nfunc g[http any](Join func()) { "
      "http.Get(); Join() }\n");
}

TEST(FindCallsTest, BrokenAndHostileTextEnds) {
  for (const char* text :
       {"", "func", "func (", "func f(", "func f() {", "func f() { if", "func f() { switch {",
        "func f() { case", "package p; var (", "}}}}))))", "func f() { x := [", "else else",
        "func f() { for ;;; { http.Get(", "type T[", "func f() { select { case", "func () ()"})
    EXPECT_TRUE(static_cast<bool>(FindCalls(text, {{"http", "Get"}}))) << text;
  std::string deep(100000, '(');
  auto calls = FindCalls("package p\nvar x = " + deep, {{"http", "Get"}});
  EXPECT_FALSE(static_cast<bool>(calls));
  llvm::consumeError(calls.takeError());
}

/// The calls of a body, written with blanks between.
std::string CallsOf(const std::string& body) {
  const std::string text = "package p\nfunc (r *R) f(a A) {\n" + body + "\n}\n";
  const File file = ParseText(text, [](uint32_t, uint32_t, llvm::StringRef) {});
  std::string calls;
  for (const BodyCall& call : CallsInBody(text, *file.funcs.front().body)) {
    if (!calls.empty()) calls += " ";
    for (const Ident& name : call.path) calls += (&name == call.path.begin() ? "" : ".") + name.text.str();
  }
  return calls;
}

TEST(BodyCallsTest, WhatNamesTellIsFound) {
  EXPECT_EQ(CallsOf("g(); r.m(a.n(h())); go pkg.F(); defer r.x.y.z()"), "g r.m a.n h pkg.F r.x.y.z");
  EXPECT_EQ(CallsOf("if v, ok := g(); ok { return r.m() }"), "g r.m");
}

TEST(BodyCallsTest, WhatNamesDoNotTellIsLeftOut) {
  EXPECT_EQ(CallsOf("x := g(); x.m(); x(); r.m().n(); r.l[0].m(); r.i.(T).m(); (r).m()"), "g r.m");
  EXPECT_EQ(CallsOf("var a, g = 1, 2; g(); a.m()"), "");
  EXPECT_EQ(CallsOf("var ( f func(int); g = 1 ); g(); h()"), "h");
  EXPECT_EQ(CallsOf("type g int; g(1)"), "");
}

TEST(BodyCallsTest, FunctionLiteralsAreLeftOut) {
  EXPECT_EQ(CallsOf("func() (x struct{ y int }) { g(); return }(); h()"), "h");
  EXPECT_EQ(CallsOf("defer func(x interface{}) { g(func() { r.m() }) }(nil); h()"), "h");
}

TEST(BodyCallsTest, AnyTokensWillDo) {
  for (const char* body :
       {"func", "func(", "func interface", "var (", "var ( var ( (", ":= , := a :=", "a.", "a.b.("}) {
    const std::string text = body;
    EXPECT_LE(CallsInBody("{" + text + "}", {0, static_cast<uint32_t>(text.size() + 1)}).size(), 1U);
  }
}

}  // namespace
}  // namespace instc::go
