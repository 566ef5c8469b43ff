#include "compiler/check/suggest.h"

#include <algorithm>

namespace instc::check {
namespace {

/// Whether two names are the same letters in another order: `ulr` and `url`.
bool Shuffled(std::string a, std::string b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b && a.size() > 2;
}

/// Edit distance in which a difference of case counts nothing but breaks ties last; 1000 when it is no slip.
unsigned Distance(llvm::StringRef name, llvm::StringRef candidate) {
  if (name == candidate) return 1000;
  const std::string a = name.lower();
  const std::string b = candidate.lower();
  if (a == b) return 1;
  if (Shuffled(a, b)) return 2;
  const unsigned allowed = std::max<unsigned>(1, static_cast<unsigned>(name.size()) / 3);
  const unsigned distance = llvm::StringRef(a).edit_distance(b, true, allowed);
  if (distance <= allowed) return 2 * distance;
  // A prefix is what people type when they shorten: `Address` for `Addr` and the other way round.
  const bool prefix = llvm::StringRef(a).startswith(b) || llvm::StringRef(b).startswith(a);
  return prefix && std::min(a.size(), b.size()) >= 3 ? 2 * allowed + 1 : 1000;
}

}  // namespace

std::vector<std::string> Nearest(llvm::StringRef name, llvm::ArrayRef<std::string> candidates, size_t count) {
  std::vector<std::pair<unsigned, std::string>> scored;
  for (const std::string& candidate : candidates) {
    const unsigned distance = Distance(name, candidate);
    if (distance < 1000) scored.emplace_back(distance, candidate);
  }
  std::sort(scored.begin(), scored.end());
  scored.erase(std::unique(scored.begin(), scored.end()), scored.end());
  std::vector<std::string> names;
  for (size_t i = 0; i < scored.size() && i < count; ++i) names.push_back(scored[i].second);
  return names;
}

std::string DidYouMean(llvm::ArrayRef<std::string> names) {
  if (names.empty()) return "";
  std::string text = "did you mean ";
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += "`" + names[i] + "`";
  }
  return text + "?";
}

}  // namespace instc::check
