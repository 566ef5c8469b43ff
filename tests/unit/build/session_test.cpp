#include "compiler/build/session.h"

#include "compiler/build/files.h"
#include "gtest/gtest.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "nlohmann/json.hpp"

namespace instc::build {
namespace {

class SessionTest : public testing::Test {
 protected:
  void SetUp() override {
    llvm::SmallString<128> path;
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("instc-session", path));
    directory_ = path.str().str();
  }
  void TearDown() override { llvm::sys::fs::remove_directories(directory_); }

  SessionInput InputFor(Form form) {
    SessionInput input;
    input.project = {form, directory_ + "/src", directory_ + "/src/go.mod"};
    input.cache_directory = directory_ + "/cache";
    input.go_version = "v1.26.8";
    input.linking_files = {{directory_ + "/src/zz_instc.go", "main"}};
    return input;
  }

  Session WriteOrFail(const SessionInput& input) {
    Result<Session> session = WriteSession({}, input);
    if (session) return *session;
    ADD_FAILURE() << llvm::toString(session.takeError());
    return {};
  }

  std::string Text(const std::string& path) {
    Result<std::string> text = ReadFile(path);
    return text ? *text : llvm::toString(text.takeError());
  }
  nlohmann::json Replacements(const Session& session) {
    return nlohmann::json::parse(Text(session.directory + "/overlay.json"))["Replace"];
  }

  std::string directory_;
};

TEST_F(SessionTest, ModuleForm) {
  ASSERT_FALSE(llvm::errorToBool(PublishFile(directory_ + "/src/go.mod", "module m\n")));
  Session session = WriteOrFail(InputFor(Form::kModule));
  nlohmann::json replace = Replacements(session);
  EXPECT_EQ(replace[directory_ + "/src/go.mod"], session.directory + "/go.mod");
  EXPECT_EQ(replace[directory_ + "/src/zz_instc.go"], session.directory + "/link_main.go");
  std::string mod = Text(session.directory + "/go.mod");
  EXPECT_EQ(mod.find("module m\n\nrequire instc.dev/rt v0.0.0\n\nreplace instc.dev/rt => \"" + directory_ +
                     "/cache/rt/"),
            0U)
      << mod;
  EXPECT_EQ(Text(session.directory + "/link_main.go"),
            "// Written by instc go: links the instrumentation.\n\npackage main\n\nimport _ "
            "\"instc.dev/rt/instcwire\"\n");
  EXPECT_EQ(Text(directory_ + "/src/go.mod"), "module m\n");
}

TEST_F(SessionTest, SameInputSameDirectory) {
  ASSERT_FALSE(llvm::errorToBool(PublishFile(directory_ + "/src/go.mod", "module m\n")));
  std::string first = WriteOrFail(InputFor(Form::kModule)).directory;
  EXPECT_EQ(WriteOrFail(InputFor(Form::kModule)).directory, first);
  ASSERT_FALSE(llvm::errorToBool(PublishFile(directory_ + "/src/go.mod", "module n\n")));
  EXPECT_NE(WriteOrFail(InputFor(Form::kModule)).directory, first);
}

TEST_F(SessionTest, WorkspaceForm) {
  ASSERT_FALSE(llvm::errorToBool(PublishFile(directory_ + "/src/go.mod", "go 1.23\n")));
  Session session = WriteOrFail(InputFor(Form::kWorkspace));
  EXPECT_EQ(Text(session.directory + "/go.work").find("go 1.23\n\nuse \""), 0U);
}

TEST_F(SessionTest, VendorFormPutsTheRuntimeIntoTheModule) {
  SessionInput input = InputFor(Form::kVendor);
  input.module_path = "example.com/app";
  input.module_directory = directory_ + "/src";
  Session session = WriteOrFail(input);
  nlohmann::json replace = Replacements(session);
  EXPECT_FALSE(replace.contains(directory_ + "/src/go.mod"));
  EXPECT_TRUE(replace.contains(directory_ + "/src/_instc/rt/port.go"));
  EXPECT_FALSE(replace.contains(directory_ + "/src/_instc/rt/go.mod"));
  EXPECT_EQ(replace[directory_ + "/src/_instc/rt/instcwire/wire.go"], session.directory + "/wire.go");
  EXPECT_NE(Text(session.directory + "/wire.go").find("rt \"example.com/app/_instc/rt\""),
            std::string::npos);
}

TEST_F(SessionTest, HiddenPaths) {
  ASSERT_FALSE(llvm::errorToBool(PublishFile(directory_ + "/src/go.mod", "module m\n")));
  SessionInput input = InputFor(Form::kModule);
  input.module_directory = directory_ + "/src";
  input.hide_paths = true;
  Session session = WriteOrFail(input);
  EXPECT_NE(Text(session.directory + "/go.mod").find("replace instc.dev/rt => \"./_instc/rt\"\n"),
            std::string::npos);
  EXPECT_TRUE(Replacements(session).contains(directory_ + "/src/_instc/rt/go.mod"));
  EXPECT_NE(Text(session.directory + "/wire.go").find("rt \"instc.dev/rt\""), std::string::npos);
}

TEST_F(SessionTest, WithoutAModule) {
  Session session = WriteOrFail(InputFor(Form::kNoModule));
  EXPECT_EQ(Text(session.directory + "/go.mod").find("module command-line-arguments\n\ngo 1.26.8\n\nrequire"),
            0U);
}

TEST_F(SessionTest, UserOverlayIsMerged) {
  ASSERT_FALSE(llvm::errorToBool(PublishFile(directory_ + "/src/go.mod", "module m\n")));
  ASSERT_FALSE(llvm::errorToBool(PublishFile(directory_ + "/alt.mod", "module other\n")));
  ASSERT_FALSE(llvm::errorToBool(PublishFile(
      directory_ + "/o.json",
      "{\"Replace\": {\"src/go.mod\": \"alt.mod\", \"src/a.go\": \"b.go\", \"src/c.go\": \"\"}}")));
  Result<Overlay> overlay = ReadOverlay("o.json", directory_);
  ASSERT_TRUE(static_cast<bool>(overlay)) << llvm::toString(overlay.takeError());
  SessionInput input = InputFor(Form::kModule);
  input.user_overlay = *overlay;
  Session session = WriteOrFail(input);
  nlohmann::json replace = Replacements(session);
  EXPECT_EQ(replace[directory_ + "/src/a.go"], directory_ + "/b.go");
  EXPECT_EQ(replace[directory_ + "/src/c.go"], "");
  EXPECT_EQ(Text(session.directory + "/go.mod").find("module other\n"), 0U);
}

TEST_F(SessionTest, NothingHalfWritten) {
  ASSERT_FALSE(llvm::errorToBool(PublishFile(directory_ + "/plain", "a file where a directory must be")));
  EXPECT_TRUE(llvm::errorToBool(PublishDirectory(directory_ + "/ok", {{"a", "1"}, {"a/b", "2"}})));
  EXPECT_FALSE(Exists(directory_ + "/ok"));
  std::error_code error;
  int entries = 0;
  for (llvm::sys::fs::directory_iterator it(directory_, error), end; it != end && !error; it.increment(error))
    ++entries;
  EXPECT_EQ(entries, 1);
}

}  // namespace
}  // namespace instc::build
