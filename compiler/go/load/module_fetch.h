// Summaries of module versions, made from what the machine has or from what the go command downloads.
//
// Downloads go into a module cache of their own, which is removed when the summaries are made: checking forty
// versions of a library leaves nothing in the user's module cache.
#ifndef INSTC_COMPILER_GO_LOAD_MODULE_FETCH_H
#define INSTC_COMPILER_GO_LOAD_MODULE_FETCH_H

#include <string>
#include <vector>

#include "compiler/go/load/package_source.h"
#include "compiler/go/load/summary_store.h"

namespace instc::go {

/// Nothing of the caller's surroundings decides what the go command answers about modules.
const std::vector<std::string>& ModuleEnvironment();

class SummaryMaker {
 public:
  SummaryMaker(const SummaryStore& store, GoInstallation go, bool allow_download,
               llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs, ProcessRunner run)
      : store_(store),
        go_(std::move(go)),
        allow_download_(allow_download),
        fs_(std::move(fs)),
        run_(std::move(run)) {}

  /// The summary, made when there is none. `anew`: made even when there is one, because it is damaged.
  Result<SummaryIndex> Get(const ModuleVersion& module, bool anew = false) const;
  /// Makes all that are missing, with one download for many. Errors are left to Get.
  void Prefetch(llvm::ArrayRef<ModuleVersion> modules) const;

 private:
  Result<SummaryIndex> MakeFromCache(const ModuleVersion& module, const std::string& modcache) const;
  llvm::Error Download(llvm::ArrayRef<ModuleVersion> modules) const;
  Result<std::string> DownloadTo(const std::string& modcache, llvm::ArrayRef<ModuleVersion> modules,
                                 const std::vector<std::string>& environment) const;
  std::vector<ModuleVersion> Missing(llvm::ArrayRef<ModuleVersion> modules) const;

  const SummaryStore& store_;
  GoInstallation go_;
  bool allow_download_;
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs_;
  ProcessRunner run_;
};

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_LOAD_MODULE_FETCH_H
