// Finding a place in Go text by what stands there, so that an edit survives gofmt's alignment and moved
// lines.
#ifndef INSTC_COMPILER_GO_EDIT_ANCHOR_H
#define INSTC_COMPILER_GO_EDIT_ANCHOR_H

#include <cstdint>

#include "dsl/base/result.h"
#include "llvm/ADT/StringRef.h"

namespace instc::go {

/// The offset right behind the token sequence `after`, which must occur exactly once: in the braces that
/// follow the token sequence `within`, or in the whole text when `within` is empty. White space and comments
/// do not count.
[[nodiscard]] Result<uint32_t> FindAnchor(llvm::StringRef text, llvm::StringRef within,
                                          llvm::StringRef after);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_EDIT_ANCHOR_H
