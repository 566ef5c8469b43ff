#include "compiler/pack/within.h"

#include <algorithm>

#include "llvm/ADT/SmallVector.h"

namespace instc::pack {
namespace {

constexpr size_t kMaxFilter = 256;
constexpr size_t kMaxPattern = 512;
constexpr llvm::StringLiteral kIn = "in ";
constexpr llvm::StringLiteral kRoot = "$root";

/// Glob matching that remembers only the last star: what lies before it never needs another try.
template <typename Sequence, typename IsStar, typename Equal>
bool Matches(const Sequence& pattern, const Sequence& text, IsStar is_star, Equal equal) {
  size_t p = 0, t = 0, star = std::string::npos, tried = 0;
  while (t < text.size()) {
    if (p < pattern.size() && is_star(pattern[p])) {
      star = p++;
      tried = t;
    } else if (p < pattern.size() && equal(pattern[p], text[t])) {
      ++p;
      ++t;
    } else if (star != std::string::npos) {
      p = star + 1;
      t = ++tried;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && is_star(pattern[p])) ++p;
  return p == pattern.size();
}

bool MatchesElement(llvm::StringRef pattern, llvm::StringRef element) {
  return Matches(
      pattern, element, [](char c) { return c == '*'; }, [](char a, char b) { return a == b; });
}

using Elements = llvm::SmallVector<llvm::StringRef, 8>;

Elements Split(llvm::StringRef path) {
  Elements elements;
  path.split(elements, '/');
  return elements;
}

bool MatchesPath(llvm::StringRef pattern, llvm::StringRef path, const std::optional<std::string>& root) {
  std::string expanded = pattern.str();
  if (pattern.startswith(kRoot)) {
    if (!root.has_value()) return false;
    expanded = *root + pattern.drop_front(kRoot.size()).str();
  }
  return Matches(
      Split(expanded), Split(path), [](llvm::StringRef element) { return element == "**"; },
      [](llvm::StringRef a, llvm::StringRef b) { return MatchesElement(a, b); });
}

}  // namespace

std::string WhyNoPattern(llvm::StringRef pattern) {
  if (pattern.empty()) return "it is empty";
  if (pattern.size() > kMaxPattern) return "it is too long";
  Elements elements = Split(pattern);
  for (size_t i = 0; i < elements.size(); ++i) {
    if (elements[i].empty()) return "an element of the path is empty";
    if (elements[i] == kRoot && i == 0) continue;
    if (elements[i].contains('$')) return "`$root` stands at the front only";
    if (elements[i] != "**" && elements[i].contains("**")) return "`**` is an element of its own";
  }
  return "";
}

bool IsWithinFilter(const std::vector<std::string>& filter) {
  if (filter.size() > kMaxFilter) return false;
  size_t depth = 0;
  for (llvm::StringRef step : filter) {
    if (step.consume_front(kIn)) {
      if (!WhyNoPattern(step).empty()) return false;
      ++depth;
    } else if (step == "and" || step == "or") {
      if (depth-- < 2) return false;
    } else if (step != "not" || depth < 1) {
      return false;
    }
  }
  return filter.empty() || depth == 1;
}

bool Holds(const std::vector<std::string>& filter, llvm::StringRef path,
           const std::optional<std::string>& root) {
  if (filter.empty()) return true;
  std::vector<bool> stack;
  for (llvm::StringRef step : filter) {
    if (step.consume_front(kIn)) {
      stack.push_back(MatchesPath(step, path, root));
    } else if (step == "not") {
      stack.back() = !stack.back();
    } else {
      bool right = stack.back();
      stack.pop_back();
      stack.back() = step == "and" ? stack.back() && right : stack.back() || right;
    }
  }
  return stack.back();
}

}  // namespace instc::pack
