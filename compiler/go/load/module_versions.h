// Which versions of a module exist. Asked from the go command once and kept in a file without timestamps, so
// that a warm `instc compile` needs no network and writes the same bytes on every machine that knows the same
// versions.
#ifndef INSTC_COMPILER_GO_LOAD_MODULE_VERSIONS_H
#define INSTC_COMPILER_GO_LOAD_MODULE_VERSIONS_H

#include <string>
#include <vector>

#include "compiler/go/load/package_source.h"
#include "dsl/base/result.h"

namespace instc::go {

struct VersionListOptions {
  GoInstallation go;
  std::string cache_dir;       ///< one file a module below it; empty: no cache
  bool allow_network = false;  ///< ask the go command when the cache has no answer
  bool refresh = false;        ///< ask even then
};

/// Released versions, ascending; pre-releases included, pseudo-versions not.
Result<std::vector<std::string>> ListModuleVersions(const std::string& module,
                                                    const VersionListOptions& options,
                                                    const ProcessRunner& run);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_LOAD_MODULE_VERSIONS_H
