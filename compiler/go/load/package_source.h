// From an import path to a directory and a list of files. Two answers to one question: from the module cache
// and GOROOT (when rules are checked against a library's versions), and from what the go command listed (when
// a program is built).
#ifndef INSTC_COMPILER_GO_LOAD_PACKAGE_SOURCE_H
#define INSTC_COMPILER_GO_LOAD_PACKAGE_SOURCE_H

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compiler/go/load/go_mod.h"
#include "compiler/go/load/summary_store.h"
#include "compiler/go/syntax/build_constraint.h"
#include "dsl/base/result.h"
#include "llvm/ADT/IntrusiveRefCntPtr.h"
#include "llvm/Support/VirtualFileSystem.h"

namespace instc::go {

/// Where a package's source is.
struct PackageSource {
  std::string path;  ///< resolved import path; "vendor/golang.org/x/..." for vendored std packages
  std::string dir;
  std::vector<std::string>
      files;               ///< base names of all Go files that the build context selects, sorted; no tests
  ModuleVersion module;    ///< empty for the standard library
  std::string go_version;  ///< language version of its module; empty when unknown
  std::vector<std::string> texts;  ///< of `files`, from a summary; empty: they are read from `dir`
  bool is_std() const { return module.path.empty(); }
};

/// A finished subprocess.
struct ProcessResult {
  int exit_code = 0;
  std::string out;
  std::string err;
};
/// Runs a command in a directory with extra environment entries ("K=V"). Tests pass a fake; see
/// HostProcessRunner.
using ProcessRunner = std::function<Result<ProcessResult>(
    llvm::ArrayRef<std::string> argv, const std::string& dir, llvm::ArrayRef<std::string> env)>;
/// The real one.
ProcessRunner HostProcessRunner();

class PackageResolver {
 public:
  virtual ~PackageResolver() = default;
  /// `import_path` as written in `importer` (null: asked from outside).
  virtual Result<PackageSource> Resolve(llvm::StringRef import_path, const PackageSource* importer) = 0;
  /// Every Go file of the package but tests, those that the build context leaves out, too. None where only
  /// the files of one build are known.
  virtual Result<std::vector<SummaryFile>> AllFiles(const PackageSource&) {
    return std::vector<SummaryFile>();
  }
};

/// The Go installation that sources are read from.
struct GoInstallation {
  std::string go;  ///< path of the go command
  std::string goroot;
  std::string modcache;
  std::string version;  ///< "go1.26.8"
};
/// Asks `go env`. `go` is the command's name or path.
Result<GoInstallation> FindGo(const std::string& go, const ProcessRunner& run);

/// Standard library of one GOROOT.
class StdResolver : public PackageResolver {
 public:
  StdResolver(std::string goroot, BuildContext context, llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs);
  Result<PackageSource> Resolve(llvm::StringRef import_path, const PackageSource* importer) override;
  Result<std::vector<SummaryFile>> AllFiles(const PackageSource& source) override;

 private:
  std::string goroot_;
  BuildContext context_;
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs_;
};

/// Import paths of every package of GOROOT that programs may import (no internal, vendored or command
/// packages), sorted.
std::vector<std::string> StdPackages(llvm::vfs::FileSystem& fs, const std::string& goroot);

/// The folders below `root`, which ends in a slash, that hold Go files and may be imported from elsewhere.
std::vector<std::string> PackagesBelow(llvm::vfs::FileSystem& fs, const std::string& root);

/// Whether an import path can only be the standard library's: its first element has no dot.
bool IsStdImportPath(llvm::StringRef path);

/// One version of one module and whatever its packages import: dependencies at the versions that the module's
/// own go.mod requires (minimal version selection over what is needed), std from GOROOT. With `summaries`
/// modules are read from there, and from the module cache only to make a summary of them.
class ModuleResolver : public PackageResolver {
 public:
  struct Options {
    GoInstallation go;
    BuildContext context;
    bool allow_download = false;
    const SummaryStore* summaries = nullptr;
  };
  ModuleResolver(ModuleVersion root, Options options, llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs,
                 ProcessRunner run);
  Result<PackageSource> Resolve(llvm::StringRef import_path, const PackageSource* importer) override;
  Result<std::vector<SummaryFile>> AllFiles(const PackageSource& source) override;
  /// Directory of a module version in the module cache, downloaded when allowed.
  Result<std::string> ModuleDir(const ModuleVersion& module);
  /// Whether the root module can be read; the error says what to run.
  llvm::Error Prepare();

 private:
  std::string CacheDirOf(const ModuleVersion& module) const;
  llvm::Error Download(const ModuleVersion& module);
  Result<const GoMod*> ModOf(const ModuleVersion& module);
  Result<std::vector<ModuleVersion>> Require(const std::vector<ModuleVersion>& modules);
  std::vector<ModuleVersion> Candidates(llvm::StringRef import_path) const;
  llvm::Error NoPackage(llvm::StringRef import_path);
  Result<PackageSource> SourceIn(const ModuleVersion& module, llvm::StringRef import_path);
  llvm::Error FromDirectory(PackageSource& source);
  llvm::Error FromSummary(PackageSource& source);
  Result<std::string> GoModText(const ModuleVersion& module);
  Result<const SummaryIndex*> SummaryOf(const ModuleVersion& module, bool anew = false);
  Result<std::vector<SummaryFile>> SummaryFiles(const ModuleVersion& module, const std::string& dir);

  ModuleVersion root_;
  Options options_;
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs_;
  ProcessRunner run_;
  StdResolver std_;
  std::map<std::string, GoMod> mods_;            // by path@version
  std::map<std::string, SummaryIndex> indexes_;  // by path@version
  std::map<std::string, std::string> selected_;  // module path -> version
  std::vector<ModuleVersion> frontier_;          // selected, their requirements not yet read
  bool frontier_started_ = false;
};

/// What `go list -deps -json` said about one package.
struct ListedPackage {
  std::string dir;
  std::vector<std::string> files;                 ///< GoFiles and CgoFiles
  std::map<std::string, std::string> import_map;  ///< import as written -> resolved path
  ModuleVersion module;
  std::string go_version;
};

/// The packages of one build, exactly as the go command sees them.
class ListedResolver : public PackageResolver {
 public:
  explicit ListedResolver(std::map<std::string, ListedPackage> packages) : packages_(std::move(packages)) {}
  Result<PackageSource> Resolve(llvm::StringRef import_path, const PackageSource* importer) override;

 private:
  std::map<std::string, ListedPackage> packages_;
};

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_LOAD_PACKAGE_SOURCE_H
