// The steps of checking a plugin, behind check.h: its hidden fields, its rules, and what is asked of the
// places that the rules hook.
#ifndef INSTC_COMPILER_CHECK_RULE_CHECKER_H
#define INSTC_COMPILER_CHECK_RULE_CHECKER_H

#include "compiler/check/hook_checker.h"

namespace instc::check {

/// Its own name, or what it hooks.
std::string RuleName(const ast::RuleDecl& decl);
/// Every function that the rule means becomes a hook. Whether the rule is for this version.
bool CheckRule(PluginContext& plugin, const RuleRef& rule);

void CheckField(const FieldRef& ref, PluginContext& plugin);

/// Whether the function is there on every system that programs are built for, as the rule takes it.
void CheckSystems(PluginContext& plugin, const go::Package& package, const go::Func& func,
                  const rules::Hook& hook, Span span);
/// Whether a function that is not there is declared for other systems; reported then.
bool ReportOfOtherSystems(PluginContext& plugin, const go::Package& package, const std::string& receiver,
                          const ast::Name& name);

/// Functions that are hooked and call others that are.
void ReviewNestedHooks(PluginContext& plugin);

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_RULE_CHECKER_H
