// What `go list` says about a build: the packages, their files and versions.
#ifndef INSTC_COMPILER_BUILD_LISTING_H
#define INSTC_COMPILER_BUILD_LISTING_H

#include <map>
#include <string>
#include <vector>

#include "dsl/base/result.h"
#include "llvm/ADT/StringRef.h"

namespace instc::build {

struct ListedModule {
  std::string path;
  std::string version;
  std::string dir;
  std::string go_version;
  std::string sum;  ///< "h1:..." as in go.sum
  bool is_main = false;
  bool is_replaced = false;
  /// A directory that may change between two builds: a main module or one replaced by a directory.
  bool IsLocal() const { return is_main || (is_replaced && replacement_version.empty()); }
  std::string replacement_version;
};

struct Listed {
  std::string path;  ///< import path
  std::string name;
  std::string dir;
  std::vector<std::string> files;  ///< Go and cgo files, base names
  std::vector<std::string> imports;
  std::vector<std::string> test_imports;  ///< of its tests, those in a package of their own included
  std::map<std::string, std::string> import_map;
  ListedModule module;  ///< empty path: standard library or files named on the command line
  bool is_std = false;
  bool named = false;  ///< on the command line; otherwise a dependency
  bool has_tests = false;
};

using Listing = std::map<std::string, Listed>;

/// The fields to ask for.
[[nodiscard]] llvm::StringRef ListFields();

/// Lines of what the go command says on its way that it says once only: modules that it finds and fetches,
/// which the next go command finds there.
[[nodiscard]] std::string ModuleNews(llvm::StringRef said);

/// Reads the concatenated objects that `go list -json` prints. Test variants of packages are left out.
[[nodiscard]] Result<Listing> ParseListing(const std::string& text);

/// The package of that path, or what is known of one that is not listed: a patched package of the standard
/// library need not be in the user's build, the runtime brings it.
[[nodiscard]] Listed ListedOrStd(const Listing& listing, const std::string& goroot, const std::string& path);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_LISTING_H
