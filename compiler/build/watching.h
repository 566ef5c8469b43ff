// What the packages of a build depend on, besides the command line: the files and directories to look at
// before a remembered answer (warm.h) is given again.
#ifndef INSTC_COMPILER_BUILD_WATCHING_H
#define INSTC_COMPILER_BUILD_WATCHING_H

#include <optional>
#include <string>
#include <vector>

#include "compiler/build/listing.h"
#include "compiler/build/toolchain.h"
#include "compiler/build/warm.h"

namespace instc::build {

/// Whether the package's files may change between two builds.
[[nodiscard]] bool MayChange(const Listed& package, const Project& project);

/// `patterns` are the packages as they were named, `more` files besides those of the project and its
/// packages. nullopt: too much to look at.
[[nodiscard]] std::optional<std::vector<Watched>> WatchInputs(const Project& project, const Listing& listing,
                                                              const std::vector<std::string>& patterns,
                                                              std::vector<std::string> more);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_WATCHING_H
