// Checked rules in, Go text out.
//
// Each hook becomes three Go declarations: a state struct, an enter function and (when something is left to
// do) an exit function. They are compiled inside the package that they instrument, so they may name its
// unexported things, and they reach the runtime through instcPort only. Types that the declaration at the
// site already spells stay holes, which the backend fills for the exact version that is being built.
// docs/backend.md sections 2 to 4 are the contract.
//
// Nothing here can fail: whatever a rule can get wrong was reported by the checker.
#ifndef INSTC_COMPILER_LOWER_LOWER_H
#define INSTC_COMPILER_LOWER_LOWER_H

#include <vector>

#include "compiler/pack/pack.h"
#include "compiler/rules/ir.h"

namespace instc::lower {

/// What the plugin puts into each Go package, sorted by import path; hooks keep their order in the plugin.
[[nodiscard]] std::vector<pack::Package> Lower(const rules::Plugin& plugin);

}  // namespace instc::lower

#endif  // INSTC_COMPILER_LOWER_LOWER_H
