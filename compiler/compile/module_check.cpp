#include "compiler/compile/module_check.h"

#include <algorithm>

#include "compiler/assets/assets.h"
#include "compiler/compile/versions.h"
#include "compiler/compile/world.h"
#include "compiler/go/load/module_versions.h"
#include "compiler/go/load/semver.h"
#include "compiler/pack/digest.h"
#include "dsl/diagnostics/consumers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::compile {

INSTC_DIAGNOSTIC(NoVersionInRange, "E0402", Error, "no released version of {0} is in this range",
                 std::string);
INSTC_DIAGNOSTIC(LibraryUnavailable, "E0403", Error, "cannot get library {0}", std::string);
INSTC_DIAGNOSTIC(SignatureDrift, "E0406", Error, "`{0}` is not what the lock says it is", std::string);
INSTC_DIAGNOSTIC(BadLock, "E0407", Error, "lock file {0} cannot be used", std::string);
INSTC_DIAGNOSTIC(StaleLock, "W0408", Warning, "lock file {0} is out of date: {1}", std::string, std::string);
INSTC_DIAGNOSTIC(NoLock, "E0409", Error, "plugin `{0}` has no lock file, so no release is new to it",
                 std::string);

ModuleCheck::ModuleCheck(Compilation& compilation, const check::RuleFile& file, pack::Plugin& plugin,
                         diag::Emitter& emitter)
    : compilation_(compilation),
      file_(file),
      plugin_(plugin),
      emitter_(emitter),
      lock_path_(LockPathOf(file.ast->buffer->name())) {}
ModuleCheck::~ModuleCheck() = default;

// --------------------------------------------------------------------------------------------------- the
// lock

ModuleCheck::LockState ModuleCheck::ReadLock() {
  std::optional<std::string> text = compilation_.ReadBeside(file_, lock_path_);
  if (!text.has_value()) return LockState::kNone;
  lock_text_ = std::move(*text);
  auto lock = ParseLock(lock_text_);
  std::string reason;
  if (!lock)
    reason = llvm::toString(lock.takeError());
  else if (lock->library != plugin_.library.path || lock->plugin != plugin_.name)
    reason = "it is about plugin " + lock->plugin + " and " + lock->library;
  if (!reason.empty()) {
    emitter_.Emit(file_.library_span, BadLock, lock_path_)
        .Note(reason)
        .Help("remove it and run `instc check --lock " + file_.ast->buffer->name().str() + "`");
    return LockState::kUnusable;
  }
  lock_ = std::move(*lock);
  return LockState::kRead;
}

/// Every symbol at every version checked, against the lock; the same drift at several versions is reported
/// once.
void ModuleCheck::CompareWithLock() {
  const std::string fix = "run `instc check --lock " + file_.ast->buffer->name().str() + "`";
  if (lock_->range != RangeText(plugin_.library.range)) {
    emitter_.Emit(file_.library_span, StaleLock, lock_path_, "it is for the range `" + lock_->range + "`")
        .Help(fix);
    return;
  }
  std::vector<std::string> unknown;
  std::set<std::string> reported;
  for (const auto& version : llvm::reverse(claimed_)) {
    auto result = results_.find(version);
    if (result == results_.end()) continue;
    for (const auto& [symbol, use] : result->second.symbols) {
      const std::string locked = lock_->SignatureAt(symbol, version).str();
      if (locked == use.signature) continue;
      if (locked.empty()) unknown.push_back(symbol);
      if (locked.empty() || !reported.insert(symbol + locked + use.signature).second) continue;
      emitter_.Emit(use.at, SignatureDrift, symbol)
          .Label("differs at " + version)
          .Note("the lock has " + locked)
          .Note(version + " has " + use.signature)
          .Help("when the new signature is right, " + fix);
    }
  }
  if (!unknown.empty())
    emitter_.Emit(file_.library_span, StaleLock, lock_path_, "it does not know `" + unknown.front() + "`")
        .Help(fix);
}

