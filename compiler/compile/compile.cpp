#include "compiler/compile/compile.h"

#include <algorithm>

#include "compiler/assets/assets.h"
#include "compiler/compile/module_check.h"
#include "compiler/compile/world.h"
#include "compiler/go/load/semver.h"
#include "compiler/go/syntax/parser.h"
#include "compiler/lower/lower.h"
#include "compiler/pack/digest.h"
#include "dsl/base/overload.h"
#include "dsl/diagnostics/consumers.h"
#include "dsl/parse/parse.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::compile {

INSTC_DIAGNOSTIC(GoOutsideRange, "W0405", Warning, "plugin `{0}` is not for {1}: it was not checked",
                 std::string, std::string);
INSTC_DIAGNOSTIC(UnknownConventions, "E0512", Error, "semantic conventions {0} are not known", std::string);

std::string GoAsSemver(llvm::StringRef go_version) {
  go_version.consume_front("go");
  const llvm::StringRef plain = go_version.take_while([](char c) { return llvm::isDigit(c) || c == '.'; });
  return "v" + plain.str() + (plain.count('.') == 1 ? ".0" : "");
}

Compilation::Compilation(Environment environment, diag::Emitter& emitter)
    : environment_(std::move(environment)), emitter_(emitter) {}
Compilation::~Compilation() = default;

// --------------------------------------------------------------------------------------------------- sources

void Compilation::AddShippedRules(bool plugins) {
  for (const assets::Asset& asset : assets::Rules()) {
    const bool shared =
        asset.path.startswith("stdlib-rules/templates/") || asset.path.startswith("stdlib-rules/facts/");
    if (!plugins && !shared) continue;
    sources_.push_back({SourceBuffer::FromString(asset.path.str(), asset.text.str()), true});
  }
}

llvm::Error Compilation::AddFile(const std::string& path) {
  auto buffer = SourceBuffer::Read(*environment_.fs, path);
  if (!buffer) return buffer.takeError();
  sources_.push_back({std::move(*buffer), false});
  return llvm::Error::success();
}

void Compilation::AddSource(std::string name, std::string text) {
  sources_.push_back({SourceBuffer::FromString(std::move(name), std::move(text)), false});
}

namespace {

const ast::PluginDecl* PluginOf(const ast::File& file) {
  for (const ast::DeclPtr& decl : file.decls)
    if (const auto* plugin = std::get_if<ast::PluginDecl>(&decl->node)) return plugin;
  return nullptr;
}

/// Whether `path` is the file `shipped` of a checkout: `stdlib-rules/x.hook` and
/// `./repo/stdlib-rules/x.hook`.
bool SameFile(llvm::StringRef path, llvm::StringRef shipped) {
  if (!path.endswith(shipped)) return false;
  const llvm::StringRef before = path.drop_back(shipped.size());
  return before.empty() || before.endswith("/");
}

}  // namespace

/// Shipped files give way to the user's own.
void Compilation::DropReplacedFiles() {
  std::vector<std::string> own_names;
  std::vector<std::string> own_plugins;
  for (size_t i = 0; i < sources_.size(); ++i) {
    if (sources_[i].shipped) continue;
    own_names.push_back(sources_[i].buffer->name().str());
    if (const ast::PluginDecl* plugin = PluginOf(files_[i])) own_plugins.push_back(plugin->name.Text());
  }
  for (size_t i = sources_.size(); i-- > 0;) {
    if (!sources_[i].shipped) continue;
    const llvm::StringRef name = sources_[i].buffer->name();
    const ast::PluginDecl* plugin = PluginOf(files_[i]);
    const bool replaced =
        llvm::any_of(own_names, [&](const std::string& own) { return SameFile(own, name); }) ||
        (plugin != nullptr && llvm::is_contained(own_plugins, plugin->name.Text()));
    if (!replaced) continue;
    sources_.erase(sources_.begin() + static_cast<ptrdiff_t>(i));
    files_.erase(files_.begin() + static_cast<ptrdiff_t>(i));
  }
}

