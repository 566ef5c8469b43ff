#include "compiler/go/edit/editor.h"

#include <algorithm>

#include "dsl/base/check.h"
#include "llvm/ADT/Twine.h"

namespace instc::go {
namespace {

constexpr llvm::StringRef kByteOrderMark = "\xEF\xBB\xBF";

/// Line and column (in bytes, as the Go compiler counts) of ever larger offsets.
class PositionCursor {
 public:
  explicit PositionCursor(llvm::StringRef text) : text_(text) {}

  std::string RestoreAt(uint32_t offset) {
    for (; at_ < offset; ++at_) {
      if (text_[at_] != '\n') continue;
      ++line_;
      line_start_ = at_ + 1;
    }
    return "/*line :" + std::to_string(line_) + ":" + std::to_string(offset - line_start_ + 1) + "*/";
  }

 private:
  llvm::StringRef text_;
  uint32_t at_ = 0;
  uint32_t line_ = 1;
  uint32_t line_start_ = 0;
};

}  // namespace

void Editor::Insert(uint32_t offset, llvm::StringRef text) {
  INSTC_CHECK(offset <= original_.size(), "insertion behind the end of the file");
  INSTC_CHECK(!text.contains('\n'), "an insertion must not add a line");
  insertions_.push_back({offset, text.str(), true});
}

void Editor::Prefix(const Ident& name, llvm::StringRef text) {
  insertions_.push_back({name.offset, text.str(), false});
  Insert(name.end(), "");
}

void Editor::Append(llvm::StringRef name, llvm::StringRef text) {
  appended_ += ("//line " + name + ":1:1\n" + text).str();
  if (!text.endswith("\n")) appended_ += "\n";
}

std::string Editor::Render(const Positions& positions) const {
  std::vector<Insertion> sorted = insertions_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Insertion& a, const Insertion& b) { return a.offset < b.offset; });
  std::string out;
  // The mark may stand at the very front of a file only, where the header goes.
  uint32_t written = original_.startswith(kByteOrderMark) ? kByteOrderMark.size() : 0;
  if (!positions.path.empty()) out += ("//line " + positions.path + ":1:1\n").str();
  PositionCursor cursor(original_);
  for (size_t i = 0; i < sorted.size(); ++i) {
    uint32_t offset = std::max(sorted[i].offset, written);
    out += original_.slice(written, offset);
    written = offset;
    out += sorted[i].text;
    bool last_here = i + 1 == sorted.size() || sorted[i + 1].offset != sorted[i].offset;
    if (sorted[i].restore && positions.restore && last_here) out += cursor.RestoreAt(offset);
  }
  out += original_.drop_front(written);
  if (!appended_.empty()) out += (out.empty() || out.back() == '\n' ? "" : "\n") + appended_;
  return out;
}

}  // namespace instc::go
