// What a program was built with, in the program itself: a text that the wiring carries and `instc version
// PROGRAM` finds again by its first words, in any executable format, stripped or not, without Go.
#ifndef INSTC_COMPILER_BUILD_PROVENANCE_H
#define INSTC_COMPILER_BUILD_PROVENANCE_H

#include <optional>
#include <string>
#include <vector>

#include "compiler/build/match.h"
#include "llvm/ADT/StringRef.h"

namespace instc::build {

struct AppliedPlugin {
  std::string name;
  std::string library;  ///< import path of the package or module it is for
  std::string version;  ///< of the library in the program; empty when it has none
  std::vector<std::string> rules;
};

struct Provenance {
  std::string instc;  ///< version
  std::string rules;  ///< digest of the rule pack
  std::string go;     ///< "v1.26.8"
  std::vector<AppliedPlugin> plugins;
};

[[nodiscard]] Provenance MakeProvenance(const Matched& matched, const std::string& pack_digest,
                                        const std::string& go_version);

[[nodiscard]] std::string ProvenanceText(const Provenance& provenance);

/// Finds the text in the bytes of a program; nullopt: it was not built by instc, or by one that wrote none.
[[nodiscard]] std::optional<Provenance> FindProvenance(llvm::StringRef program);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_PROVENANCE_H
