// The packages that a hook is for: what `where within("...")` leaves to the build, where import paths are
// known.
//
// A filter is a condition in postfix order: "in PATTERN" pushes whether the package is in the pattern, "not",
// "and" and "or" take what lies on top. A pattern is an import path whose elements may hold `*`; an element
// `**` stands for any number of elements, none included. A first element `$root` stands for the import path
// of a main module.
#ifndef INSTC_COMPILER_PACK_WITHIN_H
#define INSTC_COMPILER_PACK_WITHIN_H

#include <optional>
#include <string>
#include <vector>

#include "llvm/ADT/StringRef.h"

namespace instc::pack {

/// Why this is no pattern; empty when it is one.
[[nodiscard]] std::string WhyNoPattern(llvm::StringRef pattern);

/// Whether a pack may hold this filter.
[[nodiscard]] bool IsWithinFilter(const std::vector<std::string>& filter);

/// `root`: the import path of the main module that the package belongs to, if it does. An empty filter holds
/// everywhere.
[[nodiscard]] bool Holds(const std::vector<std::string>& filter, llvm::StringRef path,
                         const std::optional<std::string>& root);

}  // namespace instc::pack

#endif  // INSTC_COMPILER_PACK_WITHIN_H
