#include <set>

#include "compiler/go/load/go_dir.h"
#include "compiler/go/load/package_source.h"
#include "llvm/Support/Path.h"

namespace instc::go {

bool IsStdImportPath(llvm::StringRef path) {
  if (path.startswith("vendor/golang.org/")) return true;
  return !path.split('/').first.contains('.');
}

StdResolver::StdResolver(std::string goroot, BuildContext context,
                         llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs)
    : goroot_(std::move(goroot)), context_(std::move(context)), fs_(std::move(fs)) {}

Result<PackageSource> StdResolver::Resolve(llvm::StringRef import_path, const PackageSource* importer) {
  PackageSource source;
  source.path = import_path.str();
  if (import_path.contains("..")) return Fail("`{0}` is no import path", import_path);
  // Packages of the standard library see golang.org/x/... through GOROOT/src/vendor.
  bool vendored = importer != nullptr && importer->is_std() && !IsStdImportPath(import_path);
  if (vendored) source.path = ("vendor/" + import_path).str();
  source.dir = goroot_ + "/src/" + source.path;
  if (import_path == "unsafe") return source;
  Result<std::vector<std::string>> files = SelectGoFiles(*fs_, source.dir, context_);
  if (!files) return files.takeError();
  if (files->empty()) return Fail("package {0} is not in the standard library ({1})", import_path, goroot_);
  source.files = std::move(*files);
  return source;
}

Result<std::vector<SummaryFile>> StdResolver::AllFiles(const PackageSource& source) {
  return ReadGoFiles(*fs_, source.dir);
}

std::vector<std::string> StdPackages(llvm::vfs::FileSystem& fs, const std::string& goroot) {
  return PackagesBelow(fs, goroot + "/src/");
}

std::vector<std::string> PackagesBelow(llvm::vfs::FileSystem& fs, const std::string& root) {
  std::set<std::string> packages;
  std::error_code code;
  for (llvm::vfs::recursive_directory_iterator it(fs, root, code), end; it != end && !code;
       it.increment(code)) {
    const llvm::StringRef inside = it->path().drop_front(root.size());
    const llvm::StringRef name = llvm::sys::path::filename(inside);
    if (it->type() == llvm::sys::fs::file_type::directory_file) {
      if (name == "internal" || name == "vendor" || name == "testdata" || inside == "cmd") it.no_push();
    } else if (name.endswith(".go") && name != inside) {
      packages.insert(llvm::sys::path::parent_path(inside).str());
    }
  }
  return {packages.begin(), packages.end()};
}

}  // namespace instc::go
