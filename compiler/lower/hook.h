// One hook: the state struct, the enter function and the exit function around the statements.
#ifndef INSTC_COMPILER_LOWER_HOOK_H
#define INSTC_COMPILER_LOWER_HOOK_H

#include <map>
#include <string>

#include "compiler/pack/pack.h"
#include "compiler/rules/ir.h"

namespace instc::lower {

/// Adds the externs that its code calls to `externs`, by symbol.
[[nodiscard]] pack::Hook LowerHook(const rules::Hook& hook, std::map<std::string, pack::Extern>& externs);

}  // namespace instc::lower

#endif  // INSTC_COMPILER_LOWER_HOOK_H
