#include "compiler/driver/shim.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace instc {

bool IsCalledAsGo(llvm::StringRef argv0) {
  return llvm::sys::path::filename(argv0) == "go";
}

std::string PathWithoutShims(llvm::StringRef path, llvm::StringRef self) {
  llvm::SmallVector<llvm::StringRef, 16> folders;
  path.split(folders, ':');
  llvm::SmallVector<llvm::StringRef, 16> kept;
  for (llvm::StringRef folder : folders) {
    const std::string go = (folder.empty() ? "." : folder.str()) + "/go";
    if (!llvm::sys::fs::equivalent(go, self)) kept.push_back(folder);
  }
  return llvm::join(kept, ":");
}

}  // namespace instc
