// Functions that only some systems have, or have in another shape.
//
// Rules are checked over the files of one system, and a program is built for another. Go chooses files by
// their names and by build constraints, so a function in a file that is for everyone is everywhere; of any
// other one the files that the other systems take in its place are looked at.
#ifndef INSTC_COMPILER_CHECK_SYSTEMS_H
#define INSTC_COMPILER_CHECK_SYSTEMS_H

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/go/load/program.h"

namespace instc::check {

/// One package on the systems that programs are built for.
class PackageOnSystems {
 public:
  /// `go_version` as v1.26.8 or go1.26.8.
  PackageOnSystems(go::Program& program, const go::Package& package, llvm::StringRef go_version);

  /// How the function differs between them for a rule that gives these names; empty: not at all.
  std::string Differences(const go::Func& func, const std::vector<std::string>& params,
                          const std::vector<std::string>& results);
  /// Where a function is that is not in the files of the package; empty: nowhere.
  std::string Elsewhere(llvm::StringRef receiver, llvm::StringRef name);

 private:
  struct System;
  struct Declared;
  using Systems = std::vector<const System*>;

  static const System kSystems[];
  static std::string Names(const Systems& systems);
  static Systems Others(const Systems& systems);
  bool Takes(const System& system, llvm::StringRef path, llvm::StringRef text) const;
  Systems Without(llvm::StringRef path, llvm::StringRef text) const;
  const std::vector<go::SummaryFile>& Files();
  bool HasPackage(const System& system);
  Declared Find(const System& system, llvm::StringRef receiver, llvm::StringRef name);
  const go::FuncDecl* FindIn(const go::SummaryFile& file, llvm::StringRef receiver, llvm::StringRef name);

  go::Program& program_;
  const go::Package& package_;
  int go_minor_;
  std::optional<std::vector<go::SummaryFile>> files_;  ///< read when they are needed
  std::map<const go::SummaryFile*, go::File> parsed_;  ///< asked, never walked
};

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_SYSTEMS_H
