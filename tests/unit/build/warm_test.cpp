#include "compiler/build/warm.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "compiler/build/files.h"
#include "gtest/gtest.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

namespace instc::build {
namespace {

class WarmTest : public testing::Test {
 protected:
  void SetUp() override {
    llvm::SmallString<128> path;
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("instc-warm", path));
    directory_ = path.str().str();
    Write("a.go", "package a\n\nimport \"fmt\"\n\nfunc f() {}\n");
    Write("go.mod", "module a\n");
    Age(directory_);
  }
  void TearDown() override { llvm::sys::fs::remove_directories(directory_); }

  void Write(const std::string& name, llvm::StringRef text) {
    ASSERT_FALSE(llvm::errorToBool(PublishFile(directory_ + "/" + name, text)));
    Age(directory_ + "/" + name);
  }
  /// Makes every later change visible in the time, as it would be a second later.
  void Age(const std::string& path) {
    timespec times[2] = {{1000000000, ++ticks_}, {1000000000, ticks_}};
    ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  }
  std::string warm_file() const { return directory_ + ".warm.json"; }
  bool Holds() { return LoadWarm(warm_file()).has_value(); }

  std::string directory_;
  long ticks_ = 0;
};

TEST_F(WarmTest, HoldsUntilSomethingChanges) {
  WarmEntry entry;
  entry.command = {"go", "build"};
  entry.session = directory_;
  for (const char* name : {"", "/a.go", "/go.mod", "/go.work"})
    entry.watched.push_back(Observe(directory_ + name));
  ASSERT_FALSE(llvm::errorToBool(StoreWarm(warm_file(), entry)));
  std::optional<WarmEntry> loaded = LoadWarm(warm_file());
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->command, entry.command);

  long directory_time = ticks_;
  auto restore_directory = [&] {
    timespec times[2] = {{1000000000, 3}, {1000000000, 3}};
    ASSERT_EQ(utimensat(AT_FDCWD, directory_.c_str(), times, 0), 0);
  };
  ASSERT_EQ(directory_time, 3);
  Write("a.go", "package a\n\nimport \"fmt\"\n\nfunc g() { /* another body */ }\n");
  restore_directory();
  EXPECT_TRUE(Holds()) << "a body does not decide which packages a build has";
  Write("a.go", "package a\n\nimport \"net/http\"\n\nfunc g() {}\n");
  restore_directory();
  EXPECT_FALSE(Holds()) << "an import does";
  Write("a.go", "package a\n\nimport \"fmt\"\n");
  restore_directory();
  EXPECT_TRUE(Holds());
  Write("go.mod", "module b\n");
  restore_directory();
  EXPECT_FALSE(Holds());
  Write("go.mod", "module a\n");
  restore_directory();
  EXPECT_TRUE(Holds());
  Write("go.work", "go 1.23\n");
  restore_directory();
  EXPECT_FALSE(Holds()) << "a file that appears";
  ASSERT_FALSE(llvm::sys::fs::remove(directory_ + "/go.work"));
  restore_directory();
  EXPECT_TRUE(Holds());
  Age(directory_);
  EXPECT_FALSE(Holds()) << "a directory in which a file came or went";
}

TEST_F(WarmTest, RecentDirectoriesAreNotTrusted) {
  WarmEntry entry;
  entry.session = directory_;
  ASSERT_EQ(utimensat(AT_FDCWD, directory_.c_str(), nullptr, 0), 0);
  entry.watched.push_back(Observe(directory_));
  ASSERT_FALSE(llvm::errorToBool(StoreWarm(warm_file(), entry)));
  EXPECT_FALSE(Holds());
}

TEST_F(WarmTest, BrokenEntriesAreMisses) {
  ASSERT_FALSE(llvm::errorToBool(PublishFile(warm_file(), "{")));
  EXPECT_FALSE(Holds());
  ASSERT_FALSE(llvm::errorToBool(PublishFile(warm_file(), "{\"command\": 1}")));
  EXPECT_FALSE(Holds());
}

TEST_F(WarmTest, TheKeyFollowsWhatMatters) {
  EnvironmentList environment = {"PATH=/bin", "HOME=/h", "TERM=x"};
  std::string key = WarmKey({"build"}, "/d", environment, {});
  EXPECT_EQ(WarmKey({"build"}, "/d", {"TERM=y", "HOME=/h", "PATH=/bin"}, {}), key);
  EXPECT_NE(WarmKey({"build", "."}, "/d", environment, {}), key);
  EXPECT_NE(WarmKey({"build"}, "/e", environment, {}), key);
  environment.push_back("GOFLAGS=-race");
  EXPECT_NE(WarmKey({"build"}, "/d", environment, {}), key);
  EXPECT_NE(WarmKey({"build"}, "/d", {"PATH=/bin", "HOME=/h"}, {directory_ + "/a.go"}), key);
}

TEST_F(WarmTest, PackageDirectories) {
  for (const char* name : {"x", "x/y", "vendor", ".git", "testdata", "_z"}) {
    ASSERT_FALSE(llvm::sys::fs::create_directory(directory_ + "/" + name));
  }
  auto directories = PackageDirectories(directory_);
  ASSERT_TRUE(directories.has_value());
  EXPECT_EQ(*directories, (std::vector<std::string>{directory_, directory_ + "/x", directory_ + "/x/y"}));
  EXPECT_EQ(GoFilesOf(directory_), std::vector<std::string>{directory_ + "/a.go"});
}

}  // namespace
}  // namespace instc::build
