#include "compiler/check/suggest.h"

#include <algorithm>

#include "compiler/check/check.h"

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

namespace {

/// Letters to change, add, drop or swap with their neighbour. A difference of case alone is one letter.
unsigned Letters(llvm::StringRef name, llvm::StringRef candidate) {
  if (name.equals_insensitive(candidate)) return 1;
  const size_t same = std::distance(
      name.begin(), std::mismatch(name.begin(), name.end(), candidate.begin(), candidate.end()).first);
  const bool swapped = name.size() == candidate.size() && same + 1 < name.size() &&
                       name[same] == candidate[same + 1] && name[same + 1] == candidate[same] &&
                       name.drop_front(same + 2) == candidate.drop_front(same + 2);
  return swapped ? 1 : name.edit_distance(candidate, /*AllowReplacements=*/true, /*MaxEditDistance=*/4);
}

}  // namespace

std::optional<std::string> ClearlyMeant(llvm::StringRef name, llvm::ArrayRef<std::string> candidates) {
  constexpr size_t kLongest = 256;  // the distance is quadratic
  if (name.size() < 4 || name.size() > kLongest) return std::nullopt;
  unsigned best = 5;
  unsigned second = 5;
  const std::string* nearest = nullptr;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kLongest || (nearest != nullptr && *nearest == candidate)) continue;
    const unsigned letters = Letters(name, candidate);
    if (letters < best) nearest = &candidate;
    second = std::min(second, std::max(best, letters));
    best = std::min(best, letters);
  }
  const unsigned allowed = name.size() < 8 ? 1 : 2;
  if (nearest == nullptr || best > allowed || second < best + 2) return std::nullopt;
  return *nearest;
}

void Suggest(diag::Builder& builder, Span span, llvm::StringRef name,
             llvm::ArrayRef<std::string> candidates) {
  if (const auto meant = ClearlyMeant(name, candidates); meant.has_value() && span.Text() == name) {
    builder.Fix("did you mean `" + *meant + "`?", span, *meant);
  } else if (const auto near = Nearest(name, candidates); !near.empty()) {
    builder.Help(DidYouMean(near));
  }
}

void SuggestPackage(diag::Builder& builder, Span quoted, llvm::StringRef path, const Target& target) {
  if (target.std_packages == nullptr || !go::IsStdImportPath(path)) return;
  const bool plain = quoted.Text() == ("\"" + path + "\"").str();
  const Span inside{quoted.buffer, quoted.begin + 1, quoted.end - 1};
  Suggest(builder, plain ? inside : Span(), path, target.std_packages());
}

}  // namespace instc::check
