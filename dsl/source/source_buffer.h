// Source text with a name and a line index, and the places in it.
//
// A Span names its buffer, so one diagnostic can point into several files: the rule file, another plugin, a
// Go file of the library. Buffers outlive every Span into them: whoever loads files keeps the unique_ptrs
// until the end.
#ifndef INSTC_DSL_SOURCE_SOURCE_BUFFER_H
#define INSTC_DSL_SOURCE_SOURCE_BUFFER_H

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dsl/base/result.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/VirtualFileSystem.h"

namespace instc {

// 1-based; the column counts code points, as an editor shows it (a tab is one).
struct LineColumn {
  unsigned line = 0;
  unsigned column = 0;
};

class SourceBuffer {
 public:
  // Files above this size are refused: offsets are 32 bits, and no rule or Go file is this large.
  static constexpr size_t kMaxSize = 64U << 20U;

  [[nodiscard]] static Result<std::unique_ptr<SourceBuffer>> Read(llvm::vfs::FileSystem& files,
                                                                  const llvm::Twine& path);
  // `name` is what positions show; it need not be a file.
  [[nodiscard]] static std::unique_ptr<SourceBuffer> FromString(std::string name, std::string text);

  SourceBuffer(const SourceBuffer&) = delete;
  SourceBuffer& operator=(const SourceBuffer&) = delete;

  [[nodiscard]] llvm::StringRef name() const { return name_; }
  [[nodiscard]] llvm::StringRef text() const { return text_; }
  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(text_.size()); }

  [[nodiscard]] unsigned LineCount() const { return static_cast<unsigned>(line_starts_.size()); }
  // The 1-based line that holds the byte `offset`; an offset past the end is on the last line.
  [[nodiscard]] unsigned LineOf(uint32_t offset) const;
  // Byte offset of the first byte of the 1-based `line`.
  [[nodiscard]] uint32_t LineStart(unsigned line) const;
  // The text of the 1-based `line` without its line end.
  [[nodiscard]] llvm::StringRef LineText(unsigned line) const;
  [[nodiscard]] LineColumn Position(uint32_t offset) const;

 private:
  SourceBuffer(std::string name, std::string text);

  std::string name_;
  std::string text_;
  std::vector<uint32_t> line_starts_;
};

// One place: a byte offset in a buffer. A default Loc is nowhere.
struct Loc {
  const SourceBuffer* buffer = nullptr;
  uint32_t offset = 0;

  [[nodiscard]] bool Valid() const { return buffer != nullptr; }
};

// A half-open byte range [begin, end) in a buffer. A default Span is nowhere: a diagnostic there has no
// excerpt.
struct Span {
  const SourceBuffer* buffer = nullptr;
  uint32_t begin = 0;
  uint32_t end = 0;

  [[nodiscard]] bool Valid() const { return buffer != nullptr; }
  [[nodiscard]] uint32_t Size() const { return end - begin; }
  [[nodiscard]] llvm::StringRef Text() const {
    return buffer == nullptr ? llvm::StringRef() : buffer->text().slice(begin, end);
  }
  [[nodiscard]] Loc Start() const { return {buffer, begin}; }
  friend bool operator==(const Span&, const Span&) = default;
};

// The smallest span that covers both, which must lie in one buffer.
[[nodiscard]] Span Cover(Span a, Span b);

}  // namespace instc

#endif  // INSTC_DSL_SOURCE_SOURCE_BUFFER_H
