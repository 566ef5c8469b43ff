// `on directive "x:span" (ctx) (err)`: rules for functions that carry a comment `//x:span`, in whatever
// package.
//
// What such a function is called and takes is known only when a program is built, so a rule is checked
// against functions that stand for all of them, in a package that has nothing else: one with a context and an
// error, one without the context, one without the error, one with neither. Each becomes a hook, and the
// backend takes the one that a function needs. What the rule names and such a function does not have is
// absent.
#ifndef INSTC_COMPILER_CHECK_DIRECTIVES_H
#define INSTC_COMPILER_CHECK_DIRECTIVES_H

#include <string>
#include <vector>

#include "compiler/check/hook_checker.h"

namespace instc::check {

/// `package`: kAnyFunctionPackage; `within` as rules::Hook has it.
void CheckDirectiveRule(PluginContext& plugin, const RuleRef& rule, const ast::DirectivePoint& point,
                        const go::Package& package, const std::vector<std::string>& within);

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_DIRECTIVES_H
