#include "compiler/assets/assets.h"
#include "dsl/base/check.h"

namespace instc::assets {

llvm::StringRef Document(llvm::StringRef path) {
  for (const Asset& document : Documents())
    if (document.path == path) return document.text;
  INSTC_CHECK(false, "no such document inside instc");
  return "";
}

}  // namespace instc::assets
