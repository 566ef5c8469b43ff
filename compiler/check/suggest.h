// "Did you mean": the names nearest to one that does not exist, and the one that a machine may put in its
// place.
#ifndef INSTC_COMPILER_CHECK_SUGGEST_H
#define INSTC_COMPILER_CHECK_SUGGEST_H

#include <optional>
#include <string>
#include <vector>

#include "dsl/diagnostics/emitter.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace instc::check {

struct Target;

/// At most `count` of `candidates`, best first, then by name; only those that a slip of the fingers explains.
std::vector<std::string> Nearest(llvm::StringRef name, llvm::ArrayRef<std::string> candidates,
                                 size_t count = 3);
/// "did you mean `a` or `b`?"; empty when there is nothing near.
std::string DidYouMean(llvm::ArrayRef<std::string> names);

/// The one candidate that `name` is a slip of, clear enough for `instc check --fix`: another case, one letter
/// off (two in a name of eight letters and more) or two neighbours swapped, and no other candidate within two
/// letters of being as near. Names of less than four letters have too many neighbours to guess at.
std::optional<std::string> ClearlyMeant(llvm::StringRef name, llvm::ArrayRef<std::string> candidates);

/// Says what the bytes of `span`, which spell `name`, may have been meant to be: a fix when one candidate is
/// clearly meant, else a help with the nearest, else nothing.
void Suggest(diag::Builder& builder, Span span, llvm::StringRef name, llvm::ArrayRef<std::string> candidates);

/// The same for the path in quotes of a package of the standard library.
void SuggestPackage(diag::Builder& builder, Span quoted, llvm::StringRef path, const Target& target);

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_SUGGEST_H
