#include "compiler/go/load/package_source.h"

#include <algorithm>

namespace instc::go {

Result<PackageSource> ListedResolver::Resolve(llvm::StringRef import_path, const PackageSource* importer) {
  std::string path = import_path.str();
  if (importer != nullptr) {
    auto from = packages_.find(importer->path);
    if (from != packages_.end()) {
      auto mapped = from->second.import_map.find(path);
      if (mapped != from->second.import_map.end()) path = mapped->second;
    }
  }
  auto it = packages_.find(path);
  if (it == packages_.end()) return Fail("package {0} is not part of this build", path);
  const ListedPackage& listed = it->second;
  PackageSource source{path, listed.dir, listed.files, listed.module, listed.go_version, {}};
  std::sort(source.files.begin(), source.files.end());
  return source;
}

}  // namespace instc::go