namespace {

using Malformed = std::set<const SourceBuffer*>;

/// What is left of a file with a syntax error is a part of what its author wrote. What is wrong with that
/// part would mislead, and so would a name (of E0366) that the lost part may have declared.
check::RuleSet SortOut(const std::vector<ast::File>& files, const Malformed& malformed,
                       diag::Emitter& emitter) {
  diag::CollectingConsumer collected;
  diag::Emitter sorting(collected);
  check::RuleSet set = check::Collect(files, sorting);
  for (diag::Diagnostic& d : collected.diagnostics)
    if (malformed.count(d.span.buffer) == 0 && (malformed.empty() || d.code != "E0366"))
      emitter.Repeat(std::move(d));
  return set;
}

}  // namespace

/// Whether the file, or one whose templates and externs it may use, has a syntax error.
bool Compilation::IsIncomplete(const check::RuleFile& file) const {
  return malformed_.count(file.ast->buffer) > 0 ||
         llvm::any_of(set_.files, [&](const check::RuleFile& other) {
           return other.plugin == nullptr && malformed_.count(other.ast->buffer) > 0;
         });
}

void Compilation::Parse() {
  if (parsed_) return;
  parsed_ = true;
  std::stable_sort(sources_.begin(), sources_.end(),
                   [](const Source& a, const Source& b) { return a.buffer->name() < b.buffer->name(); });
  ast::NodeId next = 1;
  for (Source& source : sources_) {
    diag::CollectingConsumer found;
    diag::Emitter emitter(found);
    files_.push_back(instc::Parse(*source.buffer, emitter, next));
    if (emitter.HasErrors()) malformed_.insert(source.buffer.get());
    source.problems = std::move(found.diagnostics);
    next = files_.back().end_id;
  }
  DropReplacedFiles();  // what is wrong with those concerns nobody
  for (const Source& source : sources_)
    for (const diag::Diagnostic& problem : source.problems) emitter_.Repeat(problem);
  set_ = SortOut(files_, malformed_, emitter_);
}

// --------------------------------------------------------------------------------------------------- set-up

llvm::Error Compilation::SetUpGo() {
  if (world_ != nullptr) return llvm::Error::success();
  auto go = go::FindGo(environment_.go, environment_.run);
  if (!go) return go.takeError();
  auto world = std::make_unique<World>();
  world->go = std::move(*go);
  world->context.go_minor = std::max(go::GoMinor(world->go.version), 0);
  world->std_resolver = std::make_unique<go::StdResolver>(world->go.goroot, world->context, environment_.fs);
  world->std_program = std::make_unique<go::Program>(*world->std_resolver, environment_.fs);
  // With the number of their format: two instcs would else go on making each other's summaries anew.
  if (!environment_.cache_dir.empty())
    world->summaries = std::make_unique<go::SummaryStore>(environment_.cache_dir + "/summaries-2");
  world->runtime_program = world->runtime_source.MakeProgram(world->std_program.get());
  world_ = std::move(world);
  return llvm::Error::success();
}

const conventions::Registry* Compilation::RegistryFor(const check::RuleFile& file, diag::Emitter& emitter) {
  const std::string version =
      file.semconv == nullptr ? conventions::EmbeddedVersions().back() : file.semconv->version.text;
  auto found = registries_.find(version);
  if (found != registries_.end()) return &found->second;
  const llvm::StringRef text = conventions::EmbeddedRegistry(version);
  if (text.empty()) {
    std::string known;
    for (const std::string& v : conventions::EmbeddedVersions()) known += (known.empty() ? "" : ", ") + v;
    emitter.Emit(file.semconv->version.span, UnknownConventions, version).Help("this instc knows " + known);
    return nullptr;
  }
  auto registry = conventions::Registry::Load(text);
  if (!registry) llvm::report_fatal_error(registry.takeError());
  return &registries_.emplace(version, std::move(*registry)).first->second;
}

// ---------------------------------------------------------------------------------------------------
// checking

