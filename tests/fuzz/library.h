// The Go that rules of a fuzz input can speak of: the standard library of the Go at hand, and the modules of
// tests/golden/check/inputs, each at one version.
#ifndef INSTC_TESTS_FUZZ_LIBRARY_H
#define INSTC_TESTS_FUZZ_LIBRARY_H

#include <map>
#include <memory>
#include <string>

#include "compiler/go/load/package_source.h"
#include "compiler/go/load/program.h"

namespace instc::fuzz {

/// The Go installation, asked for once.
const go::GoInstallation& Go();

/// The modules' packages by import path.
std::map<std::string, go::ListedPackage> ModulePackages();

/// Answers for modules and std.
class LibraryResolver : public go::PackageResolver {
 public:
  LibraryResolver();
  Result<go::PackageSource> Resolve(llvm::StringRef import_path, const go::PackageSource* importer) override;

 private:
  go::StdResolver std_;
  go::ListedResolver modules_;
};

}  // namespace instc::fuzz

#endif  // INSTC_TESTS_FUZZ_LIBRARY_H
