// The plan: what instc-toolexec does to one Go package. `instc go` writes one file per target package, named
// by the plan's digest; the digest goes into that package's -gcflags, so the go command rebuilds the package
// exactly when its plan changes.
//
// A plan is self-contained: the generated files are in it as text, so the backend needs no knowledge of packs
// or wiring.
#ifndef INSTC_COMPILER_PACK_PLAN_H
#define INSTC_COMPILER_PACK_PLAN_H

#include <string>
#include <vector>

#include "compiler/pack/pack.h"
#include "dsl/base/result.h"
#include "llvm/ADT/StringRef.h"

namespace instc::pack {

/// Grows whenever the backend would write something else for the same plan; part of every plan's digest.
inline constexpr int kBackendVersion = 1;

struct PlannedHook {
  uint32_t rule = 0;  ///< index in the package's port table, the value of `@{rule}`
  Hook hook;
};

/// A function `prefix` + `func` beside `func`: it calls `func` with hooks around it, for callers in other
/// packages.
struct Wrapper {
  std::string prefix;
  std::string func;
  std::vector<uint32_t> hooks;  ///< indices into Plan::hooks, in the order of execution
};

/// Calls of a function of another package that become calls of its wrapper.
struct RewrittenCall {
  std::string import;   ///< as the package's files write it
  std::string package;  ///< the imported package's own name
  std::string func;
  std::string prefix;
};

struct Plan {
  std::string package;  ///< import path
  bool is_main = false;
  std::vector<Field> fields;
  std::vector<PlannedHook> hooks;  ///< in the order of execution at entry
  std::vector<Wrapper> wrappers;   ///< for those hooks that are for calls
  std::vector<RewrittenCall> calls;
  std::vector<PatchEdit> edits;
  std::vector<PatchFile> files;  ///< whole Go files to be added: the port, patch files
};

[[nodiscard]] std::string PlanToJson(const Plan& plan);
[[nodiscard]] Result<Plan> PlanFromJson(llvm::StringRef text, llvm::StringRef file);

/// What stands behind `-instc=`: short, over the plan and the backend's version.
[[nodiscard]] std::string PlanDigest(const Plan& plan);

}  // namespace instc::pack

#endif  // INSTC_COMPILER_PACK_PLAN_H
