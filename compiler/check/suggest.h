// "Did you mean": the names nearest to one that does not exist.
#ifndef INSTC_COMPILER_CHECK_SUGGEST_H
#define INSTC_COMPILER_CHECK_SUGGEST_H

#include <string>
#include <vector>

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace instc::check {

/// At most `count` of `candidates`, best first, then by name; only those that a slip of the fingers explains.
std::vector<std::string> Nearest(llvm::StringRef name, llvm::ArrayRef<std::string> candidates,
                                 size_t count = 3);
/// "did you mean `a` or `b`?"; empty when there is nothing near.
std::string DidYouMean(llvm::ArrayRef<std::string> names);

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_SUGGEST_H
