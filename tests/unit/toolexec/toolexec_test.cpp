#include "compiler/toolexec/toolexec.h"

#include "compiler/pack/plan.h"
#include "compiler/pack/relocation.h"
#include "gtest/gtest.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

namespace instc::toolexec {
namespace {

/// A directory of its own with a session and an object directory.
class ToolexecTest : public testing::Test {
 protected:
  void SetUp() override {
    llvm::SmallString<128> path;
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("instc-toolexec", path));
    directory_ = path.str().str();
    ASSERT_FALSE(llvm::sys::fs::create_directory(directory_ + "/b001"));
  }
  void TearDown() override { llvm::sys::fs::remove_directories(directory_); }

  void Write(const std::string& name, llvm::StringRef text) {
    std::error_code error;
    llvm::raw_fd_ostream out(directory_ + "/" + name, error);
    ASSERT_FALSE(error);
    out << text;
  }
  std::string Read(const std::string& path) {
    auto buffer = llvm::MemoryBuffer::getFile(path);
    return buffer ? (*buffer)->getBuffer().str() : "cannot read " + path;
  }

  /// Writes a plan that adds one file to package p; its digest.
  std::string WritePlan(bool is_main, const char* package, const char* added = "port.go") {
    pack::Plan plan;
    plan.package = package;
    plan.is_main = is_main;
    plan.files = {{added, "package p\n"}};
    Write("abc123.plan.json", pack::PlanToJson(plan));
    return "-instc=abc123";
  }

  std::string Run(ToolCall& call) {
    llvm::Error error = Prepare(call, directory_);
    return error ? llvm::toString(std::move(error)) : "";
  }

  ToolCall Compile(const std::string& flag, const std::string& package) {
    return {{},
            "/go/compile",
            {"-o", directory_ + "/b001/_pkg_.a", "-p", package, flag, "-pack", directory_ + "/p.go"}};
  }

