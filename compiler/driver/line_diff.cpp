// The common head and tail are cut off first; between them stands the shortest edit script, or, when that
// would be long, everything replaced.
#include "compiler/driver/line_diff.h"

#include <algorithm>
#include <vector>

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace instc {
namespace {

constexpr size_t kContext = 3;
constexpr int kMaxEdits = 3000;

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

// The furthest line of `a` that is reached on each diagonal (line of a minus line of b) with so many edits.
class Reached {
 public:
  explicit Reached(int edits) : edits_(edits), x_(2 * static_cast<size_t>(edits) + 3, 0) {}
  int& operator[](int diagonal) { return x_[static_cast<size_t>(diagonal + edits_ + 1)]; }

 private:
  int edits_;
  std::vector<int> x_;
};

/// Whether the last edit before diagonal k was an insertion, given what one edit fewer reaches.
bool ByInsertion(Reached& before, int k, int edits) {
  return k == -edits || (k != edits && before[k - 1] < before[k + 1]);
}

// The edit script between a[0..] and b[0..]: the shortest one (E. Myers, "An O(ND) difference algorithm and
// its variations", 1986), or everything replaced when that is long.
void Script(llvm::ArrayRef<llvm::StringRef> a, llvm::ArrayRef<llvm::StringRef> b, std::vector<Line>& out) {
  const int n = static_cast<int>(a.size());
  const int m = static_cast<int>(b.size());
  std::vector<Reached> steps = {Reached(0)};
  bool found = false;
  for (int edits = 0; !found && edits <= std::min(n + m, kMaxEdits); ++edits) {
    Reached now(edits + 1);
    Reached& before = steps.back();
    for (int k = -edits; k <= edits && !found; k += 2) {
      int x = edits == 0 ? 0 : ByInsertion(before, k, edits) ? before[k + 1] : before[k - 1] + 1;
      while (x < n && x - k < m && a[x] == b[x - k]) ++x;
      now[k] = x;
      found = x >= n && x - k >= m;
    }
    steps.push_back(std::move(now));
  }
  if (!found) {
    for (llvm::StringRef line : a) out.push_back({'-', line});
    for (llvm::StringRef line : b) out.push_back({'+', line});
    return;
  }
  std::vector<Line> reversed;
  int x = n;
  int y = m;
  for (int edits = static_cast<int>(steps.size()) - 2; edits > 0; --edits) {
    Reached& before = steps[static_cast<size_t>(edits)];
    const bool insertion = ByInsertion(before, x - y, edits);
    const int k = x - y + (insertion ? 1 : -1);
    const int x_before = before[k];
    for (; x > x_before + (insertion ? 0 : 1); --x, --y) reversed.push_back({' ', a[x - 1]});
    if (insertion)
      reversed.push_back({'+', b[--y]});
    else
      reversed.push_back({'-', a[--x]});
  }
  for (; x > 0; --x) reversed.push_back({' ', a[x - 1]});
  out.insert(out.end(), reversed.rbegin(), reversed.rend());
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
