#include "tests/fuzz/library.h"

#include "llvm/Support/Path.h"

namespace instc::fuzz {
namespace {

constexpr llvm::StringLiteral kModules = INSTC_SOURCE_DIR "/tests/golden/check/inputs/modules";
/// Where a module has several versions, one that has most.
constexpr std::pair<llvm::StringLiteral, llvm::StringLiteral> kRoots[] = {
    {"example.com/stream", "v0.6.0"},
    {"example.com/queue", "v1.1.0"},
    {"example.com/broken", "v1.0.0"},
    {"example.com/damaged", "v1.0.0"},
};

void AddFiles(llvm::StringRef root, const go::ModuleVersion& module,
              std::map<std::string, go::ListedPackage>& packages) {
  std::error_code error;
  for (llvm::vfs::recursive_directory_iterator it(*llvm::vfs::getRealFileSystem(), root, error), end;
       !error && it != end; it.increment(error)) {
    const llvm::StringRef path = it->path();
    if (!path.endswith(".go")) continue;
    const llvm::StringRef dir = llvm::sys::path::parent_path(path);
    go::ListedPackage& package = packages[module.path + dir.drop_front(root.size()).str()];
    package.dir = dir.str();
    package.module = module;
    package.files.push_back(llvm::sys::path::filename(path).str());
  }
}

}  // namespace

const go::GoInstallation& Go() {
  static const go::GoInstallation found = llvm::cantFail(go::FindGo("go", go::HostProcessRunner()));
  return found;
}

std::map<std::string, go::ListedPackage> ModulePackages() {
  std::map<std::string, go::ListedPackage> packages;
  for (const auto& [path, version] : kRoots)
    AddFiles((kModules + "/" + path + "@" + version).str(), {path.str(), version.str()}, packages);
  return packages;
}

LibraryResolver::LibraryResolver()
    : std_(Go().goroot, {}, llvm::vfs::getRealFileSystem()), modules_(ModulePackages()) {}

Result<go::PackageSource> LibraryResolver::Resolve(llvm::StringRef import_path,
                                                   const go::PackageSource* importer) {
  if (go::IsStdImportPath(import_path)) return std_.Resolve(import_path, importer);
  Result<go::PackageSource> module = modules_.Resolve(import_path, importer);
  if (module) return module;
  llvm::consumeError(module.takeError());
  return std_.Resolve(import_path, importer);
}

}  // namespace instc::fuzz
