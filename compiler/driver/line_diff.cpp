// The common head and tail are cut off first; what remains goes through a longest-common-subsequence table,
// or, when that table would be large, is shown as replaced as a whole.
#include "compiler/driver/line_diff.h"

#include <algorithm>
#include <vector>

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace instc {
namespace {

constexpr size_t kContext = 3;
constexpr size_t kMaxTable = size_t{1} << 22U;

using Lines = llvm::SmallVector<llvm::StringRef, 0>;

struct Line {
  char mark;  // ' ', '-' or '+'
  llvm::StringRef text;
};

Lines SplitLines(llvm::StringRef text) {
  Lines lines;
  text.split(lines, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

// The edit script between a[0..] and b[0..], neither of which shares its ends with the other.
void Script(llvm::ArrayRef<llvm::StringRef> a, llvm::ArrayRef<llvm::StringRef> b, std::vector<Line>& out) {
  size_t width = b.size() + 1;
  bool small = (a.size() + 1) * width <= kMaxTable;
  std::vector<uint32_t> common(small ? (a.size() + 1) * width : 0);
  for (size_t i = a.size(); small && i-- > 0;) {
    for (size_t j = b.size(); j-- > 0;) {
      common[i * width + j] = a[i] == b[j] ? common[(i + 1) * width + j + 1] + 1
                                           : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  size_t i = 0;
  size_t j = 0;
  while (small && i < a.size() && j < b.size()) {
    if (a[i] == b[j]) {
      out.push_back({' ', a[i]});
      ++i, ++j;
    } else if (common[(i + 1) * width + j] >= common[i * width + j + 1]) {
      out.push_back({'-', a[i++]});
    } else {
      out.push_back({'+', b[j++]});
    }
  }
  while (i < a.size()) out.push_back({'-', a[i++]});
  while (j < b.size()) out.push_back({'+', b[j++]});
}

std::vector<Line> AllLines(const Lines& a, const Lines& b) {
  size_t shorter = std::min(a.size(), b.size());
  size_t head = 0;
  while (head < shorter && a[head] == b[head]) ++head;
  size_t tail = 0;
  while (tail < shorter - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  std::vector<Line> lines;
  for (size_t i = 0; i < head; ++i) lines.push_back({' ', a[i]});
  Script(llvm::makeArrayRef(a).drop_front(head).drop_back(tail),
         llvm::makeArrayRef(b).drop_front(head).drop_back(tail), lines);
  for (size_t i = a.size() - tail; i < a.size(); ++i) lines.push_back({' ', a[i]});
  return lines;
}

// Is the line within kContext lines of a change?
std::vector<bool> Shown(const std::vector<Line>& lines) {
  std::vector<bool> shown(lines.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].mark == ' ') continue;
    size_t from = i < kContext ? 0 : i - kContext;
    size_t to = std::min(lines.size(), i + kContext + 1);
    std::fill(shown.begin() + static_cast<ptrdiff_t>(from), shown.begin() + static_cast<ptrdiff_t>(to), true);
  }
  return shown;
}

}  // namespace

std::string LineDiff(llvm::StringRef path, llvm::StringRef before, llvm::StringRef after,
                     llvm::StringRef how) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "--- " << path << "\n+++ " << path << " (" << how << ")\n";
  Lines a = SplitLines(before);
  Lines b = SplitLines(after);
  std::vector<Line> lines = AllLines(a, b);
  std::vector<bool> shown = Shown(lines);
  size_t a_line = 1;
  size_t b_line = 1;
  for (size_t i = 0; i < lines.size();) {
    if (!shown[i]) {
      ++a_line, ++b_line, ++i;
      continue;
    }
    size_t end = i;
    size_t a_count = 0;
    size_t b_count = 0;
    for (; end < lines.size() && shown[end]; ++end) {
      if (lines[end].mark != '+') ++a_count;
      if (lines[end].mark != '-') ++b_count;
    }
    out << llvm::formatv("@@ -{0},{1} +{2},{3} @@\n", a_line, a_count, b_line, b_count);
    for (; i < end; ++i) out << lines[i].mark << lines[i].text << '\n';
    a_line += a_count;
    b_line += b_count;
  }
  return out.str();
}

}  // namespace instc