std::optional<pack::Variant> Compilation::CheckAt(const check::RuleFile& file,
                                                  const pack::Plugin& description, go::Program& program,
                                                  const AtVersion& at, VersionResult* result,
                                                  diag::Emitter& emitter) {
  const conventions::Registry* registry = RegistryFor(file, emitter);
  if (registry == nullptr) return std::nullopt;
  check::Target target{&program, world_->runtime_program.get(), at.version, GoAsSemver(world_->go.version),
                       at.symbols};
  target.std_packages = [this] { return go::StdPackages(*environment_.fs, world_->go.goroot); };
  const unsigned before = emitter.ErrorCount();
  const size_t read_before = program.diagnostics().size();
  rules::Plugin checked = check::CheckPlugin(set_, file, description, target, *registry, emitter);
  if (checks_tests_ && emitter.ErrorCount() == before)
    Tests(file, target, *registry, checked, result, emitter);
  for (const diag::Diagnostic& d : llvm::ArrayRef(program.diagnostics()).drop_front(read_before))
    emitter.Repeat(d);
  if (result != nullptr) {
    result->outcomes = std::move(checked.outcomes);
    result->symbols = std::move(checked.symbols);
  }
  if (!at.lower || emitter.ErrorCount() != before) return std::nullopt;
  pack::Variant variant;
  variant.first = at.version;
  variant.last = at.version;
  variant.packages = lower::Lower(checked);
  return variant;
}

void Compilation::Tests(const check::RuleFile& file, const check::Target& target,
                        const conventions::Registry& registry, rules::Plugin& checked, VersionResult* result,
                        diag::Emitter& emitter) {
  const unsigned before = emitter.ErrorCount();
  const auto tests = ruletest::CheckTests(set_, file, target, registry, checked, emitter);
  for (const ruletest::Test& test : tests) {
    reached_.insert(test.decl);
    if (result != nullptr) result->tests.insert(test.decl);
  }
  if (emitter.ErrorCount() != before)
    for (const check::TestRef& test : file.tests) reached_.insert(test.decl);  // said already
  if (outcomes_ == nullptr || tests.empty()) return;
  diag::DiscardingConsumer quiet;
  diag::Emitter described(quiet);
  const pack::Plugin description = check::Describe(file, described);
  for (const ruletest::Test& test : tests) outcomes_->push_back(ruletest::RunTest(test, target, description));
  if (observer_) observer_({tests, target, checked, description});
}

/// Tests of plugins that hold, whose rule was nowhere. Of the standard library there is one version at hand,
/// and a test may be for another.
void Compilation::ReportUnreachedTests() {
  if (emitter_.HasErrors()) return;
  for (const check::RuleFile& file : set_.files)
    for (const check::TestRef& test : file.tests)
      if (reached_.count(test.decl) == 0 && !(file.library != nullptr && file.library->std))
        ruletest::ReportNeverReached(*test.decl, emitter_);
}

llvm::Error Compilation::RunTests(std::vector<ruletest::Outcome>& outcomes, TestObserver observer) {
  outcomes_ = &outcomes;
  observer_ = std::move(observer);
  auto pack = Compile({.lower = false});
  outcomes_ = nullptr;
  return pack ? llvm::Error::success() : pack.takeError();
}

/// What every finding about the plugin rests on, but for the sources of its library.
std::string Compilation::BasisOf(const check::RuleFile& file, llvm::StringRef lock_text) const {
  std::string basis = environment_.identity + "\n" + world_->go.version + "\n" + world_->go.goroot + "\n" +
                      lock_text.str() + "\n";
  for (const check::RuleFile& other : set_.files) {
    if (other.plugin != nullptr && &other != &file) continue;
    basis += other.ast->buffer->name().str() + "\n" + other.ast->buffer->text().str() + "\n";
  }
  for (const std::string& name : check::PluginAndRuleNames(set_)) basis += name + "\n";
  return pack::Sha256(basis);
}

KnownBefore Compilation::KnownOf(const check::RuleFile& file, const std::string& plugin,
                                 llvm::StringRef lock_text) const {
  const std::string basis = BasisOf(file, lock_text);
  return {Verdicts(environment_.cache_dir, plugin, basis),
          KeptVariants(environment_.cache_dir, plugin, basis)};
}

void Compilation::TestsWereReached(const check::RuleFile& file) {
  for (const check::TestRef& test : file.tests) reached_.insert(test.decl);
}

namespace {

/// Stands where the digest of a summary does: the version of Go says which sources these are.
constexpr llvm::StringLiteral kReleased = "std";

}  // namespace

