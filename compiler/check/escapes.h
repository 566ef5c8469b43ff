// Where a rule file steps out of what the checker can vouch for: `trust` and `parameterized`, Go functions of
// others, raw Go.
#ifndef INSTC_COMPILER_CHECK_ESCAPES_H
#define INSTC_COMPILER_CHECK_ESCAPES_H

#include <string>
#include <vector>

#include "compiler/check/rule_set.h"

namespace instc::check {

struct Escape {
  enum class Kind { kTrust, kExtern, kRawGo };
  Kind kind = Kind::kTrust;
  Span span;
  std::string what;  ///< the reason; the package of an extern; empty for raw Go
};

/// In the order of the file.
std::vector<Escape> FindEscapes(const RuleFile& file);

/// Lines with more than blanks and comments in them.
struct RawShare {
  unsigned raw = 0, all = 0;
  [[nodiscard]] unsigned Percent() const { return all == 0 ? 0 : raw * 100 / all; }
};
RawShare ShareOf(const RuleFile& file);

/// More raw Go than rules: what is missing from the language should become known.
void ReportRawShare(const RuleFile& file, diag::Emitter& emitter);

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_ESCAPES_H