  std::string directory_;
};

TEST_F(ToolexecTest, HidesWhereAModuleIsBuilt) {
  Write("relocated.json", pack::RelocationsToJson({{"/mod/x@v1", "/cache/x", "h1:abc="}}));
  ToolCall compile{{}, "/go/compile", {"-o", "o", "-trimpath", "$WORK/b001=>", "-p", "main", "x.go"}};
  EXPECT_TRUE(NeedsWork(compile, directory_));
  EXPECT_EQ(Run(compile), "");
  EXPECT_EQ(compile.arguments[3], "$WORK/b001=>;/cache/x=>/mod/x@v1");

  const std::string importcfg = directory_ + "/b001/importcfg.link";
  Write("b001/importcfg.link",
        "modinfo \"mod\\tx\\tv1\\n=>\\t/cache/x\\t(devel)\\t\\ndep\\ty\\tv2\\th1:y=\\n\"\n");
  ToolCall link{{}, "/go/link", {"-o", "a.out", "-importcfg", importcfg}};
  EXPECT_EQ(Run(link), "");
  EXPECT_EQ(Read(link.arguments[3]), "modinfo \"mod\\tx\\tv1\\th1:abc=\\ndep\\ty\\tv2\\th1:y=\\n\"\n");
  EXPECT_NE(link.arguments[3], importcfg);

  Write("relocated.json", "{}");
  EXPECT_NE(Run(link), "");
}

TEST_F(ToolexecTest, ParsesTheChain) {
  Result<ToolCall> call = ParseToolCall({"--chain=2", "time", "-v", "/go/link", "-o", "x"});
  ASSERT_TRUE(static_cast<bool>(call));
  EXPECT_EQ(call->chain, (std::vector<std::string>{"time", "-v"}));
  EXPECT_EQ(call->tool, "/go/link");
  EXPECT_EQ(call->arguments, (std::vector<std::string>{"-o", "x"}));
  for (const auto& bad :
       std::vector<std::vector<std::string>>{{}, {"--chain=2", "time"}, {"--chain=x", "time"}}) {
    Result<ToolCall> refused = ParseToolCall(bad);
    EXPECT_FALSE(static_cast<bool>(refused));
    llvm::consumeError(refused.takeError());
  }
}

TEST_F(ToolexecTest, MostToolsNeedNoWork) {
  EXPECT_FALSE(NeedsWork({{}, "/go/pkg/tool/link", {"-instc=1"}}, ""));
  EXPECT_FALSE(NeedsWork({{}, "gcc", {}}, ""));
  EXPECT_FALSE(NeedsWork({{}, "/go/compile", {"-V=full"}}, ""));
  EXPECT_TRUE(NeedsWork({{}, "/go/compile", {"-o", "x", "-instc=1"}}, ""));
  EXPECT_TRUE(NeedsWork({{}, "/go/cover", {}}, ""));
}

TEST_F(ToolexecTest, RewritesTheTarget) {
  Write("p.go", "package p\n");
  ToolCall call = Compile(WritePlan(false, "example.com/p"), "example.com/p");
  ASSERT_EQ(Run(call), "");
  EXPECT_EQ(call.arguments.back(), directory_ + "/b001/instc_port.go");
  EXPECT_EQ(Read(call.arguments.back()), "//line instc/port.go:1:1\npackage p\n");
  for (const std::string& argument : call.arguments) EXPECT_NE(argument.substr(0, 7), "-instc=");
}

TEST_F(ToolexecTest, LeavesTestsOfTheTargetAlone) {
  Write("p.go", "package p\n");
  ToolCall external = Compile(WritePlan(false, "example.com/p"), "example.com/p_test");
  ASSERT_EQ(Run(external), "");
  EXPECT_EQ(external.arguments.back(), directory_ + "/p.go");
  ToolCall test_main = Compile(WritePlan(true, "example.com/p"), "main");
  test_main.arguments.push_back(directory_ + "/b001/_testmain.go");
  ASSERT_EQ(Run(test_main), "");
  EXPECT_EQ(test_main.arguments.back(), directory_ + "/b001/_testmain.go");
}

TEST_F(ToolexecTest, RewritesAMainPackage) {
  Write("p.go", "package main\n");
  ToolCall call = Compile(WritePlan(true, "example.com/p"), "main");
  ASSERT_EQ(Run(call), "");
  EXPECT_EQ(call.arguments.back(), directory_ + "/b001/instc_port.go");
}

TEST_F(ToolexecTest, NothingIsSkippedSilently) {
  Write("p.go", "package p\n");
  ToolCall missing = Compile("-instc=fff", "example.com/p");
  EXPECT_NE(Run(missing).find("cannot read " + directory_ + "/fff.plan.json"), std::string::npos);
  ToolCall odd = Compile("-instc=../x", "example.com/p");
  EXPECT_NE(Run(odd).find("is not the digest of a plan"), std::string::npos);
  ToolCall outside = Compile(WritePlan(false, "example.com/p"), "example.com/p");
  llvm::Error error = Prepare(outside, "");
  EXPECT_NE(llvm::toString(std::move(error)).find("INSTC_PLAN is not set"), std::string::npos);
  ToolCall escaping = Compile(WritePlan(false, "example.com/p", "../evil.go"), "example.com/p");
  EXPECT_NE(Run(escaping).find("not a plain name"), std::string::npos);
  Write("abc123.plan.json", "{}");
  ToolCall broken = Compile("-instc=abc123", "example.com/p");
  EXPECT_NE(Run(broken).find("`backend`: missing"), std::string::npos);
}

TEST_F(ToolexecTest, AQuestionIsNotACompilation) {
  ToolCall call{{}, "/go/compile", {"-V=full", "-instc=fff"}};
  ASSERT_EQ(Run(call), "");
  EXPECT_EQ(call.arguments, (std::vector<std::string>{"-V=full"}));
}

TEST_F(ToolexecTest, CoverAndVetSeeOverlayFiles) {
  Write("overlay.json", "{\"Replace\": {\"" + directory_ + "/zz.go\": \"/session/zz.go\", \"" + directory_ +
                            "/p.go\": \"/o/p.go\"}}");
  Write("p.go", "package p\n");
  ToolCall cover{{}, "/go/cover", {"-mode", "set", directory_ + "/zz.go", directory_ + "/p.go"}};
  ASSERT_EQ(Run(cover), "");
  EXPECT_EQ(cover.arguments,
            (std::vector<std::string>{"-mode", "set", "/session/zz.go", directory_ + "/p.go"}));
  Write("b001/vet.cfg",
        "{\"GoFiles\": [\"" + directory_ + "/zz.go\", \"" + directory_ + "/p.go\"], \"ID\": \"p\"}");
  ToolCall vet{{}, "/go/vet", {"-x", directory_ + "/b001/vet.cfg"}};
  ASSERT_EQ(Run(vet), "");
  EXPECT_EQ(vet.arguments.back(), directory_ + "/b001/instc_vet.cfg");
  EXPECT_NE(Read(vet.arguments.back()).find("\"/session/zz.go\""), std::string::npos);
  ToolCall question{{}, "/go/vet", {"-V=full"}};
  EXPECT_EQ(Run(question), "");
}

}  // namespace
}  // namespace instc::toolexec
