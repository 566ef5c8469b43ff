#include "compiler/go/syntax/build_constraint.h"

#include <gtest/gtest.h>

namespace instc::go {
namespace {

bool Eval(llvm::StringRef expression, const BuildContext& context = {}) {
  auto value = EvaluateConstraint(expression, [&](llvm::StringRef tag) { return context.HasTag(tag); });
  EXPECT_TRUE(value.has_value()) << expression.str();
  return value.value_or(false);
}

TEST(BuildConstraintTest, Expressions) {
  EXPECT_TRUE(Eval("linux && amd64"));
  EXPECT_TRUE(Eval("unix && !windows"));
  EXPECT_TRUE(Eval("windows || (linux && cgo)"));
  EXPECT_FALSE(Eval("!(linux || darwin)"));
  EXPECT_TRUE(Eval("go1.21 && !go1.99"));
  EXPECT_FALSE(Eval("ignore"));
  BuildContext tagged;
  tagged.tags = {"netgo"};
  EXPECT_TRUE(Eval("netgo", tagged));
}

TEST(BuildConstraintTest, MalformedIsNoAnswer) {
  auto any = [](llvm::StringRef) { return true; };
  for (llvm::StringRef text : {"", "linux &&", "(linux", "linux darwin", "&& a", "a | b", "!"}) {
    EXPECT_FALSE(EvaluateConstraint(text, any).has_value()) << text.str();
  }
  EXPECT_FALSE(EvaluateConstraint(std::string(100000, '('), any).has_value());
}

TEST(BuildConstraintTest, FileNames) {
  BuildContext linux_amd64;
  EXPECT_TRUE(FileNameMatches("server.go", linux_amd64));
  EXPECT_TRUE(FileNameMatches("linux.go", linux_amd64));
  EXPECT_TRUE(FileNameMatches("x_linux.go", linux_amd64));
  EXPECT_TRUE(FileNameMatches("x_linux_amd64.go", linux_amd64));
  EXPECT_TRUE(FileNameMatches("x_unix.go", linux_amd64));
  EXPECT_FALSE(FileNameMatches("x_windows.go", linux_amd64));
  EXPECT_FALSE(FileNameMatches("x_linux_arm64.go", linux_amd64));
  EXPECT_FALSE(FileNameMatches("x_js_wasm.go", linux_amd64));
  EXPECT_FALSE(FileNameMatches("_x.go", linux_amd64));
  EXPECT_FALSE(FileNameMatches("x.s", linux_amd64));
}

TEST(BuildConstraintTest, TagsOfTheToolchain) {
  auto holds = [](llvm::StringRef tag, int minor, llvm::StringRef os, llvm::StringRef arch) {
    BuildContext context;
    context.go_minor = minor;
    context.goos = os.str();
    context.goarch = arch.str();
    return context.HasTag(tag);
  };
  EXPECT_TRUE(holds("goexperiment.regabiargs", 26, "linux", "amd64"));
  EXPECT_FALSE(holds("goexperiment.regabiargs", 26, "linux", "386"));
  EXPECT_TRUE(holds("goexperiment.swissmap", 24, "linux", "amd64"));
  EXPECT_FALSE(holds("goexperiment.swissmap", 23, "linux", "amd64"));
  EXPECT_TRUE(holds("goexperiment.coverageredesign", 24, "linux", "amd64"));
  EXPECT_FALSE(holds("goexperiment.coverageredesign", 25, "linux", "amd64"));
  EXPECT_FALSE(holds("goexperiment.dwarf5", 25, "darwin", "arm64"));
  EXPECT_TRUE(holds("amd64.v1", 25, "linux", "amd64"));
  EXPECT_FALSE(holds("amd64.v3", 25, "linux", "amd64"));
  EXPECT_FALSE(holds("go1.09", 26, "linux", "amd64"));
}

TEST(BuildConstraintTest, Headers) {
  EXPECT_EQ(HeaderConstraint("// Copyright\n\n//go:build linux && cgo\n\npackage p\n"), "linux && cgo");
  EXPECT_EQ(HeaderConstraint("/* a\n b */\n//go:build x\npackage p\n"), "x");
  EXPECT_EQ(HeaderConstraint("package p\n//go:build x\n"), "");
  EXPECT_EQ(HeaderConstraint("// +build linux,!cgo darwin\n// +build x\n\npackage p\n"),
            "((linux && !cgo) || (darwin)) && ((x))");
  EXPECT_EQ(HeaderConstraint("// +build linux\npackage p\n"), "") << "no blank line: a package comment";
  EXPECT_EQ(HeaderConstraint("//go:build a\n// +build b\n\npackage p\n"), "a");
}

TEST(BuildConstraintTest, Files) {
  EXPECT_TRUE(FileMatches("x.go", "//go:build linux\n\npackage p\n", {}));
  EXPECT_FALSE(FileMatches("x.go", "//go:build linux &&\n\npackage p\n", {}));
  EXPECT_FALSE(FileMatches("x_windows.go", "package p\n", {}));
}

}  // namespace
}  // namespace instc::go
