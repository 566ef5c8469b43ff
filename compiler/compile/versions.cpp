#include "compiler/compile/versions.h"

#include "compiler/check/rule_set.h"
#include "compiler/go/load/semver.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::compile {

std::vector<std::string> ClaimedVersions(const std::vector<std::string>& released,
                                         const std::vector<pack::VersionBound>& range) {
  std::vector<std::string> claimed;
  for (const std::string& version : released) {
    const bool named = llvm::any_of(range, [&](const pack::VersionBound& b) { return b.version == version; });
    // Of a module that was never tagged the one version is its newest commit.
    if ((go::Prerelease(version).empty() || named || go::IsPseudoVersion(version)) &&
        check::InRange(version, range))
      claimed.push_back(version);
  }
  return claimed;
}

std::vector<std::string> EndVersions(const std::vector<std::string>& claimed) {
  std::vector<std::string> ends;
  for (size_t i = 0; i < claimed.size(); ++i) {
    const std::string minor = go::MajorMinor(claimed[i]);
    const bool first = i == 0 || go::MajorMinor(claimed[i - 1]) != minor;
    const bool last = i + 1 == claimed.size() || go::MajorMinor(claimed[i + 1]) != minor;
    if (first || last) ends.push_back(claimed[i]);
  }
  return ends;
}

std::string FirstToLast(const std::string& first, const std::string& last) {
  return first == last ? first : first + " to " + last;
}

std::string RangeText(const std::vector<pack::VersionBound>& range) {
  std::string text;
  for (const pack::VersionBound& bound : range) {
    text += text.empty() ? "" : ", ";
    text += (bound.op == "=" ? "==" : bound.op) + " " + bound.version;
  }
  return text;
}

}  // namespace instc::compile
