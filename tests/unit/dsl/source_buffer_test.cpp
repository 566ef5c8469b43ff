#include "dsl/source/source_buffer.h"

#include "gtest/gtest.h"

namespace instc {
namespace {

TEST(SourceBufferTest, CountsColumnsInCodePoints) {
  auto buffer = SourceBuffer::FromString("f", "a\n\tбв x\n");
  LineColumn position = buffer->Position(8);  // the 'x'
  EXPECT_EQ(position.line, 2U);
  EXPECT_EQ(position.column, 5U);
}

TEST(SourceBufferTest, EndsAreOnTheLastLine) {
  auto buffer = SourceBuffer::FromString("f", "ab\r\ncd");
  EXPECT_EQ(buffer->LineCount(), 2U);
  EXPECT_EQ(buffer->LineText(1), "ab");
  EXPECT_EQ(buffer->LineOf(buffer->size()), 2U);
  EXPECT_EQ(buffer->Position(1000).column, 3U);
  auto empty = SourceBuffer::FromString("f", "");
  EXPECT_EQ(empty->LineCount(), 1U);
  EXPECT_EQ(empty->LineText(1), "");
}

TEST(SourceBufferTest, ReadsThroughTheFileSystemGiven) {
  llvm::vfs::InMemoryFileSystem files;
  files.addFile("/a.hook", 0, llvm::MemoryBuffer::getMemBuffer("plugin p"));
  auto buffer = SourceBuffer::Read(files, "/a.hook");
  ASSERT_TRUE(static_cast<bool>(buffer));
  EXPECT_EQ((*buffer)->text(), "plugin p");
  EXPECT_EQ((*buffer)->name(), "/a.hook");

  auto missing = SourceBuffer::Read(files, "/b.hook");
  ASSERT_FALSE(static_cast<bool>(missing));
  EXPECT_NE(llvm::toString(missing.takeError()).find("cannot read /b.hook"), std::string::npos);
}

TEST(SpanTest, CoversBoth) {
  auto buffer = SourceBuffer::FromString("f", "one two three");
  Span two = {buffer.get(), 4, 7};
  EXPECT_EQ(Cover({buffer.get(), 0, 3}, two).Text(), "one two");
  EXPECT_EQ(Cover({}, two), two);
}

}  // namespace
}  // namespace instc
