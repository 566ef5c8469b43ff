// `instc test --go`: the tests of a package as one Go program, built with the real library and the real
// lowering, run, and held against the interpreter.
//
//   GoRun run(environment);
//   compilation.RunTests(outcomes, [&](const compile::TestedPlugin& tested) { run.Add(tested); });
//   Result<std::vector<GoVerdict>> verdicts = run.Finish();
//
// One version a plugin: the first that is checked, which is the newest.
#ifndef INSTC_COMPILER_GOTEST_GOTEST_H
#define INSTC_COMPILER_GOTEST_GOTEST_H

#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/compile/compile.h"
#include "compiler/pack/plan.h"
#include "compiler/ruletest/go_translation.h"

namespace instc::gotest {

/// How one test went in Go.
struct GoVerdict {
  std::string plugin, test, function, version;
  Span at;
  std::string refused;                   ///< why it was not run; empty: it was
  std::vector<std::string> differences;  ///< between Go and the interpreter
};

/// Where the facts of a run differ from those that the interpreter has foretold, a sentence each.
[[nodiscard]] std::vector<std::string> Differences(const ruletest::GoTest& test, llvm::StringRef output);

class GoRun {
 public:
  /// Only tests with `filter` in their plugin's name or their own.
  GoRun(const compile::Environment& environment, std::string filter)
      : environment_(environment), filter_(std::move(filter)) {}

  /// Translates the tests; nothing is run yet.
  void Add(const compile::TestedPlugin& tested);
  /// Builds and runs the programs; answers of runs before stand in for those that would be the same.
  [[nodiscard]] Result<std::vector<GoVerdict>> Finish();

 private:
  struct File {
    std::string name, text;
    std::string package;  ///< another one of the module; empty: the one under test
  };
  struct DoubledFile {
    std::string name, text;
    bool changed = false;
  };
  using Doubles = std::map<std::string, ruletest::GoDouble>;  ///< by Key
  struct Planned {
    GoVerdict verdict;
    std::string rule;  ///< plugin.rule: no other is on
    ruletest::GoTest test;
  };
  /// One package under test with its program.
  struct Program {
    std::string path, name, dir;
    std::string module_path, module_version;  ///< empty: the standard library
    std::string module_dir;
    bool imports_context = false;
    std::vector<File> files;  ///< those that differ from the library's
    pack::Package lowered;
    std::vector<Planned> tests;
  };

  llvm::Error FindModule(Program& program) const;
  llvm::Error Prepare(Program& program, const compile::TestedPlugin& tested);
  llvm::Error PrepareOther(Program& program, const pack::Plan& plan, Doubles doubles,
                           const compile::TestedPlugin& tested) const;
  bool HasProgramOf(const std::string& package, const Program& beside) const;
  Result<std::vector<DoubledFile>> Changed(const pack::Plan& plan, const std::string& dir,
                                           const std::vector<std::string>& names, Doubles doubles) const;
  Result<std::vector<DoubledFile>> WithDoubles(const std::string& dir, const std::vector<std::string>& names,
                                               Doubles doubles) const;

  // ---- run.cpp
  /// What becomes one binary.
  struct Group {
    std::vector<Program*> programs;
  };
  using Answers = std::vector<std::string>;  ///< one a test, in the order of programs and tests
  std::vector<Group> Groups();
  llvm::Error Run(const Group& group, std::vector<GoVerdict>& verdicts) const;
  Result<Answers> AnswersOf(const Group& group) const;
  Result<Answers> Ask(const Group& group) const;
  Result<std::string> Build(const Group& group, const std::string& scratch) const;
  [[nodiscard]] std::string DigestOf(const Group& group) const;
  static llvm::Error WriteGroup(const Group& group, const std::string& scratch, std::string& build_dir,
                                std::vector<std::string>& flags);
  static llvm::Error WriteStd(const Group& group, const std::string& scratch, const std::string& requirement,
                              std::vector<std::string>& flags);
  static llvm::Error WriteModule(const Group& group, const std::string& root, const std::string& requirement);
  static llvm::Error WriteRuntime(const std::string& folder);
  static std::vector<File> FilesOf(const Program& program);
  static std::string DriverText(const Program& program);
  static std::string MainText(const Group& group);

  const compile::Environment& environment_;
  std::string filter_;
  std::vector<Program> programs_;
  std::vector<GoVerdict> refused_;
  std::set<std::string> seen_;
  std::string error_;
  std::string go_version_;
  unsigned number_ = 0;
};

}  // namespace instc::gotest

#endif  // INSTC_COMPILER_GOTEST_GOTEST_H
