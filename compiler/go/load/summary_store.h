// API summaries: what rules need of one version of a module, on disk.
//
// A summary is the declaration text (declaration_text.h) of every package of the module, and its go.mod. Once
// it is made, the module's source is not needed any more: forty versions of a library cost forty small files
// and no module cache. Packages are objects named by the digest of their bytes, so versions share what did
// not change, and a damaged object is noticed and made again.
//
//   DIR/objects/ab/cdef...            one package: "z" and zlib data, or "r" and the text itself
//   DIR/modules/<path>/@v/<version>   the index: go.mod and packages with digests and sizes, and its own
//   digest
//
// The module path and version are escaped as in the module cache. Nothing here is trusted: sizes are bounded,
// and whatever does not fit counts as absent.
#ifndef INSTC_COMPILER_GO_LOAD_SUMMARY_STORE_H
#define INSTC_COMPILER_GO_LOAD_SUMMARY_STORE_H

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/go/load/go_mod.h"
#include "dsl/base/result.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/VirtualFileSystem.h"

namespace instc::go {

/// The name of an object.
struct ObjectRef {
  std::string digest;  ///< 64 hexadecimal digits: SHA-256 of the stored bytes
  uint64_t size = 0;   ///< of the text
};

struct SummaryIndex {
  ObjectRef go_mod;
  std::map<std::string, ObjectRef> packages;  ///< by directory within the module; "" is the root
  std::string digest;                         ///< of the index, and with that of everything it names
};

struct SummaryFile {
  std::string name;
  std::string text;
};

class SummaryStore {
 public:
  explicit SummaryStore(std::string directory) : directory_(std::move(directory)) {}

  /// nullopt: no summary, or a damaged one.
  std::optional<SummaryIndex> Find(const ModuleVersion& module) const;
  /// The digest that the index gives itself, which nothing is compared with; empty: there is no summary.
  std::string DigestOf(const ModuleVersion& module) const;
  /// Files of a package, sorted by name; nullopt when the object is missing or damaged.
  std::optional<std::vector<SummaryFile>> ReadPackage(const ObjectRef& object) const;
  std::optional<std::string> ReadText(const ObjectRef& object) const;

  /// Makes the summary of the module whose source is in `source_dir`.
  Result<SummaryIndex> Make(const ModuleVersion& module, llvm::vfs::FileSystem& fs,
                            const std::string& source_dir, llvm::StringRef go_mod) const;

  const std::string& directory() const { return directory_; }

 private:
  std::string IndexPath(const ModuleVersion& module) const;
  std::string ObjectPath(const ObjectRef& object) const;
  Result<ObjectRef> WriteObject(llvm::StringRef text) const;

  std::string directory_;
};

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_LOAD_SUMMARY_STORE_H
