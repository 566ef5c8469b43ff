// Files of this repository that instc carries inside itself: the shipped rules, the patches of the Go
// runtime, the Go sources of compiler/rt, and the documents that commands show. So one binary checks rules
// and builds programs, wherever it was copied to.
#ifndef INSTC_COMPILER_ASSETS_ASSETS_H
#define INSTC_COMPILER_ASSETS_ASSETS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace instc::assets {

struct Asset {
  llvm::StringRef path;  ///< from the repository root, e.g. "stdlib-rules/templates/db.hook"
  llvm::StringRef text;
};

/// stdlib-rules/**/*.hook and plugins/**/*.hook, sorted by path.
llvm::ArrayRef<Asset> Rules();
/// plugins/**/*.lock, sorted by path.
llvm::ArrayRef<Asset> Locks();
/// stdlib-rules/runtime/*, sorted by path.
llvm::ArrayRef<Asset> Patches();
/// docs/*.md that some command shows, sorted by path.
llvm::ArrayRef<Asset> Documents();
/// The text of one of them.
llvm::StringRef Document(llvm::StringRef path);
/// compiler/rt: go.mod and every Go file but tests, sorted by path.
llvm::ArrayRef<Asset> Runtime();

}  // namespace instc::assets

#endif  // INSTC_COMPILER_ASSETS_ASSETS_H
