#include "compiler/ruletest/perform.h"

#include "compiler/go/types/universe.h"

namespace instc::ruletest {

namespace {

bool PerformCall(const TestCall& call, Interpreter& around, Watcher& watcher) {
  std::string why;
  const auto body = Interpreter::Of(around, call, why);
  const bool says = !call.test->after.empty() || call.test->panic != nullptr;
  if (body != nullptr && says && !body->HasCallee()) why = "there is no function in it that could return";
  if (why.empty()) return Perform(*call.test, *body, watcher);
  watcher.NotCalled(call, why);
  return false;
}

bool PerformCalls(const Test& test, bool later, Interpreter& run, Watcher& watcher) {
  for (const TestCall& call : test.calls)
    if (call.later == later && !PerformCall(call, run, watcher)) return false;
  return true;
}

/// In an interface, as recover() would give it.
std::optional<Value> PanicOf(const Test& test, Interpreter& run) {
  if (test.panic == nullptr || run.bypassed()) return std::nullopt;
  return InInterface(run.Eval(*test.panic), test.panic->type, go::EmptyInterface());
}

}  // namespace

void MakeCalledThere(const Test& test, bool at_exit, Interpreter& run) {
  for (const TestCall& call : test.calls)
    if (call.wrap != nullptr && call.at_exit == at_exit) run.MakeFuncThere(*call.wrap->target);
}

bool Perform(const Test& test, Interpreter& run, Watcher& watcher) {
  auto stopped = [&] {
    if (run.stop().has_value()) watcher.Stopped(test, *run.stop());
    return run.stop().has_value();
  };
  if (!watcher.Bind(run, test.before)) return false;
  MakeCalledThere(test, /*at_exit=*/false, run);
  run.Begin();
  watcher.Begins(test, run);
  run.Enter();
  if (stopped() || !PerformCalls(test, /*later=*/false, run, watcher)) return false;
  if (!run.bypassed() && !watcher.Bind(run, test.after)) return false;
  MakeCalledThere(test, /*at_exit=*/true, run);
  run.Leave(PanicOf(test, run));
  if (stopped() || !PerformCalls(test, /*later=*/true, run, watcher)) return false;
  watcher.Ends(test, run);
  return true;
}

}  // namespace instc::ruletest
