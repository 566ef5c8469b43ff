// A page of Markdown about a plugin: what it hooks, what it records, how it is set up, and what it may do to
// a program.
#ifndef INSTC_COMPILER_SURVEY_PLUGIN_PAGE_H
#define INSTC_COMPILER_SURVEY_PLUGIN_PAGE_H

#include <string>

#include "compiler/check/rule_set.h"
#include "compiler/conventions/registry.h"

namespace instc::survey {

/// `file` is a plugin of `set`; `registry` the conventions that it follows.
std::string PluginPage(const check::RuleSet& set, const check::RuleFile& file,
                       const conventions::Registry& registry);

}  // namespace instc::survey

#endif  // INSTC_COMPILER_SURVEY_PLUGIN_PAGE_H