Lock ModuleCheck::MakeLock() const {
  Lock lock;
  lock.plugin = plugin_.name;
  lock.library = plugin_.library.path;
  lock.range = RangeText(plugin_.library.range);
  for (const std::string& version : claimed_) lock.Enter(version, results_.at(version).symbols);
  return lock;
}

// ---------------------------------------------------------------------------------------------------
// versions

std::optional<std::vector<std::string>> ModuleCheck::Released(bool refresh) {
  const Environment& environment = compilation_.environment_;
  go::VersionListOptions options{compilation_.world_->go, environment.cache_dir, environment.allow_network,
                                 refresh};
  auto versions = go::ListModuleVersions(plugin_.library.path, options, environment.run);
  if (versions) return std::move(*versions);
  EmitUnavailable(llvm::toString(versions.takeError()), ModuleAbove(options));
  return std::nullopt;
}

/// A path that is no module may be that of a package in one.
std::optional<ModuleCheck::Above> ModuleCheck::ModuleAbove(const go::VersionListOptions& options) const {
  const Environment& environment = compilation_.environment_;
  const Compilation::World& world = *compilation_.world_;
  const llvm::StringRef path = plugin_.library.path;
  if (world.summaries == nullptr || !path.split('/').first.contains('.')) return std::nullopt;
  const go::SummaryMaker maker(*world.summaries, world.go, environment.allow_network, environment.fs,
                               environment.run);
  for (llvm::StringRef module = path.rsplit('/').first; module.contains('/');
       module = module.rsplit('/').first) {
    auto versions = go::ListModuleVersions(module.str(), options, environment.run);
    if (!versions || versions->empty()) {
      llvm::consumeError(versions.takeError());
      continue;
    }
    const std::vector<std::string> claimed = ClaimedVersions(*versions, plugin_.library.range);
    Above above{{module.str(), claimed.empty() ? versions->back() : claimed.back()}};
    auto summary = maker.Get(above.module);
    if (summary)
      above.has_package = summary->packages.count(path.drop_front(module.size() + 1).str()) > 0;
    else
      llvm::consumeError(summary.takeError());
    return above;
  }
  return std::nullopt;
}

/// `/v3` for a path without it whose range begins at v3; empty: nothing is missing.
std::string ModuleCheck::MajorSuffix() const {
  const llvm::StringRef last = llvm::StringRef(plugin_.library.path).rsplit('/').second;
  if (last.size() > 1 && last.front() == 'v' && llvm::all_of(last.drop_front(), llvm::isDigit)) return "";
  for (const pack::VersionBound& bound : plugin_.library.range) {
    const llvm::StringRef major = llvm::StringRef(bound.version).split('.').first;
    const bool late = bound.op == ">=" && major.size() > 1 && major != "v0" && major != "v1";
    if (late && !llvm::StringRef(plugin_.library.path).startswith("gopkg.in/")) return "/" + major.str();
  }
  return "";
}

void ModuleCheck::EmitUnavailable(const std::string& reason, const std::optional<Above>& above) {
  const std::string& module = plugin_.library.path;
  auto builder = emitter_.Emit(file_.library->path.span, LibraryUnavailable, "\"" + module + "\"");
  if (above.has_value() && above->has_package) {  // what the go command says is of a repository nobody meant
    builder.Note("it is a package of module " + above->module.path + " " + above->module.version)
        .Help("write `library \"" + above->module.path + "\"`, and the rules in `in \"" + module +
              "\" { ... }`");
    return;
  }
  builder.Note(reason);
  if (above.has_value())
    builder.Note("module " + above->module.path + " " + above->module.version +
                 " has no package of this path");
  const Span path = file_.library->path.span;
  if (!llvm::StringRef(module).split('/').first.contains('.')) {
    builder.Fix("for the standard library write `library std \"" + module + "\"`",
                Span{path.buffer, path.begin, path.begin}, "std ");
    return;
  }
  const std::string major = MajorSuffix();
  if (!major.empty())
    builder.Fix("from v2 on the path of a module ends in its major version: `" + module + major + "`",
                Span{path.buffer, path.end - 1, path.end - 1}, major);
}

