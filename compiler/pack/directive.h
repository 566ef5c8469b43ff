// Directive comments: `//instc:span name=checkout`, as Go knows them from `//go:embed`.
//
// A directive stands at the start of a line and has no blank behind the slashes; its name is
// [a-z0-9]+:[a-z0-9][a-zA-Z0-9._-]*. What `//go:...` says is for the Go compiler and never a rule's.
#ifndef INSTC_COMPILER_PACK_DIRECTIVE_H
#define INSTC_COMPILER_PACK_DIRECTIVE_H

#include <set>
#include <string>

#include "llvm/ADT/StringRef.h"

namespace instc::pack {

/// Whether rules may be for it: what follows the two slashes, without arguments.
[[nodiscard]] bool IsDirective(llvm::StringRef name);

/// The directive that text starts with, behind the two slashes; empty: none that rules may be for.
[[nodiscard]] llvm::StringRef DirectiveAt(llvm::StringRef text);

/// The directives in a Go file, found by a scan of its bytes: also those in raw strings and block comments,
/// so whoever acts on one has to parse the file.
[[nodiscard]] std::set<std::string> DirectivesIn(llvm::StringRef text);

}  // namespace instc::pack

#endif  // INSTC_COMPILER_PACK_DIRECTIVE_H
