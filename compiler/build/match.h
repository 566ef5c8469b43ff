// The pack against the packages of one build: which rules go into which package, and which plugins do not
// apply and why.
#ifndef INSTC_COMPILER_BUILD_MATCH_H
#define INSTC_COMPILER_BUILD_MATCH_H

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/build/listing.h"
#include "compiler/go/load/package_source.h"
#include "compiler/pack/pack.h"
#include "compiler/pack/plan.h"
#include "dsl/base/result.h"

namespace instc::build {

/// What is known of a build when rules must be checked and lowered against the very source that is being
/// built.
struct SpecialiseInput {
  std::map<std::string, go::ListedPackage> packages;  ///< by import path
  std::string version;     ///< of the plugin's library; empty: it has none (a directory, the main module)
  std::string go_version;  ///< "v1.26.8"
  std::string goroot;
  go::BuildContext context;
};

struct Specialised {
  std::optional<pack::Variant> variant;
  std::string reason;  ///< without a variant: why, to be read behind "PLUGIN VERSION "
};

/// Checks and lowers a plugin for one build.
using Specialise = std::function<Result<Specialised>(const pack::Plugin&, const SpecialiseInput&)>;

struct TargetRule {
  const pack::Plugin* plugin = nullptr;
  std::string rule;  ///< id
};

struct TargetMetric {
  const pack::Plugin* plugin = nullptr;
  pack::Metric metric;
};

struct TargetHook {
  const pack::Plugin* plugin = nullptr;
  uint32_t rule = 0;  ///< index into Target::rules
  pack::Hook hook;
};

/// One package that gets hooks.
struct Target {
  const Listed* package = nullptr;
  std::vector<TargetRule> rules;  ///< the port table's order
  std::vector<pack::Field> fields;
  std::vector<pack::Extern> externs;
  std::vector<TargetMetric> metrics;       ///< in the order of the packs
  std::vector<TargetHook> hooks;           ///< in the order of execution at entry
  std::vector<pack::Wrapper> wrappers;     ///< for calls of its functions; indices into `hooks`
  std::vector<pack::RewrittenCall> calls;  ///< its calls of other packages' functions
};

/// A hook that may return instead of the function that it is at.
struct Bypassed {
  std::string rule;      ///< id
  std::string function;  ///< "net/http.Get"
  std::string plugin;
  bool allowed = false;  ///< by the one who builds; otherwise the hook is left out
};

/// A plugin whose library is in the build and that is not applied.
struct Skipped {
  std::string plugin;
  std::string version;  ///< of the library
  std::string reason;   ///< "is not in [>= v1.5.0]"
};

struct Matched {
  std::vector<Target> targets;  ///< sorted by import path
  std::vector<Skipped> skipped;
  std::vector<Bypassed> bypassed;
  std::vector<pack::Patch> patches;  ///< those that fit this version of Go
};

/// What the one who builds has decided, and what only the file system knows.
struct MatchOptions {
  std::set<std::string> allow_bypass;  ///< names of plugins
  bool tests = false;                  ///< those of the packages on the command line are built, too
  /// Whether a package may call a function of that name; may be true when it does not. Empty: always.
  std::function<bool(const Listed& package, const std::string& func)> may_call = nullptr;
  /// Whether a package of the one who builds has that directive comment; may be true when it stands above no
  /// function. Empty: never.
  std::function<bool(const Listed& package, const std::string& directive)> has_directive = nullptr;
};

/// `input` carries everything but the version; `specialise` may be empty.
[[nodiscard]] Result<Matched> Match(const pack::RulePack& pack, const Listing& listing, SpecialiseInput input,
                                    const Specialise& specialise, const MatchOptions& options = {});

/// "go1.26.8" as "v1.26.8", "go1.27rc1" as "v1.27.0-rc1"; the text behind a blank does not count.
[[nodiscard]] std::string GoAsSemver(llvm::StringRef go_version);
[[nodiscard]] bool InRange(llvm::StringRef version, const std::vector<pack::VersionBound>& range);
/// "[>= v1.5.0, < v2.0.0]"
[[nodiscard]] std::string RangeText(const std::vector<pack::VersionBound>& range);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_MATCH_H
