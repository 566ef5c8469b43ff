// "Did you mean": names that a person could have meant by a name the registry does not have.
//
// Two kinds of slip are common. A typing slip (`http.respone.status_code`) is near by edit distance. A memory
// slip
// (`http.status_code`, `db.client.request.duration`) has most of the right words, but some are missing, extra
// or swapped; by letters it is far away. So a candidate costs the cheaper of the two measures, and candidates
// beyond a bound that grows with the length of the name are not offered: a wrong guess helps nobody. A
// candidate of another namespace costs more: who writes `db.client.request.duration` did not mean the one of
// `http`.
#include <algorithm>

#include "compiler/conventions/registry.h"
#include "llvm/ADT/SmallVector.h"

namespace instc::conventions {
namespace {

using Words = llvm::SmallVector<llvm::StringRef, 8>;

constexpr unsigned kTooFar = ~0U;
constexpr size_t kLongestName = 256;  // edit distance is quadratic; nothing in the registry is that long

Words SplitWords(llvm::StringRef name) {
  Words words;
  while (!name.empty()) {
    size_t end = name.find_first_of("._");
    if (llvm::StringRef word = name.substr(0, end); !word.empty()) words.push_back(word);
    name = end == llvm::StringRef::npos ? "" : name.drop_front(end + 1);
  }
  return words;
}

bool SameWord(llvm::StringRef a, llvm::StringRef b) {
  return a == b || (std::min(a.size(), b.size()) > 3 && a.edit_distance(b, true, 1) <= 1);
}

unsigned CountMissing(const Words& from, const Words& in) {
  return std::count_if(from.begin(), from.end(), [&](llvm::StringRef word) {
    return std::none_of(in.begin(), in.end(), [&](llvm::StringRef other) { return SameWord(word, other); });
  });
}

unsigned LetterCost(llvm::StringRef name, llvm::StringRef candidate) {
  unsigned bound = std::max<size_t>(2, name.size() / 6);
  unsigned distance = name.edit_distance(candidate, true, bound);
  return distance > bound ? kTooFar : distance;
}

unsigned WordCost(const Words& name, const Words& candidate) {
  if (name.size() < 2) return kTooFar;
  const size_t missing = CountMissing(name, candidate), extra = CountMissing(candidate, name);
  if (missing * 3 > name.size() || extra > 2) return kTooFar;
  return static_cast<unsigned>(1 + 3 * missing + extra);
}

unsigned NamespaceCost(const Words& name, const Words& candidate) {
  return name.empty() || SameWord(name.front(), candidate.front()) ? 0 : 4;
}

template <typename Entry>
std::vector<std::string> Nearest(const std::vector<Entry>& entries, llvm::StringRef name, unsigned count) {
  if (name.size() > kLongestName) return {};
  Words words = SplitWords(name);
  std::vector<std::pair<unsigned, llvm::StringRef>> near;
  for (const Entry& entry : entries) {
    if (entry.deprecated) continue;
    Words candidate = SplitWords(entry.name);
    unsigned cost = std::min(LetterCost(name, entry.name), WordCost(words, candidate));
    if (cost == kTooFar) continue;
    near.emplace_back(cost + NamespaceCost(words, candidate), entry.name);
  }
  std::sort(near.begin(), near.end());
  if (near.size() > count) near.resize(count);
  std::vector<std::string> names;
  for (const auto& [cost, candidate] : near) names.push_back(candidate.str());
  return names;
}

}  // namespace

std::vector<std::string> Registry::NearestAttributes(llvm::StringRef name, unsigned count) const {
  return Nearest(attributes_, name, count);
}

std::vector<std::string> Registry::NearestMetrics(llvm::StringRef name, unsigned count) const {
  return Nearest(metrics_, name, count);
}

}  // namespace instc::conventions