/// Those that the lock knows, else those that the proxy knows.
bool ModuleCheck::FindVersions(bool refresh) {
  std::vector<std::string> released;
  if (lock_.has_value()) {
    released = lock_->versions;
  } else {
    auto asked = Released(refresh);
    if (!asked.has_value()) return false;
    released = std::move(*asked);
  }
  claimed_ = ClaimedVersions(released, plugin_.library.range);
  if (!claimed_.empty()) return true;
  const ast::LibraryDecl& library = *file_.library;
  auto builder = emitter_.Emit(library.range.bounds.empty() ? library.path.span : library.range.span,
                               NoVersionInRange, plugin_.library.path);
  if (!released.empty() && go::IsPseudoVersion(released.front()))
    builder.Note("the module was never tagged, its newest commit is " + released.front())
        .Help("leave the range out; a commit is older than the version that it leads to");
  else if (!released.empty())
    builder.Note("released: " + released.front() + " to " + released.back());
  return false;
}

void ModuleCheck::Prefetch(const std::vector<std::string>& versions) {
  const Compilation::World& world = *compilation_.world_;
  if (world.summaries == nullptr) return;
  std::vector<go::ModuleVersion> modules;
  for (const std::string& version : versions) modules.push_back({plugin_.library.path, version});
  const Environment& environment = compilation_.environment_;
  go::SummaryMaker(*world.summaries, world.go, environment.allow_network, environment.fs, environment.run)
      .Prefetch(modules);
}

/// Empty: there is no summary, or no cache for any.
const std::string& ModuleCheck::SummaryDigest(const std::string& version) {
  std::string& digest = digests_[version];
  const Compilation::World& world = *compilation_.world_;
  if (!digest.empty() || world.summaries == nullptr) return digest;
  digest = world.summaries->DigestOf({plugin_.library.path, version});
  return digest;
}

// ---------------------------------------------------------------------------------------------------
// checking

/// Null: the version cannot be had, for the reason in unavailable_.
const VersionResult* ModuleCheck::At(const std::string& version, bool lower) {
  auto done = results_.find(version);
  if (done != results_.end()) return &done->second;
  ModuleWorld world = compilation_.MakeModuleWorld(plugin_.library.path, version);
  if (llvm::Error error = world.resolver->Prepare()) {
    unavailable_ = llvm::toString(std::move(error));
    return nullptr;
  }
  diag::CollectingConsumer collected;
  diag::Emitter emitter(collected);
  VersionResult result;
  auto variant = compilation_.CheckAt(file_, plugin_, *world.program, {version, lower, record_symbols_},
                                      &result, emitter);
  if (lower && variant.has_value()) variants_.emplace(version, std::move(*variant));
  results_.emplace(version, std::move(result));
  Keep(version, std::move(collected.diagnostics), std::move(world));
  return &results_.at(version);
}

/// A problem that an earlier version showed is kept as that version showed it, so that the Go source of this
/// one can go.
void ModuleCheck::Keep(const std::string& version, std::vector<diag::Diagnostic> diagnostics,
                       ModuleWorld world) {
  bool first_seen = false;
  for (diag::Diagnostic& d : diagnostics) {
    const std::string key = ProblemKey(d);
    auto [known, added] = known_.try_emplace(key, std::move(d));
    first_seen |= added;
    results_.at(version).problems.emplace(key, known->second);
  }
  if (first_seen) compilation_.world_->kept.push_back(std::move(world));
}

KnownBefore ModuleCheck::Known() const {
  return compilation_.KnownOf(file_, plugin_.name, lock_text_);
}

