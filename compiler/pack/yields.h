// Instrumentation by hand that a plugin leaves calls to: `yields to
// "go.opentelemetry.io/contrib/.../otelhttp"`.
//
// The text is an import path and the name of a tracer at once, since instrumentation libraries name their
// tracers by their import path. What is below the path counts, too, major versions for one.
#ifndef INSTC_COMPILER_PACK_YIELDS_H
#define INSTC_COMPILER_PACK_YIELDS_H

#include "llvm/ADT/StringRef.h"

namespace instc::pack {

/// Whether a plugin may yield to this: the import path of a package of a module, without a major version.
[[nodiscard]] bool IsYieldTarget(llvm::StringRef path);

/// Whether the package is the one that is meant, or one below it.
[[nodiscard]] bool IsYieldedTo(llvm::StringRef package, llvm::StringRef target);

}  // namespace instc::pack

#endif  // INSTC_COMPILER_PACK_YIELDS_H