/// Sources of a Go that is being worked on may be others tomorrow.
bool Compilation::IsSettledStd(const CheckOptions& options, const KnownBefore& known) const {
  const std::string version = GoAsSemver(world_->go.version);
  if (!options.reuse_verdicts || llvm::StringRef(world_->go.version).contains("devel")) return false;
  return known.verdicts.Good(version, kReleased) &&
         (!options.lower || known.variants.Find(version, kReleased) != nullptr);
}

bool Compilation::IsForThisGo(const pack::Plugin& plugin) const {
  const std::string version = GoAsSemver(world_->go.version);
  return check::InRange(version, plugin.go) && check::InRange(version, plugin.library.range);
}

void Compilation::CompileStd(const check::RuleFile& file, const CheckOptions& options, pack::Plugin& plugin,
                             diag::Emitter& emitter) {
  const std::string version = GoAsSemver(world_->go.version);
  if (!IsForThisGo(plugin)) {
    emitter.Emit(file.library_span, GoOutsideRange, plugin.name, world_->go.version);
    return;
  }
  KnownBefore known = KnownOf(file, plugin.name, "");
  if (IsSettledStd(options, known)) {
    TestsWereReached(file);
    if (options.lower) plugin.variants.push_back(*known.variants.Find(version, kReleased));
    return;
  }
  const unsigned before = emitter.ErrorCount() + emitter.WarningCount();
  auto variant = CheckAt(file, plugin, *world_->std_program, {version, options.lower}, nullptr, emitter);
  if (variant.has_value()) plugin.variants.push_back(*variant);
  if (emitter.ErrorCount() + emitter.WarningCount() != before) return;
  known.verdicts.Note(version, kReleased.str());
  if (variant.has_value()) known.variants.Keep(version, kReleased.str(), std::move(*variant));
  known.verdicts.Save();
  known.variants.Save();
}

size_t Compilation::PendingStd(const check::RuleFile& file, const CheckOptions& options,
                               const pack::Plugin& plugin) const {
  return IsForThisGo(plugin) && !IsSettledStd(options, KnownOf(file, plugin.name, "")) ? 1 : 0;
}

ModuleWorld Compilation::MakeModuleWorld(const std::string& module, const std::string& version) {
  go::ModuleResolver::Options options{world_->go, world_->context, environment_.allow_network,
                                      world_->summaries.get()};
  ModuleWorld made;
  made.resolver = std::make_unique<go::ModuleResolver>(go::ModuleVersion{module, version}, std::move(options),
                                                       environment_.fs, environment_.run);
  made.program = std::make_unique<go::Program>(*made.resolver, environment_.fs, world_->std_program.get());
  made.program->ShareFiles(world_->parsed_files);
  return made;
}

namespace {

/// Every rule id of the variants, with the line of the rule, in the order of first use.
std::vector<pack::RuleRef> RuleIds(const pack::Plugin& plugin) {
  std::vector<pack::RuleRef> ids;
  for (const pack::Variant& variant : plugin.variants)
    for (const pack::Package& package : variant.packages)
      for (const pack::Hook& hook : package.hooks)
        if (llvm::none_of(ids, [&](const pack::RuleRef& ref) { return ref.id == hook.rule; }))
          ids.push_back({hook.rule, hook.origin.line});
  std::sort(ids.begin(), ids.end(), [](const pack::RuleRef& a, const pack::RuleRef& b) {
    return std::tie(a.line, a.id) < std::tie(b.line, b.id);
  });
  return ids;
}

}  // namespace

CheckOptions Compilation::OptionsFor(const check::RuleFile& file, const CheckOptions& options) const {
  return IsShipped(file) ? options.WithoutLocks() : options;
}

void Compilation::CompilePlugin(const check::RuleFile& file, const CheckOptions& options,
                                pack::RulePack& pack, diag::Emitter& emitter) {
  if (file.library == nullptr || IsIncomplete(file)) return;
  pack::Plugin plugin = check::Describe(file, emitter);
  if (file.library->std)
    CompileStd(file, options, plugin, emitter);
  else
    ModuleCheck(*this, file, plugin, emitter).Run(OptionsFor(file, options));
  plugin.rules = RuleIds(plugin);
  pack.plugins.push_back(std::move(plugin));
}

