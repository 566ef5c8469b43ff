// The checker: one plugin against one version of its library.
//
//   RuleSet set = Collect(files, emitter);
//   rules::Plugin checked = CheckPlugin(set, file, target, registry, emitter);
//
// Names resolve in the scope of the package being instrumented, unexported ones included; every expression
// gets a Go type; templates are expanded in place. With errors in the emitter the result is not to be
// lowered.
#ifndef INSTC_COMPILER_CHECK_CHECK_H
#define INSTC_COMPILER_CHECK_CHECK_H

#include <functional>

#include "compiler/check/rule_set.h"
#include "compiler/conventions/registry.h"
#include "compiler/go/load/program.h"
#include "compiler/rules/ir.h"

namespace instc::check {

/// The version that a plugin is checked against.
struct Target {
  go::Program* program = nullptr;  ///< loads the library's packages and what they import
  go::Program* runtime = nullptr;  ///< loads instc.dev/rt/...: the Go functions behind externs
  std::string version;             ///< of the library; for std the Go version as v1.26.8
  std::string go_version;          ///< v1.26.8
  bool record_symbols = false;     ///< whether rules::Plugin::symbols is wanted
  /// Import paths of the standard library, for suggestions; may be empty.
  std::function<std::vector<std::string>()> std_packages = nullptr;
};

/// The package that Target::runtime has in place of those whose functions stand under a directive: it imports
/// context and declares `Both(context.Context) error`, `Context(context.Context)`, `Error() error` and
/// `Neither()`.
inline constexpr llvm::StringLiteral kAnyFunctionPackage = "instc.dev/directive";

/// Where rules for such functions are checked.
Target AnyFunction(Target target);

/// `file` is a plugin of `set`, `description` what it says of itself. The result points into the target's
/// programs.
rules::Plugin CheckPlugin(const RuleSet& set, const RuleFile& file, const pack::Plugin& description,
                          const Target& target, const conventions::Registry& registry,
                          diag::Emitter& emitter);

/// A condition of versions alone, as that of a test. False where it is reported.
bool HoldsAt(const ast::Expr& versions, const Target& target, diag::Emitter& emitter);

/// Why no rule can run in this function; empty when one can.
std::string WhyNoJoinPoint(const go::Func& func);

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_CHECK_H
