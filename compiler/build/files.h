// Reading and writing for a build. Directories appear whole or not at all, so that two builds can write the
// same one.
#ifndef INSTC_COMPILER_BUILD_FILES_H
#define INSTC_COMPILER_BUILD_FILES_H

#include <map>
#include <string>

#include "dsl/base/result.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

namespace instc::build {

[[nodiscard]] Result<std::string> ReadFile(const llvm::Twine& path);
[[nodiscard]] bool Exists(const llvm::Twine& path);
[[nodiscard]] std::string JoinPath(llvm::StringRef directory, const llvm::Twine& name);
/// `path` seen from `directory`, without dots.
[[nodiscard]] std::string AbsolutePath(llvm::StringRef directory, llvm::StringRef path);

/// Writes a whole directory of files (names may have slashes) and moves it to `path` in one step, readable by
/// its owner only. A directory that is already there has the same content, because its name is a digest; it
/// is left alone.
[[nodiscard]] llvm::Error PublishDirectory(llvm::StringRef path,
                                           const std::map<std::string, std::string>& files);

/// Makes `path` a symbolic link to `target`, in one step.
[[nodiscard]] llvm::Error PublishLink(llvm::StringRef path, llvm::StringRef target);

/// Replaces a file in one step.
[[nodiscard]] llvm::Error PublishFile(llvm::StringRef path, llvm::StringRef text);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_FILES_H
