// Module versions: `v1.2.3-pre.1+build`, compared as package golang.org/x/mod/semver documents.
#ifndef INSTC_COMPILER_GO_LOAD_SEMVER_H
#define INSTC_COMPILER_GO_LOAD_SEMVER_H

#include <string>

#include "llvm/ADT/StringRef.h"

namespace instc::go {

/// `v1`, `v1.2`, `v1.2.3`, with pre-release and build parts only on the full form.
bool IsSemver(llvm::StringRef version);
/// -1, 0, 1; an invalid version is lower than every valid one; the build part does not count. A pre-release
/// is lower than its release.
int CompareSemver(llvm::StringRef a, llvm::StringRef b);
/// `v1.2` of `v1.2.3-rc.1`; empty when invalid.
std::string MajorMinor(llvm::StringRef version);
/// `-rc.1` of `v1.2.3-rc.1`; empty when there is none.
llvm::StringRef Prerelease(llvm::StringRef version);
/// v0.0.0-20200101000000-abcdef123456
bool IsPseudoVersion(llvm::StringRef version);
/// Go releases: `1.21`, `go1.21.3`, `1.21rc1`. -1, 0, 1.
int CompareGoVersion(llvm::StringRef a, llvm::StringRef b);
/// 21 for `go1.21.3`; -1 when it is none.
int GoMinor(llvm::StringRef version);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_LOAD_SEMVER_H
