// One hooked function: the statements at its head and the code behind its file. docs/backend.md section 2.
#ifndef INSTC_COMPILER_TOOLEXEC_SITE_H
#define INSTC_COMPILER_TOOLEXEC_SITE_H

#include "compiler/go/edit/editor.h"
#include "compiler/pack/plan.h"
#include "compiler/toolexec/marked.h"
#include "dsl/base/result.h"
#include "llvm/ADT/ArrayRef.h"

namespace instc::toolexec {

/// A hook at a function.
struct SiteHook {
  const pack::PlannedHook* planned = nullptr;
  const Marked* marked = nullptr;  ///< of a hook at a directive
  bool declares = true;            ///< its code goes behind this file; else it is there already
};

/// Writes `hooks`, all of them at `func`, in the order of execution.
[[nodiscard]] llvm::Error WriteSite(llvm::ArrayRef<SiteHook> hooks, const go::FuncDecl& func,
                                    llvm::StringRef text, go::Editor& editor);

/// Writes the code of a hook that is for calls of `func`; wrappers call it.
[[nodiscard]] llvm::Error WriteCallHook(const pack::PlannedHook& hook, const go::FuncDecl& func,
                                        llvm::StringRef text, go::Editor& editor);

/// Writes the function that callers in other packages call instead of `func`, with `hooks` around it.
[[nodiscard]] llvm::Error WriteWrapper(llvm::ArrayRef<const pack::PlannedHook*> hooks,
                                       const std::string& prefix, const go::FuncDecl& func,
                                       llvm::StringRef text, go::Editor& editor);
/// The declarations of a hook without a function.
[[nodiscard]] llvm::Error WriteTypes(const pack::PlannedHook& planned, go::Editor& editor);

}  // namespace instc::toolexec

#endif  // INSTC_COMPILER_TOOLEXEC_SITE_H