std::vector<std::string> ModuleCheck::Chosen(const CheckOptions& options) const {
  return options.all_versions || options.make_locks ? claimed_ : EndVersions(claimed_);
}

/// The pack holds the rules lowered for the oldest and the newest version.
bool ModuleCheck::IsEnd(const std::string& version) const {
  return version == claimed_.front() || version == claimed_.back();
}

/// Whether a version was found good before, and all that is wanted of it is there.
bool ModuleCheck::IsSettled(const std::string& version, const CheckOptions& options,
                            const KnownBefore& known) {
  if (!options.reuse_verdicts || !known.verdicts.Knows(version)) return false;
  if (!known.verdicts.Good(version, SummaryDigest(version))) return false;
  return !options.lower || !IsEnd(version) || known.variants.Find(version, SummaryDigest(version)) != nullptr;
}

/// Of the chosen versions those that are not settled.
std::vector<std::string> ModuleCheck::Unsettled(const CheckOptions& options, const KnownBefore& known) {
  std::vector<std::string> versions = Chosen(options);
  llvm::erase_if(versions, [&](const std::string& version) { return IsSettled(version, options, known); });
  return versions;
}

size_t ModuleCheck::Pending(const CheckOptions& options) {
  if (ReadLock() == LockState::kUnusable || !FindVersions(/*refresh=*/false)) return 0;
  return Unsettled(options, Known()).size();
}

bool ModuleCheck::CheckAll(const CheckOptions& options, const KnownBefore& known) {
  const std::vector<std::string> versions = Unsettled(options, known);
  // Versions that are not looked at again may be where the rule of a test is.
  if (versions.size() < Chosen(options).size()) compilation_.TestsWereReached(file_);
  Prefetch(versions);
  for (const std::string& version : llvm::reverse(versions)) {
    if (At(version, options.lower && IsEnd(version)) != nullptr) continue;
    EmitUnavailable(unavailable_);
    return false;
  }
  return true;
}

/// What the versions that were checked have shown; whether it is nothing at all.
bool ModuleCheck::Report(LockState state) {
  const unsigned before = emitter_.ErrorCount() + emitter_.WarningCount();
  std::map<std::string, const VersionResult*> checked;
  for (const auto& [version, result] : results_) checked.emplace(version, &result);
  VersionReport(file_, claimed_, checked)
      .Emit([&](const std::string& version) { return At(version, /*lower=*/false); }, emitter_);
  if (state == LockState::kRead) CompareWithLock();
  return emitter_.ErrorCount() + emitter_.WarningCount() == before;
}

/// Those of this run, else those of runs before.
void ModuleCheck::TakeVariants(KnownBefore& known, bool keep) {
  std::vector<std::string> ends = {claimed_.front()};
  if (claimed_.size() > 1) ends.push_back(claimed_.back());
  for (const std::string& version : ends) {
    const std::string& digest = SummaryDigest(version);
    auto made = variants_.find(version);
    if (made != variants_.end() && keep) known.variants.Keep(version, digest, made->second);
    const pack::Variant* variant =
        made != variants_.end() ? &made->second : known.variants.Find(version, digest);
    if (variant != nullptr) plugin_.variants.push_back(*variant);
  }
}

void ModuleCheck::Run(const CheckOptions& options) {
  const LockState state = options.make_locks ? LockState::kNone : ReadLock();
  record_symbols_ = options.make_locks || state == LockState::kRead;
  const bool refresh = options.make_locks && compilation_.environment_.allow_network;
  if (state == LockState::kUnusable || !FindVersions(refresh)) return;
  const unsigned errors = emitter_.ErrorCount();
  KnownBefore known = Known();
  if (!CheckAll(options, known)) return;
  const bool good = results_.empty() || Report(state);
  if (emitter_.ErrorCount() != errors) return;
  if (good)
    for (const auto& [version, result] : results_) known.verdicts.Note(version, SummaryDigest(version));
  if (options.make_locks) compilation_.locks_.push_back({lock_path_, LockText(MakeLock())});
  if (options.lower) TakeVariants(known, good);
  known.verdicts.Save();
  known.variants.Save();
}

