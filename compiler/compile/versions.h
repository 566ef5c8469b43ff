// Which versions of a library a plugin is checked at.
#ifndef INSTC_COMPILER_COMPILE_VERSIONS_H
#define INSTC_COMPILER_COMPILE_VERSIONS_H

#include <string>
#include <vector>

#include "compiler/pack/pack.h"

namespace instc::compile {

/// Those of `released` (ascending) that a range claims. A pre-release is claimed only by a bound that names
/// it.
std::vector<std::string> ClaimedVersions(const std::vector<std::string>& released,
                                         const std::vector<pack::VersionBound>& range);

/// The lowest and the highest patch of every minor version, ascending: what a library adds, it adds in
/// between.
std::vector<std::string> EndVersions(const std::vector<std::string>& claimed);

/// `v1.2.0`, or `v1.2.0 to v1.4.1`.
std::string FirstToLast(const std::string& first, const std::string& last);

/// As a rule file spells it: `>= v1.0.0, < v2.0.0`.
std::string RangeText(const std::vector<pack::VersionBound>& range);

}  // namespace instc::compile

#endif  // INSTC_COMPILER_COMPILE_VERSIONS_H
