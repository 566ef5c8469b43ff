#include "compiler/driver/color.h"

#include "llvm/ADT/StringRef.h"

namespace instc {

bool WantsColor(bool terminal, const char* no_color, const char* force) {
  if (no_color != nullptr && *no_color != 0) return false;
  const llvm::StringRef forced(force);
  return terminal || (!forced.empty() && forced != "0");
}

bool WantsStatusLine(bool terminal, const char* term, const char* ci) {
  const llvm::StringRef kind(term), in_ci(ci);
  return terminal && !kind.empty() && kind != "dumb" && (in_ci.empty() || in_ci == "false");
}

}  // namespace instc
