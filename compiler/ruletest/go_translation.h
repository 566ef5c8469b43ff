// A test as Go: `instc test --go` runs the injected code itself on the values of a test.
//
// The package under test is compiled with its hooks, as in any build. Its hooked function is called with
// arguments made of what `given` says, and at its head, behind the injected code, a *double* takes the place
// of the library's own body: it returns what `return` says, or panics. Methods whose results a test binds are
// doubled in the same way. So everything but the library's code is real.
#ifndef INSTC_COMPILER_RULETEST_GO_TRANSLATION_H
#define INSTC_COMPILER_RULETEST_GO_TRANSLATION_H

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/ruletest/ruletest.h"

namespace instc::ruletest {

/// A function that does nothing but what a test says: of the package under test, or of another one of the
/// same module that it imports. Its variables, declared beside it: Variables() and behind that `_r`, `_p0`,
/// ...
/// `_o0`, ... and `_body func()`.
struct GoDouble {
  std::string receiver;  ///< type name; empty: a function
  std::string func;
  std::string package = {};  ///< import path of another package; empty: the one under test
  [[nodiscard]] std::string Key() const { return receiver + (receiver.empty() ? "" : "_") + func; }
  [[nodiscard]] std::string Variables() const { return (package.empty() ? "instcH_" : "InstcH_") + Key(); }
  [[nodiscard]] bool Same(const GoDouble& other) const {
    return package == other.package && Key() == other.Key();
  }
};

struct GoTest {
  std::string refused;  ///< why it cannot be run in Go; empty: it can
  std::vector<GoDouble> doubles;
  std::map<std::string, std::string> imports;  ///< path -> name
  std::string declarations;
  std::string body;  ///< of func()
  /// What the run says, as recorder.go.txt writes it; nullopt: anything. A list in order.
  std::map<std::string, std::vector<std::optional<std::string>>> facts;
  std::set<std::string> open;  ///< what facts begin with of which anything may be said
};

/// The tests of a rule that is for calls make theirs through a wrapper of its own.
inline std::string GoWrapperPrefix(const std::string& symbol) {
  return "instcCall_" + symbol + "_";
}

/// `number` makes names unique in the program.
GoTest TranslateToGo(const Test& test, unsigned number, const check::Target& target,
                     const pack::Plugin& description);

}  // namespace instc::ruletest

#endif  // INSTC_COMPILER_RULETEST_GO_TRANSLATION_H
