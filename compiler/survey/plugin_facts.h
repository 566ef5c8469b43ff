// What a plugin does, read from its rules alone: no Go library is needed, so a page about it is the same on
// every machine. Templates are followed into the shared files; nothing is evaluated.
#ifndef INSTC_COMPILER_SURVEY_PLUGIN_FACTS_H
#define INSTC_COMPILER_SURVEY_PLUGIN_FACTS_H

#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/check/rule_set.h"

namespace instc::survey {

/// An attribute of a span, in one of the places where it is set.
struct AttributeFact {
  std::string name;
  bool guarded = false;  ///< set under a `when` everywhere
};

/// A span that rules start, or one of others that they add to.
struct SpanFact {
  std::string kind;  ///< "CLIENT"; of an enrichment "the SERVER span", "the current span"
  std::string name;  ///< the expression as written; empty: the name stays
  std::vector<std::string> rules;
  std::vector<AttributeFact> attributes;  ///< in the order of first mention
  std::vector<std::string> renames;       ///< expressions
  bool records_errors = false;
  bool enriches = false;
};

struct MetricFact {
  std::string name;
  std::vector<std::string> rules;
  std::vector<AttributeFact> attributes;
};

struct RuleFact {
  std::string name;   ///< empty: anonymous
  std::string point;  ///< "(*Client) Do", "call net/http.Get"
  std::string package;
  std::string where;  ///< the condition as written; empty: everywhere
  std::vector<std::string> doc;
};

struct PluginFacts {
  std::vector<std::string> doc;  ///< of the plugin
  std::vector<RuleFact> rules;
  std::vector<SpanFact> spans;
  std::vector<MetricFact> metrics;
  // What else it does to the program, as written, sorted.
  std::set<std::string> assigned, called, injected, stamped, hidden_fields, other;
  std::map<std::string, std::string> go_functions;  ///< name in rules -> "package.Func" or "built-in"
};

/// `file` is a plugin of `set`.
PluginFacts Survey(const check::RuleSet& set, const check::RuleFile& file);

}  // namespace instc::survey

#endif  // INSTC_COMPILER_SURVEY_PLUGIN_FACTS_H
