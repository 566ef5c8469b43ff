// The names of a rule, innermost first. A template's body has a scope of its own that does not see the
// rule's: hygiene.
#ifndef INSTC_COMPILER_CHECK_SCOPE_H
#define INSTC_COMPILER_CHECK_SCOPE_H

#include <map>
#include <string>
#include <vector>

#include "compiler/check/rule_set.h"
#include "compiler/rules/ir.h"

namespace instc::check {

/// What a name of the rule stands for.
struct Named {
  rules::Binding* binding = nullptr;  ///< a param, result, receiver, let or stamp name
  rules::ExprPtr argument;            ///< a template's parameter: the argument, by name
  bool exit_only = false;             ///< results, and template parameters after the semicolon
  bool by_reference = false;
  Span declared;
  Span statement;  ///< of a let: all of it, when it has no other name
  bool is_let = false;
  bool used = false;
};

struct Scope {
  const Scope* outer = nullptr;          ///< null: the outermost of a rule or template
  const RuleFile* file = nullptr;        ///< whose imports, externs and options are in reach
  const go::Package* package = nullptr;  ///< whose package scope is in reach; null in a shared template
  std::map<std::string, Named, std::less<>> names;

  /// A block inside this scope: it sees the same file and package.
  Scope Block() const { return {this, file, package, {}}; }

  Named* Find(llvm::StringRef name) {
    for (Scope* s = this; s != nullptr; s = const_cast<Scope*>(s->outer)) {
      auto found = s->names.find(name);
      if (found != s->names.end()) return &found->second;
    }
    return nullptr;
  }
};

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_SCOPE_H
