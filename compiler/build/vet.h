// `go test` vets the packages that it tests. Of a vendored build the runtime has no directory on disk
// (backend.md section 5), and that is where the go command would run vet for it; so instc vets the packages
// beforehand, as they are without it, with the checks that `go test` would make.
#ifndef INSTC_COMPILER_BUILD_VET_H
#define INSTC_COMPILER_BUILD_VET_H

#include <optional>
#include <string>
#include <vector>

#include "llvm/ADT/StringRef.h"

namespace instc::build {

/// What `go vet` must be told to check what `go test` checks; nullopt: it checks nothing. `asked` is the
/// value of -vet, `go_version` like v1.26.8.
[[nodiscard]] std::optional<std::vector<std::string>> VetFlags(const std::optional<std::string>& asked,
                                                               llvm::StringRef go_version);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_VET_H
