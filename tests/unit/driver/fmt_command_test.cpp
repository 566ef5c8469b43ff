// instc fmt against a file system in memory: what is written where, and what is left alone.
#include <map>

#include "compiler/driver/command.h"
#include "gtest/gtest.h"
#include "llvm/Support/MemoryBuffer.h"

namespace instc {
namespace {

class FmtTest : public testing::Test {
 protected:
  void AddFile(llvm::StringRef path, llvm::StringRef text) {
    files_.addFile(path, 0, llvm::MemoryBuffer::getMemBufferCopy(text));
  }

  int Run(std::vector<std::string> args) {
    llvm::raw_string_ostream out(out_);
    llvm::raw_string_ostream err(err_);
    args.insert(args.begin(), "fmt");
    CommandContext context{
        .args = std::move(args),
        .files = files_,
        .out = out,
        .err = err,
        .read_stdin = [] { return Result<std::string>("plugin   p"); },
        .write_file =
            [this](llvm::StringRef path, llvm::StringRef text) {
              written_[path.str()] = text.str();
              return llvm::Error::success();
            },
    };
    return RunInstc(context);
  }

  llvm::vfs::InMemoryFileSystem files_;
  std::map<std::string, std::string> written_;
  std::string out_;
  std::string err_;
};

TEST_F(FmtTest, WritesOnlyFilesThatChange) {
  AddFile("/good.hook", "plugin p\n");
  AddFile("/bad.hook", "plugin   p");
  EXPECT_EQ(Run({"/good.hook", "/bad.hook"}), kExitOk);
  EXPECT_EQ(written_, (std::map<std::string, std::string>{{"/bad.hook", "plugin p\n"}}));
  EXPECT_EQ(out_ + err_, "");
}

TEST_F(FmtTest, LeavesFilesWithErrorsAlone) {
  AddFile("/broken.hook", "plugin   p on");
  AddFile("/bad.hook", "plugin   p");
  EXPECT_EQ(Run({"/broken.hook", "/bad.hook"}), kExitErrors);
  EXPECT_EQ(written_.count("/broken.hook"), 0U);
  EXPECT_EQ(written_.count("/bad.hook"), 1U);
  EXPECT_NE(err_.find("E01"), std::string::npos);
}

TEST_F(FmtTest, FiltersTheStandardInput) {
  EXPECT_EQ(Run({"-"}), kExitOk);
  EXPECT_EQ(out_, "plugin p\n");
  EXPECT_TRUE(written_.empty());
}

TEST_F(FmtTest, ChecksWithoutWriting) {
  AddFile("/bad.hook", "plugin   p");
  EXPECT_EQ(Run({"--check", "/bad.hook"}), kExitErrors);
  EXPECT_EQ(out_, "/bad.hook\n");
  EXPECT_TRUE(written_.empty());
}

TEST_F(FmtTest, ReportsMissingFiles) {
  EXPECT_EQ(Run({"/none.hook"}), kExitErrors);
  EXPECT_NE(err_.find("cannot read /none.hook"), std::string::npos);
}

}  // namespace
}  // namespace instc
