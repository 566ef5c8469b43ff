// A test from its first step to its last: the one order of events, for the verdict and for Go alike.
#ifndef INSTC_COMPILER_RULETEST_PERFORM_H
#define INSTC_COMPILER_RULETEST_PERFORM_H

#include "compiler/ruletest/interpreter.h"
#include "compiler/ruletest/ruletest.h"

namespace instc::ruletest {

/// What happens on the way. `test` is the test itself or one of its calls.
class Watcher {
 public:
  virtual ~Watcher() = default;
  /// False: something cannot be bound, and the test ends.
  virtual bool Bind(Interpreter& run, const std::vector<Given>& givens) = 0;
  virtual void Begins(const Test& test, Interpreter& run) = 0;
  virtual void Ends(const Test& test, Interpreter& run) = 0;
  virtual void Stopped(const Test& test, const Stop& stop) = 0;
  virtual void NotCalled(const TestCall& call, const std::string& why) = 0;
};

/// What a test calls is there, unless it says that it is nil. `at_exit`: for a `wrap` in `exit`.
void MakeCalledThere(const Test& test, bool at_exit, Interpreter& run);

/// False: the test ended before its time, and the watcher knows why.
bool Perform(const Test& test, Interpreter& run, Watcher& watcher);

}  // namespace instc::ruletest

#endif  // INSTC_COMPILER_RULETEST_PERFORM_H