Result<pack::RulePack> Compilation::Compile(const CheckOptions& options) {
  Parse();
  if (llvm::Error error = SetUpGo()) return error;
  checks_tests_ = true;
  CheckAhead(options);
  pack::RulePack pack;
  pack.instc = INSTC_VERSION;
  for (const Source& source : sources_)
    pack.sources.push_back({source.buffer->name().str(), source.buffer->text().str()});
  for (const check::RuleFile& file : set_.files)
    if (file.plugin != nullptr) CompilePlugin(file, options, pack, emitter_);
  checks_tests_ = false;
  ReportUnreachedTests();
  llvm::sort(pack.plugins, [](const pack::Plugin& a, const pack::Plugin& b) { return a.name < b.name; });
  return pack;
}

const check::RuleFile* Compilation::FindPlugin(const std::string& plugin) const {
  for (const check::RuleFile& file : set_.files)
    if (file.plugin != nullptr && file.PluginName() == plugin) return &file;
  return nullptr;
}

Result<std::optional<pack::Plugin>> Compilation::CompileAt(const std::string& name,
                                                           const std::string& version) {
  Parse();
  if (llvm::Error error = SetUpGo()) return error;
  const check::RuleFile* file = FindPlugin(name);
  if (file == nullptr || file->library == nullptr || IsIncomplete(*file))
    return std::optional<pack::Plugin>();
  const std::string installed = GoAsSemver(world_->go.version);
  if (file->library->std && version != installed)
    return Fail("the standard library is there as it is installed, {0}", installed);
  pack::Plugin plugin = check::Describe(*file, emitter_);
  go::Program* program = world_->std_program.get();
  if (!file->library->std) {
    world_->kept.push_back(MakeModuleWorld(plugin.library.path, version));
    program = world_->kept.back().program.get();
  }
  auto variant = CheckAt(*file, plugin, *program, {version}, nullptr, emitter_);
  if (!variant.has_value()) return std::optional<pack::Plugin>();
  plugin.variants.push_back(std::move(*variant));
  plugin.rules = RuleIds(plugin);
  return plugin;
}

Result<std::optional<pack::Variant>> Compilation::Specialise(const std::string& plugin, BuildView view) {
  Parse();
  if (llvm::Error error = SetUpGo()) return error;
  const check::RuleFile* found = FindPlugin(plugin);
  if (found == nullptr) return std::optional<pack::Variant>();
  world_->build_resolver = std::make_unique<go::ListedResolver>(std::move(view.packages));
  world_->build_program = std::make_unique<go::Program>(*world_->build_resolver, environment_.fs);
  diag::DiscardingConsumer quiet;  // what the plugin says of itself was checked when the pack was made
  diag::Emitter described(quiet);
  const pack::Plugin description = check::Describe(*found, described);
  return CheckAt(*found, description, *world_->build_program, {view.version}, nullptr, emitter_);
}

Result<bool> Compilation::ReportNew(llvm::raw_ostream& out) {
  Parse();
  if (llvm::Error error = SetUpGo()) return error;
  bool all_hold = true;
  const bool only_own = llvm::any_of(sources_, [](const Source& source) { return !source.shipped; });
  for (const check::RuleFile& file : set_.files) {
    if (file.plugin == nullptr || file.library == nullptr || file.library->std) continue;
    if (only_own && IsShipped(file)) continue;
    if (IsIncomplete(file)) continue;
    pack::Plugin plugin = check::Describe(file, emitter_);
    all_hold &= ModuleCheck(*this, file, plugin, emitter_).ReportNew(out);
  }
  return all_hold;
}

bool Compilation::IsShipped(const check::RuleFile& file) const {
  return llvm::any_of(sources_,
                      [&](const Source& s) { return s.shipped && s.buffer.get() == file.ast->buffer; });
}

/// Of a shipped file the one that instc carries.
std::optional<std::string> Compilation::ReadBeside(const check::RuleFile& file, const std::string& path) {
  if (IsShipped(file)) {
    for (const assets::Asset& asset : assets::Locks())
      if (asset.path == path) return asset.text.str();
    return std::nullopt;
  }
  auto buffer = environment_.fs->getBufferForFile(path);
  return buffer ? std::optional((*buffer)->getBuffer().str()) : std::nullopt;
}

}  // namespace instc::compile
