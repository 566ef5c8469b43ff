// A build as the user asked for it: our own options, the go command's words, and the programs and rules that
// belong to this instc. `instc go`, `instc doctor` and `instc diff` all begin here.
#ifndef INSTC_COMPILER_DRIVER_GO_REQUEST_H
#define INSTC_COMPILER_DRIVER_GO_REQUEST_H

#include <string>
#include <vector>

#include "compiler/build/build.h"
#include "compiler/driver/command.h"

namespace instc {

/// Reads `[--rules=FILE] [--instc-report=json:FILE] [--allow-bypass=PLUGIN] [--best-effort] WORD...`. The
/// error is about the command line.
[[nodiscard]] Result<build::BuildRequest> MakeGoRequest(CommandContext& context);

/// The same for `go build WORD...`, which is looked at and not run; options that `own` names, such as
/// "--only=", end up in `taken`.
[[nodiscard]] Result<build::BuildRequest> MakeExamineRequest(CommandContext& context,
                                                             const std::vector<std::string>& own = {},
                                                             std::vector<std::string>* taken = nullptr);

}  // namespace instc

#endif  // INSTC_COMPILER_DRIVER_GO_REQUEST_H
