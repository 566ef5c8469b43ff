// Types that rules add to a package.
#ifndef INSTC_COMPILER_CHECK_OBJECTS_H
#define INSTC_COMPILER_CHECK_OBJECTS_H

#include "compiler/check/hook_checker.h"

namespace instc::check {

/// In join_points.cpp, where rules have the same mistakes.
void ReportNoPackage(PluginContext& plugin, Span span, const std::string& path, llvm::Error why);
void ReportNoMethod(PluginContext& plugin, const ast::Name& method, const std::string& type,
                    const std::vector<std::string>& methods);

/// Makes the plugin's objects known, without their bodies: before its rules are checked.
void DeclareObjects(PluginContext& plugin);
/// Checks the bodies of their methods.
void CheckObjects(PluginContext& plugin);

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_OBJECTS_H