// --------------------------------------------------------------------------------------------------- new
// releases

/// One line a rule, and for what changed the old and the new signature. A rule finds more when its pattern
/// matches a new function, or what it reads by `opt` has come.
bool ModuleCheck::ReportRule(const rules::RuleOutcome& rule, const std::string& version,
                             llvm::raw_ostream& out) {
  const std::string& base = lock_->versions.back();
  const VersionResult& now = results_.at(version);
  const VersionResult& before = results_.at(base);
  const bool known = llvm::any_of(before.outcomes, [&](const rules::RuleOutcome& other) {
    return other.name == rule.name && other.applies;
  });
  std::string changes, found;
  auto change = [&](const std::string& symbol, llvm::StringRef signature) {
    changes += "      " + symbol + "\n        " + base + " has " + lock_->SignatureAt(symbol, base).str() +
               "\n        " + version + " has " + signature.str() + "\n";
  };
  for (const auto& [symbol, use] : now.symbols) {
    const llvm::StringRef locked = lock_->SignatureAt(symbol, base);
    if (!llvm::is_contained(use.rules, rule.name)) continue;
    if (known && locked.empty() && before.symbols.count(symbol) == 0)
      found += "      " + symbol + "\n        " + version + " has " + use.signature + "\n";
    else if (!locked.empty() && locked != use.signature)
      change(symbol, use.signature);
  }
  if (!rule.holds)
    for (const auto& [symbol, use] : before.symbols)
      if (llvm::is_contained(use.rules, rule.name) && now.symbols.count(symbol) == 0)
        change(symbol, "nothing of that name");
  out << "    " << rule.name
      << (!rule.applies      ? ": not for this version"
          : !rule.holds      ? ": does not hold"
          : !changes.empty() ? ": holds, drifted"
          : !found.empty()   ? ": holds, finds more"
                             : ": holds")
      << "\n";
  for (const auto& [key, d] : now.problems)
    if (!rule.holds && d.severity == diag::Severity::Error && d.span.buffer == rule.span.buffer &&
        d.span.begin >= rule.span.begin && d.span.end <= rule.span.end)
      out << "      " << d.code << ": " << d.message << "\n";
  out << changes << found;
  return rule.holds && changes.empty() && found.empty();
}

bool ModuleCheck::ReportNew(llvm::raw_ostream& out) {
  if (ReadLock() != LockState::kRead) {
    if (lock_text_.empty())
      emitter_.Emit(file_.library_span, NoLock, plugin_.name)
          .Help("run `instc check --lock " + file_.ast->buffer->name().str() + "`");
    return false;
  }
  record_symbols_ = true;
  const auto released = Released(/*refresh=*/true);
  if (!released.has_value()) return false;
  const std::string base = lock_->versions.back();
  std::vector<std::string> fresh;
  for (const std::string& version : ClaimedVersions(*released, plugin_.library.range))
    if (go::CompareSemver(version, base) > 0) fresh.push_back(version);
  out << plugin_.name << ": " << fresh.size() << (fresh.size() == 1 ? " release" : " releases") << " of "
      << plugin_.library.path << " after " << base << "\n";
  if (fresh.empty()) return true;
  std::vector<std::string> versions = fresh;
  versions.push_back(base);
  Prefetch(versions);
  bool all_hold = true;
  for (const std::string& version : versions)
    if (At(version, /*lower=*/false) == nullptr) {
      EmitUnavailable(unavailable_);
      return false;
    }
  for (const std::string& version : fresh) {
    out << "  " << version << "\n";
    for (const rules::RuleOutcome& rule : results_.at(version).outcomes)
      all_hold &= ReportRule(rule, version, out);
  }
  return all_hold;
}

}  // namespace instc::compile
