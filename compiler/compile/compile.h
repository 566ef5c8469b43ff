// The pipeline: rule files in, rule pack out; and one plugin specialised for the exact library version of a
// build.
//
//   Compilation compilation(environment, emitter);
//   compilation.AddShippedRules();
//   compilation.AddFile("rules/mylib.hook");
//   Result<pack::RulePack> pack = compilation.Compile();
//
// A plugin of a module is checked at the lowest and the highest patch of every minor version in its range;
// the newest and the oldest of all get a variant in the pack. Any other version is specialised when a program
// with it is built, against the source that is being built: a rule that was not checked is never injected.
#ifndef INSTC_COMPILER_COMPILE_COMPILE_H
#define INSTC_COMPILER_COMPILE_COMPILE_H

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/check/check.h"
#include "compiler/check/rule_set.h"
#include "compiler/conventions/registry.h"
#include "compiler/go/load/package_source.h"
#include "compiler/go/load/program.h"
#include "compiler/pack/pack.h"
#include "compiler/ruletest/ruletest.h"
#include "dsl/ast/ast.h"
#include "dsl/diagnostics/emitter.h"

namespace instc::compile {

/// The world outside, passed in.
struct Environment {
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs;
  go::ProcessRunner run;
  std::string go = "go";      ///< the go command
  std::string cache_dir;      ///< for lists of module versions, summaries and verdicts; empty: none
  std::string identity;       ///< of this instc: verdicts of another one do not count
  bool allow_network = true;  ///< whether missing modules may be fetched
};

/// The packages of one build, for Specialise.
struct BuildView {
  std::map<std::string, go::ListedPackage> packages;
  std::string go_version;  ///< "go1.26.8"
  std::string
      version;  ///< of the plugin's library; empty when unknown (replaced, a pseudo-version of a work tree)
};

/// A plugin's tests at one version; only valid during the call that hands it over.
struct TestedPlugin {
  const std::vector<ruletest::Test>& tests;
  const check::Target& target;
  const rules::Plugin& plugin;
  const pack::Plugin& description;
};
using TestObserver = std::function<void(const TestedPlugin&)>;

/// At which versions a plugin of a module is checked, and what for.
struct CheckOptions {
  bool all_versions = false;  ///< all, not only the ends of minor versions
  bool make_locks =
      false;  ///< locks of plugins that are not shipped are made and not compared, at all versions
  bool reuse_verdicts = false;  ///< what was found good, or lowered, before by this instc is not done again
  bool lower = true;            ///< variants for a pack are wanted

  CheckOptions WithoutLocks() const { return {all_versions, false, reuse_verdicts, lower}; }
};

/// A lock file to be written.
struct LockFile {
  std::string path;
  std::string text;
};

struct KnownBefore;
struct VersionResult;
struct ModuleWorld;

class Compilation {
 public:
  Compilation(Environment environment, diag::Emitter& emitter);
  ~Compilation();

  /// The rules inside this instc. `plugins` false: only the shared templates.
  void AddShippedRules(bool plugins = true);
  /// A file replaces the shipped one of the same name, and a plugin the shipped plugin of the same name.
  llvm::Error AddFile(const std::string& path);
  void AddSource(std::string name, std::string text);

  /// Parses all and sorts it out. Errors are diagnostics.
  void Parse();
  const std::vector<ast::File>& files() const { return files_; }

  /// From now on nothing counts as found good before.
  void ForgetVerdicts();
  /// Checks and lowers everything. Environment errors (no Go) travel in the Result, user errors are
  /// diagnostics; with any, the pack is not to be used.
  Result<pack::RulePack> Compile(const CheckOptions& options = {});
  /// Made by Compile when asked for, for plugins without an error.
  const std::vector<LockFile>& locks() const { return locks_; }
  /// Checks at releases that the locks do not know, and writes which rules hold there; whether all do.
  /// Shipped plugins are left out when there are others.
  Result<bool> ReportNew(llvm::raw_ostream& out);

  /// Compile, and every test block is run at every version that is checked. The outcomes point into this
  /// compilation's sources.
  llvm::Error RunTests(std::vector<ruletest::Outcome>& outcomes, TestObserver observer = nullptr);

