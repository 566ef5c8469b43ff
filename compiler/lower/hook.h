// One hook: the state struct, the enter function and the exit function around the statements.
#ifndef INSTC_COMPILER_LOWER_HOOK_H
#define INSTC_COMPILER_LOWER_HOOK_H

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "compiler/lower/go_writer.h"
#include "compiler/lower/scope.h"
#include "compiler/pack/pack.h"
#include "compiler/rules/ir.h"

namespace instc::lower {

/// Adds the externs that its code calls to `externs`, by symbol.
[[nodiscard]] pack::Hook LowerHook(const rules::Hook& hook, std::map<std::string, pack::Extern>& externs);

/// The functions of a closure's or method's body, and what the function around them has to do.
struct LoweredBody {
  std::string code;
  std::string symbol;
  bool has_exit = false;
  std::vector<std::pair<std::string, std::string>> enter_writes;  ///< variable there, field of the state
  std::vector<std::string> exit_writes;                           ///< variables, in order
  std::vector<HookScope::Capture> captures;                       ///< arguments beside the function's own
};

/// What its text needs is known to `outer` afterwards.
[[nodiscard]] LoweredBody LowerBody(const rules::Hook& body, HookScope& outer);

/// `(instcP0 T, instcP1 ...U) (instcR0 R)`: the names that the frame expects.
std::string FrameSignature(const go::SignatureType& signature, HookScope& scope);
/// `instcP0, instcP1...`
std::string FrameArguments(const go::SignatureType& signature);
/// Runs enter, and defers exit, in a function with that signature.
void WriteFrame(const rules::Hook& body, const LoweredBody& lowered, const std::vector<std::string>& captured,
                GoWriter& out);

}  // namespace instc::lower

#endif  // INSTC_COMPILER_LOWER_HOOK_H
