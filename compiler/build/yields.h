// Which plugins step back in this program, and for what. Whether they do is decided while the program runs,
// for each call; the build only knows what is linked.
#ifndef INSTC_COMPILER_BUILD_YIELDS_H
#define INSTC_COMPILER_BUILD_YIELDS_H

#include <string>

#include "compiler/build/listing.h"
#include "compiler/build/match.h"

namespace instc::build {

/// A line for the one who builds; empty when the program links nothing that a plugin yields to.
[[nodiscard]] std::string YieldNote(const Matched& matched, const Listing& listing);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_YIELDS_H