  /// One plugin against the packages of a build; nullopt when some rule does not hold there (the emitter says
  /// why).
  Result<std::optional<pack::Variant>> Specialise(const std::string& plugin, BuildView view);

  /// One plugin against one version of its module, in its range or not; nullopt when some rule does not hold
  /// there (the emitter says why). Of the standard library there is only the installed version.
  Result<std::optional<pack::Plugin>> CompileAt(const std::string& plugin, const std::string& version);

 private:
  const check::RuleFile* FindPlugin(const std::string& plugin) const;
  struct World;  // Go installation, programs: kept until the diagnostics have been shown
  struct Source {
    std::unique_ptr<SourceBuffer> buffer;
    bool shipped = false;
    std::vector<diag::Diagnostic> problems = {};  ///< of syntax
  };

  llvm::Error SetUpGo();
  const conventions::Registry* RegistryFor(const check::RuleFile& file, diag::Emitter& emitter);
  /// One check of one plugin.
  struct AtVersion {
    std::string version;
    bool lower = true;     ///< whether a variant is wanted
    bool symbols = false;  ///< whether the names that the rules use are wanted
  };
  friend class ModuleCheck;

  CheckOptions OptionsFor(const check::RuleFile& file, const CheckOptions& options) const;
  void CheckAhead(const CheckOptions& options);
  size_t PendingAt(const check::RuleFile& file, const CheckOptions& options, diag::Emitter& emitter);
  bool IsIncomplete(const check::RuleFile& file) const;
  void CompilePlugin(const check::RuleFile& file, const CheckOptions& options, pack::RulePack& pack,
                     diag::Emitter& emitter);
  std::string BasisOf(const check::RuleFile& file, llvm::StringRef lock_text) const;
  KnownBefore KnownOf(const check::RuleFile& file, const std::string& plugin,
                      llvm::StringRef lock_text) const;
  bool IsForThisGo(const pack::Plugin& plugin) const;
  bool IsSettledStd(const CheckOptions& options, const KnownBefore& known) const;
  size_t PendingStd(const check::RuleFile& file, const CheckOptions& options,
                    const pack::Plugin& plugin) const;
  void CompileStd(const check::RuleFile& file, const CheckOptions& options, pack::Plugin& plugin,
                  diag::Emitter& emitter);
  void TestsWereReached(const check::RuleFile& file);
  std::optional<pack::Variant> CheckAt(const check::RuleFile& file, const pack::Plugin& description,
                                       go::Program& program, const AtVersion& at, VersionResult* result,
                                       diag::Emitter& emitter);
  ModuleWorld MakeModuleWorld(const std::string& module, const std::string& version);
  bool IsShipped(const check::RuleFile& file) const;
  std::optional<std::string> ReadBeside(const check::RuleFile& file, const std::string& path);
  void Tests(const check::RuleFile& file, const check::Target& target, const conventions::Registry& registry,
             rules::Plugin& checked, VersionResult* result, diag::Emitter& emitter);
  void ReportUnreachedTests();
  void DropReplacedFiles();

  Environment environment_;
  diag::Emitter& emitter_;
  std::vector<Source> sources_;
  std::vector<ast::File> files_;
  std::set<const SourceBuffer*>
      malformed_;  ///< with syntax errors: checking what is left of them would only mislead
  check::RuleSet set_;
  bool parsed_ = false;
  bool checks_tests_ = false;                           ///< in a build nobody asks for them
  std::vector<ruletest::Outcome>* outcomes_ = nullptr;  ///< not null: run them
  TestObserver observer_;
  std::set<const ast::TestDecl*> reached_;  ///< asked, never walked
  std::map<std::string, conventions::Registry> registries_;
  std::vector<LockFile> locks_;
  std::unique_ptr<World> world_;
};

/// The patches of the Go runtime that instc carries.
Result<std::vector<pack::Patch>> ShippedPatches();

/// "go1.26.8" -> "v1.26.8"
std::string GoAsSemver(llvm::StringRef go_version);

}  // namespace instc::compile

#endif  // INSTC_COMPILER_COMPILE_COMPILE_H
