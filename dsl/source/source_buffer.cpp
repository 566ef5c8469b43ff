#include "dsl/source/source_buffer.h"

#include <algorithm>
#include <cstring>

#include "dsl/base/check.h"
#include "llvm/Support/MemoryBuffer.h"

namespace instc {

Result<std::unique_ptr<SourceBuffer>> SourceBuffer::Read(llvm::vfs::FileSystem& files,
                                                         const llvm::Twine& path) {
  auto buffer = files.getBufferForFile(path, /*FileSize=*/-1, /*RequiresNullTerminator=*/false);
  if (!buffer) return Fail("cannot read {0}: {1}", path.str(), buffer.getError().message());
  if ((*buffer)->getBufferSize() > kMaxSize) return Fail("cannot read {0}: larger than 64 MiB", path.str());
  return FromString(path.str(), (*buffer)->getBuffer().str());
}

std::unique_ptr<SourceBuffer> SourceBuffer::FromString(std::string name, std::string text) {
  return std::unique_ptr<SourceBuffer>(new SourceBuffer(std::move(name), std::move(text)));
}

SourceBuffer::SourceBuffer(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
  INSTC_CHECK(text_.size() <= kMaxSize, "source text exceeds the offset range");
  line_starts_.push_back(0);
  const char* const begin = text_.data();
  const char* const end = begin + text_.size();
  const char* at = begin;
  while (at < end && (at = static_cast<const char*>(std::memchr(at, '\n', end - at))) != nullptr) {
    line_starts_.push_back(static_cast<uint32_t>(++at - begin));
  }
}

unsigned SourceBuffer::LineOf(uint32_t offset) const {
  auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  return static_cast<unsigned>(after - line_starts_.begin());
}

uint32_t SourceBuffer::LineStart(unsigned line) const {
  INSTC_CHECK(line >= 1 && line <= LineCount(), "no such line");
  return line_starts_[line - 1];
}

llvm::StringRef SourceBuffer::LineText(unsigned line) const {
  uint32_t begin = LineStart(line);
  uint32_t end = line < LineCount() ? line_starts_[line] : size();
  return llvm::StringRef(text_).slice(begin, end).rtrim("\r\n");
}

LineColumn SourceBuffer::Position(uint32_t offset) const {
  offset = std::min(offset, size());
  unsigned line = LineOf(offset);
  unsigned column = 1;
  for (uint32_t i = LineStart(line); i < offset; ++i) {
    bool continuation = (static_cast<unsigned char>(text_[i]) & 0xC0U) == 0x80U;
    if (!continuation) ++column;
  }
  return {line, column};
}

Span Cover(Span a, Span b) {
  if (!a.Valid()) return b;
  if (!b.Valid()) return a;
  INSTC_CHECK(a.buffer == b.buffer, "a span cannot cover two buffers");
  return {a.buffer, std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

}  // namespace instc
