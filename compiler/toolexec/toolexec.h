// One tool call of the go command, seen by instc-toolexec.
//
// The program starts hundreds of times in a build, so the common case does nothing but execute the tool.
// Three tools need more: `compile` with our flag gets rewritten files; `cover` and `vet` open files by their
// original path although some exist in the overlay only. And when a module is built from another place (see
// compiler/pack/relocation.h), no tool may write that place into the program.
#ifndef INSTC_COMPILER_TOOLEXEC_TOOLEXEC_H
#define INSTC_COMPILER_TOOLEXEC_TOOLEXEC_H

#include <string>
#include <vector>

#include "dsl/base/result.h"

namespace instc::toolexec {

/// `[--chain=N word...] tool argument...`, as the go command passes it: a user's own -toolexec has N words.
struct ToolCall {
  std::vector<std::string> chain;
  std::string tool;
  std::vector<std::string> arguments;
};

[[nodiscard]] Result<ToolCall> ParseToolCall(const std::vector<std::string>& arguments);

/// Whether the call must be looked at; false: execute it as it is.
[[nodiscard]] bool NeedsWork(const ToolCall& call, const std::string& session);

/// Changes the arguments of a call that needs work, writing new files into the action's object directory.
/// `session` is the directory with the plans and overlay.json; empty when the program does not run under
/// `instc go`.
[[nodiscard]] llvm::Error Prepare(ToolCall& call, const std::string& session);

}  // namespace instc::toolexec

#endif  // INSTC_COMPILER_TOOLEXEC_TOOLEXEC_H
