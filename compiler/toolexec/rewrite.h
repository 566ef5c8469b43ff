// What the backend does to one package: plan and original files in, changed files out. No I/O.
#ifndef INSTC_COMPILER_TOOLEXEC_REWRITE_H
#define INSTC_COMPILER_TOOLEXEC_REWRITE_H

#include <string>
#include <vector>

#include "compiler/pack/plan.h"
#include "dsl/base/result.h"

namespace instc::toolexec {

struct GoFile {
  std::string path;  ///< absolute, of the original; what positions show
  std::string text;
  bool generated = false;  ///< by cgo or cover: it brings its own line directives
};

struct ChangedFile {
  size_t index;  ///< into the files given
  std::string text;
};

/// The files that the plan changes. Whatever does not fit (no such function, another number of parameters, a
/// function that cannot be hooked) is an error that names the rule.
[[nodiscard]] Result<std::vector<ChangedFile>> Rewrite(const pack::Plan& plan,
                                                       const std::vector<GoFile>& files);

}  // namespace instc::toolexec

#endif  // INSTC_COMPILER_TOOLEXEC_REWRITE_H
