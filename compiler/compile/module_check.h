// One plugin of a module, checked at many versions.
//
// Versions are checked one after the other, the newest first, and only what a report may need is kept of
// each: the diagnostics, and the Go source that they point into. Private to compiler/compile.
#ifndef INSTC_COMPILER_COMPILE_MODULE_CHECK_H
#define INSTC_COMPILER_COMPILE_MODULE_CHECK_H

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/compile/compile.h"
#include "compiler/compile/kept_variants.h"
#include "compiler/compile/lock.h"
#include "compiler/compile/verdicts.h"
#include "compiler/compile/version_report.h"
#include "compiler/go/load/module_versions.h"

namespace instc::compile {

/// The packages of one version.
struct ModuleWorld {
  std::unique_ptr<go::ModuleResolver> resolver;
  std::unique_ptr<go::Program> program;
};

/// What is known of a plugin from runs before.
struct KnownBefore {
  Verdicts verdicts;
  KeptVariants variants;
};

class ModuleCheck {
 public:
  ModuleCheck(Compilation& compilation, const check::RuleFile& file, pack::Plugin& plugin,
              diag::Emitter& emitter);
  ~ModuleCheck();

  /// At how many versions of those that `options` choose Run would check.
  size_t Pending(const CheckOptions& options);

  /// Checks at the versions that `options` choose, reports, and fills in the plugin's variants.
  void Run(const CheckOptions& options);
  /// Checks at releases that the lock does not know and writes what became of each rule; false when one does
  /// not hold.
  bool ReportNew(llvm::raw_ostream& out);

 private:
  enum class LockState : uint8_t { kNone, kRead, kUnusable };
  LockState ReadLock();
  bool FindVersions(bool refresh);
  std::optional<std::vector<std::string>> Released(bool refresh);
  const VersionResult* At(const std::string& version, bool lower);
  void Keep(const std::string& version, std::vector<diag::Diagnostic> diagnostics, ModuleWorld world);
  std::vector<std::string> Chosen(const CheckOptions& options) const;
  bool IsEnd(const std::string& version) const;
  bool IsSettled(const std::string& version, const CheckOptions& options, const KnownBefore& known);
  void Prefetch(const std::vector<std::string>& versions);
  const std::string& SummaryDigest(const std::string& version);
  KnownBefore Known() const;
  std::vector<std::string> Unsettled(const CheckOptions& options, const KnownBefore& known);
  bool CheckAll(const CheckOptions& options, const KnownBefore& known);
  bool Report(LockState state);
  void TakeVariants(KnownBefore& known, bool keep);
  /// A module whose path this one begins with.
  struct Above {
    go::ModuleVersion module;
    bool has_package = false;  ///< of this path
  };
  std::optional<Above> ModuleAbove(const go::VersionListOptions& options) const;
  void EmitUnavailable(const std::string& reason, const std::optional<Above>& above = std::nullopt);
  std::string MajorSuffix() const;
  void CompareWithLock();
  Lock MakeLock() const;
  bool ReportRule(const rules::RuleOutcome& rule, const std::string& version, llvm::raw_ostream& out);

  Compilation& compilation_;
  const check::RuleFile& file_;
  pack::Plugin& plugin_;
  diag::Emitter& emitter_;
  std::string lock_path_;
  std::string lock_text_;
  std::optional<Lock> lock_;
  bool record_symbols_ = false;
  std::vector<std::string> claimed_;            // ascending
  std::map<std::string, std::string> digests_;  // of summaries, by version
  std::map<std::string, VersionResult> results_;
  std::map<std::string, pack::Variant> variants_;
  std::map<std::string, diag::Diagnostic>
      known_;                // one of each problem; the programs that they point into are kept
  std::string unavailable_;  // why the last version could not be had
};

}  // namespace instc::compile

#endif  // INSTC_COMPILER_COMPILE_MODULE_CHECK_H
