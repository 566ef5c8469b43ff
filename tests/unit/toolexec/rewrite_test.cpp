#include "compiler/toolexec/rewrite.h"

#include "gtest/gtest.h"

namespace instc::toolexec {
namespace {

using pack::Hook;
using pack::Plan;

Hook MakeHook(const char* symbol, const char* func, std::vector<std::string> params,
              std::vector<std::string> results) {
  Hook hook;
  hook.rule = std::string("demo.") + symbol;
  hook.symbol = symbol;
  hook.origin = {"demo.hook", 3};
  hook.func = func;
  hook.params = std::move(params);
  hook.results = std::move(results);
  hook.code = "func instcEnter_" + hook.symbol + "(@{params})";
  return hook;
}

std::string Written(const Plan& plan, std::vector<std::string> texts, size_t index = 0) {
  std::vector<GoFile> files;
  for (size_t i = 0; i < texts.size(); ++i)
    files.push_back({"/src/f" + std::to_string(i) + ".go", texts[i], false});
  Result<std::vector<ChangedFile>> changed = Rewrite(plan, files);
  if (!changed) return "error: " + llvm::toString(changed.takeError());
  for (const ChangedFile& file : *changed) {
    if (file.index == index) return file.text;
  }
  return "unchanged";
}

Plan PlanOf(std::vector<Hook> hooks) {
  Plan plan;
  plan.package = "example.com/p";
  for (Hook& hook : hooks) plan.hooks.push_back({static_cast<uint32_t>(plan.hooks.size()), std::move(hook)});
  return plan;
}

TEST(RewriteTest, EnterOnly) {
  EXPECT_EQ(Written(PlanOf({MakeHook("a", "F", {"x"}, {"_"})}),
                    {"package p\n\nfunc F(n int) error { return nil }\n"}),
            "//line /src/f0.go:1:1\npackage p\n\nfunc F(n int) error { if instcPort != nil { instcEnter_a(n) "
            "};/*line :3:22*/ "
            "return nil }\n//line instc/demo.a.go:1:1\nfunc instcEnter_a(x int)\n");
}

TEST(RewriteTest, EnterAndExitWithWrites) {
  Hook hook = MakeHook("a", "M", {"_", "req"}, {"n", "err"});
  hook.receiver = pack::Receiver{"T", true, "t"};
  hook.has_exit = true;
  hook.enter_writes = {"req"};
  hook.exit_writes = {"err"};
  hook.imports = {{"instc_u", "net/url"}};
  hook.code = "A(@{params})B(@{params}@{results})C(@{type err})D(@{rule})";
  EXPECT_EQ(Written(PlanOf({hook}), {"package p\nfunc (*T) M(_ int, _ ...string) (int, error) {\n}\n"}),
            "//line /src/f0.go:1:1\npackage p; import instc_u \"net/url\"/*line :1:10*/\n"
            "func (instcV /*line :2:7*/*T) M(instcP0_/*line :2:14*/ int, instcP1_/*line :2:21*/ ...string) "
            "(instcR0 /*line "
            ":2:34*/int, instcR1 /*line :2:39*/error) { if instcPort != nil { if instcS := "
            "instcEnter_a(instcV, instcP0_, "
            "instcP1_); instcS.on { instcP1_ = instcS.w_req; defer func() { instcR1 = instcExit_a(instcS, "
            "instcV, instcP0_, "
            "instcP1_, instcR0, instcR1) }() } };/*line :2:47*/\n}\n"
            "//line instc/demo.a.go:1:1\n"
            "A(t *T, _ int, req []string)B(t *T, _ int, req []string, n int, err error)C(error)D(0)\n");
}

TEST(RewriteTest, SeveralHooksAtOneFunctionKeepTheirOrder) {
  std::string out =
      Written(PlanOf({MakeHook("b", "F", {}, {}), MakeHook("a", "F", {}, {})}), {"package p\nfunc F() {}\n"});
  EXPECT_NE(out.find("instcEnter_b() }; if instcPort != nil { instcEnter_a() };/*line :2:11*/}"),
            std::string::npos)
      << out;
}

TEST(RewriteTest, ExitOfAFunctionWithoutValues) {
  Hook hook = MakeHook("a", "F", {}, {});
  hook.has_exit = true;
  std::string out = Written(PlanOf({hook}), {"package p\nfunc F() {}\n"});
  EXPECT_NE(out.find("instcS.on { defer func() { instcExit_a(instcS) }() } };"), std::string::npos) << out;
}

TEST(RewriteTest, FieldsGoBehindTheLastField) {
  Plan plan;
  plan.package = "p";
  plan.fields = {{"T", "instcA string; instcB int"}};
  auto field = [&](const char* text) {
    std::string out = Written(plan, {std::string("package p\n") + text});
    return out.substr(out.find("package p\n") + 10);
  };
  EXPECT_EQ(field("type T struct{}"), "type T struct{instcA string; instcB int/*line :2:15*/}");
  EXPECT_EQ(field("type T struct { a int }"),
            "type T struct { a int; instcA string; instcB int/*line :2:22*/ }");
  EXPECT_EQ(
      field("type T struct {\n\ta int `x:\"y\"` // why\n\n\t// end\n}"),
      "type T struct {\n\ta int `x:\"y\"`; instcA string; instcB int/*line :3:15*/ // why\n\n\t// end\n}");
  EXPECT_EQ(field("type (\n\tT struct {\n\t\tio.Reader\n\t}\n)"),
            "type (\n\tT struct {\n\t\tio.Reader; instcA string; instcB int/*line :4:12*/\n\t}\n)");
  EXPECT_EQ(Written(plan, {"package p\ntype T int\n"}), "error: type `T` is not a struct");
  EXPECT_EQ(Written(plan, {"package p\n"}),
            "error: package p has no struct `T` for the hidden fields `instcA string; instcB int`");
}

TEST(RewriteTest, OnlyFilesWithSitesChange) {
  Plan plan = PlanOf({MakeHook("a", "F", {}, {})});
  EXPECT_EQ(Written(plan, {"package p\n", "package p\nfunc F() {}\n"}, 0), "unchanged");
  EXPECT_NE(Written(plan, {"package p\n", "package p\nfunc F() {}\n"}, 1), "unchanged");
}

TEST(RewriteTest, GeneratedFilesGetNoHeaderAndNoRestore) {
  Result<std::vector<ChangedFile>> changed =
      Rewrite(PlanOf({MakeHook("a", "F", {}, {})}),
              {{"/w/b001/f.cgo1.go", "package p\n//line f.go:3:1\nfunc F() {}\n", true}});
  ASSERT_TRUE(static_cast<bool>(changed));
  EXPECT_EQ(changed->at(0).text,
            "package p\n//line f.go:3:1\nfunc F() { if instcPort != nil { instcEnter_a() };}\n//line "
            "instc/demo.a.go:1:1\nfunc instcEnter_a()\n");
}

TEST(RewriteTest, DeclarationsAloneGoBehindAFileThatCgoDidNotWrite) {
  Hook types = MakeHook("o", "", {}, {});
  types.imports = {{"instc_io", "io"}};
  types.code = "type instcO_o struct{}\nvar _ = @{rule}";
  Result<std::vector<ChangedFile>> changed = Rewrite(
      PlanOf({types}), {{"/w/b001/f.cgo1.go", "package p\n", true}, {"/src/g.go", "package p\n", false}});
  ASSERT_TRUE(static_cast<bool>(changed));
  ASSERT_EQ(changed->size(), 1u);
  EXPECT_EQ(changed->at(0).index, 1u);
  EXPECT_EQ(changed->at(0).text,
            "//line /src/g.go:1:1\npackage p; import instc_io \"io\"/*line :1:10*/\n"
            "//line instc/demo.o.go:1:1\ntype instcO_o struct{}\nvar _ = 0\n");
}

TEST(RewriteTest, PatchesByAnchor) {
  Plan plan;
  plan.package = "runtime";
  plan.edits = {{"proc.go", "func f(", "x = y", "; z = w"}};
  Result<std::vector<ChangedFile>> changed =
      Rewrite(plan, {{"/go/other.go", "package runtime\n", false},
                     {"/go/proc.go", "package runtime\nfunc f() {\n\tx=y // c\n}\n", false}});
  ASSERT_TRUE(static_cast<bool>(changed)) << llvm::toString(changed.takeError());
  EXPECT_EQ(changed->at(0).text,
            "//line /go/proc.go:1:1\npackage runtime\nfunc f() {\n\tx=y; z = w/*line :3:5*/ // c\n}\n");
  EXPECT_EQ(Written(plan, {"package runtime\n"}),
            "error: patch of package runtime: there is no file proc.go in this build");
}

TEST(RewriteTest, WhatDoesNotFitIsAnErrorThatNamesTheRule) {
  auto error = [](Hook hook, const char* text) {
    return Written(PlanOf({std::move(hook)}), {std::string("package p\n") + text});
  };
  Hook hook = MakeHook("a", "F", {"x"}, {});
  EXPECT_EQ(
      error(hook, ""),
      "error: demo.hook:3: rule `demo.a`: package example.com/p has no `func F` in the files of this build");
  EXPECT_EQ(error(hook, "func F() {}\n"),
            "error: demo.hook:3: rule `demo.a` at `F`: the rule names 1 parameters, the function has 0");
  EXPECT_EQ(error(hook, "func F(a int) int { return 1 }\n"),
            "error: demo.hook:3: rule `demo.a` at `F`: the rule names 0 results, the function has 1");
  const char* cannot = "error: demo.hook:3: rule `demo.a` at `F`: the function cannot be hooked: ";
  EXPECT_EQ(error(hook, "func F(a int)\n"), std::string(cannot) + "it has no body in Go");
  EXPECT_EQ(error(hook, "func F[T any](a T) {}\n"), std::string(cannot) + "it is generic");
  EXPECT_EQ(error(hook, "//go:nosplit\nfunc F(a int) {}\n"),
            std::string(cannot) + "it is marked //go:nosplit");
  hook.receiver = pack::Receiver{"T", true, "t"};
  EXPECT_EQ(error(hook, "func (t *T[P]) F(a int) {}\n"), std::string(cannot) + "its receiver is generic");
  EXPECT_EQ(error(hook, "func (t T) F(a int) {}\n"),
            "error: demo.hook:3: rule `demo.a` at `F`: the rule's receiver is a pointer, the function's is a "
            "value");
  hook = MakeHook("a", "F", {}, {});
  hook.code = "@{type x}";
  EXPECT_EQ(
      error(hook, "func F() {}\n"),
      "error: demo.hook:3: rule `demo.a` at `F`: its code asks for the type of `x`, which it does not bind");
  hook.code = "@{odd}";
  EXPECT_EQ(error(hook, "func F() {}\n"),
            "error: demo.hook:3: rule `demo.a` at `F`: its code has an unknown hole `@{odd}`");
  hook.code = "@{params";
  EXPECT_EQ(error(hook, "func F() {}\n"),
            "error: demo.hook:3: rule `demo.a` at `F`: its code has an unclosed hole");
}

Plan PlanOfWrapper(std::vector<std::string> params, std::vector<std::string> results) {
  Hook hook = MakeHook("a", "F", std::move(params), std::move(results));
  hook.call = true;
  hook.code = "A@{type_params}(@{params})";
  Plan plan = PlanOf({hook});
  plan.wrappers = {{"W_", "F", {0}}};
  return plan;
}

TEST(RewriteTest, AWrapperStandsBehindTheFunction) {
  EXPECT_EQ(
      Written(PlanOfWrapper({"x", "_"}, {"_"}),
              {"package p\nfunc F(n int, _ ...string) error { defer func() { recover() }(); return nil }\n"}),
      "//line /src/f0.go:1:1\npackage p\n"
      "func F(n int, _ ...string) error { defer func() { recover() }(); return nil }\n"
      "//line instc/demo.a.go:1:1\nA(x int, _ []string)\n"
      "//line instc/demo.a.call.go:1:1\n"
      "func W_F(instcP0 int, instcP1 ...string) (error) { if instcPort != nil { instcEnter_a(instcP0, "
      "instcP1) }; return F(instcP0, instcP1...) }\n");
  EXPECT_EQ(
      Written(PlanOfWrapper({"x"}, {}), {"package p\nfunc F[T any, K comparable](m map[K]T)\n"}),
      "//line /src/f0.go:1:1\npackage p\nfunc F[T any, K comparable](m map[K]T)\n"
      "//line instc/demo.a.go:1:1\nA[T any, K comparable](x map[K]T)\n"
      "//line instc/demo.a.call.go:1:1\n"
      "func W_F[T any, K comparable](instcP0 map[K]T) { if instcPort != nil { instcEnter_a[T, K](instcP0) "
      "}; F[T, K](instcP0) }\n");
}

TEST(RewriteTest, BypassReturnsBehindTheDefer) {
  Hook hook = MakeHook("a", "F", {}, {"_", "err"});
  hook.bypass = hook.has_exit = true;
  hook.exit_writes = {"err"};
  hook.code = "S{@{result 0},@{result 1}}";
  EXPECT_EQ(
      Written(PlanOf({hook}), {"package p\nfunc F() (n int, err error) {\n}\n"}),
      "//line /src/f0.go:1:1\npackage p\nfunc F() (n int, err error) { if instcPort != nil { if instcS := "
      "instcEnter_a(); instcS.on { defer func() { err = instcExit_a(instcS, n, err) }() ; if "
      "instcS.bypassed { return instcS.bypass0, instcS.bypass1 }; } };/*line :2:30*/\n}\n"
      "//line instc/demo.a.go:1:1\nS{int,error}\n");
  hook.code = "@{result 2}";
  EXPECT_EQ(
      Written(PlanOf({hook}), {"package p\nfunc F() (n int, err error) {\n}\n"}),
      "error: demo.hook:3: rule `demo.a` at `F`: its code asks for the type of result 2, of which there "
      "are 2");
}

TEST(RewriteTest, FunctionsThatWouldNoticeAWrapper) {
  for (auto [text, why] :
       {std::pair{"func F(n int) error { recover(); return nil }",
                  "it calls recover, which works only where it is deferred itself"},
        std::pair{"//go:nosplit\nfunc F(n int) error { return nil }", "it is marked //go:nosplit"},
        std::pair{"func F[_ any](n int) error { return nil }", "it has a type parameter without a name"}}) {
    EXPECT_EQ(Written(PlanOfWrapper({"x"}, {"_"}), {std::string("package p\n") + text + "\n"}),
              std::string("error: demo.hook:3: rule `demo.a` at `F`: its calls cannot be hooked: ") + why);
  }
}

TEST(RewriteTest, CallsGetTheNameOfTheWrapper) {
  Plan plan = PlanOf({});
  plan.calls = {{"net/http", "http", "Get", "W_"}, {"m.test/go-x", "x", "F", "V_"}};
  std::vector<std::string> texts = {
      "package p\nimport \"net/http\"\nvar a = http.Get(x.F())\n",
      "package p\nimport h \"net/http\"\nimport . \"m.test/go-x\"\nfunc f() { h.Get(F(http.Get())) }\n",
      "package p\nimport _ \"net/http\"\nvar a = http.Get()\n",
      "package p\nimport \"m.test/go-x\"\nvar a = x.F()\n"};
  EXPECT_EQ(
      Written(plan, texts, 0),
      "//line /src/f0.go:1:1\npackage p\nimport \"net/http\"\nvar a = http.W_Get/*line :3:17*/(x.F())\n");
  EXPECT_EQ(Written(plan, texts, 1),
            "//line /src/f1.go:1:1\npackage p\nimport h \"net/http\"\nimport . \"m.test/go-x\"\nfunc f() { "
            "h.W_Get/*line :4:17*/(V_F/*line :4:19*/(http.Get())) }\n");
  EXPECT_EQ(Written(plan, texts, 2), "unchanged");
  EXPECT_EQ(Written(plan, texts, 3),
            "//line /src/f3.go:1:1\npackage p\nimport \"m.test/go-x\"\nvar a = x.V_F/*line :3:12*/()\n");
}

}  // namespace
}  // namespace instc::toolexec
