// Hooks on tests/unit/lower/sample/target.go that use every expression and every statement at least once.
#ifndef INSTC_TESTS_UNIT_LOWER_SAMPLE_HOOKS_H
#define INSTC_TESTS_UNIT_LOWER_SAMPLE_HOOKS_H

#include <string>

#include "tests/unit/lower/tree.h"

namespace instc::lower {

class Sample {
 public:
  explicit Sample(const std::string& target);

  rules::Plugin MakePlugin();
  const go::Package& target() const { return *target_; }

 private:
  HookTree Hook(const std::string& symbol, const std::string& function) {
    return {packages_, *target_, symbol, function};
  }
  HookTree Serve();
  HookTree Client();
  HookTree Probe();
  HookTree Late();
  HookTree Carry();
  HookTree Stamp();
  HookTree Enrich();
  HookTree Strict();
  HookTree Shadow();
  HookTree Nothing();

  // Parts of Probe.
  void ProbeAccess(HookTree& t, std::vector<rules::AttributeSet>& out);
  void ProbeElements(HookTree& t, std::vector<rules::AttributeSet>& out);
  void ProbeTypes(HookTree& t, std::vector<rules::AttributeSet>& out);
  void ProbeOperators(HookTree& t, std::vector<rules::AttributeSet>& out);
  void ProbeBuiltins(HookTree& t, std::vector<rules::AttributeSet>& out);

  Packages packages_;
  const go::Package* target_;
  const go::Type* string_;
  const go::Type* int64_;
  rules::ExternFunc hostport_, upper_;
};

}  // namespace instc::lower

#endif  // INSTC_TESTS_UNIT_LOWER_SAMPLE_HOOKS_H
