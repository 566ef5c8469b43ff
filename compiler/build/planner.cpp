#include "compiler/build/planner.h"

#include <algorithm>
#include <set>

#include "compiler/build/arguments.h"
#include "compiler/build/commands.h"
#include "compiler/build/diagnostics.h"
#include "compiler/build/files.h"
#include "compiler/build/session.h"
#include "compiler/build/toolchain.h"
#include "compiler/build/versioned.h"
#include "compiler/build/watching.h"
#include "compiler/build/yields.h"
#include "compiler/go/load/semver.h"
#include "compiler/pack/digest.h"
#include "compiler/pack/directive.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace instc::build {
namespace {

constexpr const char* kOldestGo = "v1.23.0";
/// Plans one build, step by step; a step that fails has emitted why.
class Planner {
 public:
  Planner(const BuildRequest& request, std::string go, std::string cache_directory, diag::Emitter& emitter,
          llvm::raw_ostream& err, bool only_asked)
      : request_(request),
        go_(std::move(go)),
        cache_directory_(std::move(cache_directory)),
        variables_(request.environment),
        emitter_(emitter),
        err_(err),
        only_asked_(only_asked) {}

  /// nullopt: nothing can be built, exit_code() says how to end.
  std::optional<Prepared> Run() {
    Say("asking go for the packages of the build");
    if (!ReadArguments() || !ReadPack() || !CheckConsent() || !ResolveVersioned() || !AskGo() ||
        !ListPackages() || !ReadUserOverlay() || !FindMains())
      return std::nullopt;
    return Prepare();
  }

  int exit_code() const { return exit_code_; }

  /// What was prepared, in detail.
  Result<Examined> Describe(const Prepared& prepared) const {
    Examined examined;
    examined.report = prepared.report;
    examined.go = go_;
    examined.goroot = environment_.goroot;
    examined.cache_directory = cache_directory_;
    examined.module_file = project_.form == Form::kNoModule ? "" : project_.edited_file;
    examined.plugins = pack_.plugins.size();
    for (const auto& [path, digest] : prepared.plans) {
      const std::string file = JoinPath(prepared.report.session, digest + ".plan.json");
      Result<std::string> text = ReadFile(file);
      if (!text) return text.takeError();
      Result<pack::Plan> plan = pack::PlanFromJson(*text, file);
      if (!plan) return plan.takeError();
      Listed package = ListedOrStd(listing_, environment_.goroot, path);
      for (const std::string& go_file :
           listing_.count(path) > 0 ? std::vector<std::string>() : GoFilesOf(package.dir)) {
        if (!llvm::StringRef(go_file).endswith("_test.go"))
          package.files.push_back(llvm::sys::path::filename(go_file).str());
      }
      examined.packages.push_back({path, package.dir, package.files, std::move(*plan)});
    }
    return examined;
  }

  /// Everything that the answer depends on; nullopt: it may be another one tomorrow all the same.
  std::optional<std::vector<Watched>> Watch() const {
    if (NamesVersions(arguments_)) return std::nullopt;  // @latest
    std::vector<std::string> files = {environment_.goenv};
    if (overlay_file_) files.push_back(AbsolutePath(start_directory_, *overlay_file_));
    for (const auto& [original, replacement] : user_overlay_) files.push_back(replacement);
    return WatchInputs(project_, listing_, arguments_.packages, std::move(files));
  }

 private:
  void Say(const char* what) const {
    if (request_.status != nullptr) request_.status->Show([what] { return what; });
  }

  bool Stop(int code = kExitSetup) {
    exit_code_ = code;
    return false;
  }

  bool StopFor(llvm::Error error) {
    emitter_.Emit({}, CannotPrepare, llvm::toString(std::move(error)));
    return Stop();
  }

  // ---- The command line ----

  bool ReadArguments() {
    Result<GoArguments> arguments = ParseGoArguments(request_.arguments);
    if (!arguments) {
      emitter_.Emit({}, BadGoArguments, llvm::toString(arguments.takeError()));
      return Stop();
    }
    arguments_ = std::move(*arguments);
    start_directory_ = AbsolutePath(request_.directory, arguments_.Value("C").value_or("."));
    directory_ = start_directory_;
    packages_ = arguments_.packages;
    return llvm::sys::fs::is_directory(directory_) ||
           LetGoRefuse("there is no directory " + directory_ + "\n");
  }

  /// What is wrong with the user's command the go command says best, in the words and the form of that
  /// command. `why` is for those who only ask.
  bool LetGoRefuse(const std::string& why) {
    if (only_asked_) {
      err_ << why;
      return Stop(1);
    }
    std::vector<std::string> command = {go_};
    command.insert(command.end(), request_.arguments.begin(), request_.arguments.end());
    if (request_.status != nullptr) request_.status->Show(nullptr);
    err_.flush();
    Result<int> code = RunInherited(command, request_.environment);
    if (!code) return StopFor(code.takeError());
    if (*code == 0) return StopFor(Fail("go {0} does what go list refuses: {1}", arguments_.verb, why));
    return Stop(*code);
  }

  /// Packages with versions are built in a module that is made for them.
  bool ResolveVersioned() {
    if (!NamesVersions(arguments_)) return true;
    if (arguments_.verb != "install" && arguments_.verb != "run") {
      emitter_.Emit({}, BadGoArguments,
                    "go " + arguments_.verb + " takes no version: " + arguments_.packages.front());
      return Stop();
    }
    if (!llvm::all_of(packages_, HasVersion)) return LetGoRefuse("not all packages have a version\n");
    SetVariable(variables_, "GOWORK", "off");
    Result<VersionedModule> module = ResolveVersions(go_, packages_, cache_directory_, variables_);
    if (!module) {
      err_ << llvm::toString(module.takeError()) << "\n";
      return Stop(1);
    }
    directory_ = module->directory;
    packages_ = module->packages;
    return true;
  }

  std::optional<std::string> FlagValue(llvm::StringRef name) const {
    return EffectiveFlag(arguments_, goflags_, name);
  }

  // ---- The pack and the toolchain ----

  bool ReadPack() {
    Result<std::string> text = ReadFile(request_.pack_file);
    Result<pack::RulePack> pack = text ? pack::FromJson(*text, request_.pack_file) : text.takeError();
    if (!pack) {
      emitter_.Emit({}, PackUnusable, llvm::toString(pack.takeError()))
          .Help("name a pack with `instc go --rules=FILE` or INSTC_RULES, or write one with `instc compile`");
      return Stop();
    }
    pack_ = std::move(*pack);
    return true;
  }

  bool AskGo() {
    Result<GoAnswer> answer = AskGoEnvironment(go_, directory_, variables_);
    if (!answer) {
      emitter_.Emit({}, GoNotFound, llvm::toString(answer.takeError()));
      return Stop();
    }
    if (answer->exit_code != 0) {
      err_ << answer->err;
      return Stop(answer->exit_code);
    }
    environment_ = std::move(answer->environment);
    go_version_ = GoAsSemver(environment_.version);
    if (go::CompareSemver(go_version_, kOldestGo) < 0) {
      emitter_.Emit({}, GoTooOld, environment_.version)
          .Help("install a newer Go, or set GOTOOLCHAIN=go1.23.0");
      return Stop();
    }
    if (environment_.go111module == "off") {
      emitter_.Emit({}, CannotInstrument, "GO111MODULE=off", "instrumentation needs module mode");
      return Stop();
    }
    Result<std::vector<GoFlag>> goflags = ParseGoFlagsVariable(environment_.goflags);
    if (!goflags) return LetGoRefuse("GOFLAGS: " + llvm::toString(goflags.takeError()) + "\n");
    goflags_ = std::move(*goflags);
    if (FlagValue("compiler").value_or("gc") != "gc") {
      emitter_.Emit({}, CannotInstrument, "-compiler=" + *FlagValue("compiler"),
                    "instrumentation needs Go's own compiler");
      return Stop();
    }
    project_ = FindProject(environment_, directory_, FlagValue("mod"), FlagValue("modfile"));
    return true;
  }

  /// `go list` has read it before, so that whatever is wrong with it was said by the go command.
  bool ReadUserOverlay() {
    overlay_file_ = FlagValue("overlay");
    if (!overlay_file_) return true;
    Result<Overlay> overlay = ReadOverlay(*overlay_file_, start_directory_);
    if (!overlay) return StopFor(overlay.takeError());
    user_overlay_ = std::move(*overlay);
    return true;
  }

  // ---- The packages ----

  Result<Captured> RunList(bool tolerant) const {
    std::vector<std::string> command = {go_, "list", "-deps", "-json=" + ListFields().str()};
    if (tolerant) command.push_back("-e");
    if (arguments_.verb == "test") command.push_back("-test");
    for (const GoFlag& flag : arguments_.flags) {
      if (IsSelectionFlag(flag.name)) command.push_back(flag.Text());
    }
    command.push_back("--");
    command.insert(command.end(), packages_.begin(), packages_.end());
    return RunCaptured(command, directory_, variables_);
  }

  bool ListPackages() {
    Result<Captured> ran = RunList(/*tolerant=*/false);
    // What is wrong with one package does not keep go test from testing the others, and it says what is
    // wrong.
    if (ran && ran->exit_code != 0 && arguments_.verb == "test") {
      err_ << ModuleNews(ran->err);
      ran = RunList(/*tolerant=*/true);
    }
    if (!ran) return StopFor(ran.takeError());
    if (ran->exit_code != 0) {
      if (!arguments_.doubtful) return LetGoRefuse(ran->err);
      err_ << ran->err;
      emitter_.Emit({}, UnknownFlag, arguments_.doubtful->name)
          .Help("if it takes a value, write `" + arguments_.doubtful->Text() + "`");
      return Stop(ran->exit_code);
    }
    err_ << ModuleNews(ran->err);
    err_.flush();
    Result<Listing> listing = ParseListing(ran->out);
    if (!listing) return StopFor(listing.takeError());
    listing_ = std::move(*listing);
    if (!CheckVersionedMains()) return false;
    if (listing_.count("plugin") > 0)
      notes_.push_back(
          "this program imports package plugin: Go loads only plugins that were built with this instc and "
          "these rules, too");
    return true;
  }

  /// `go install PACKAGE@VERSION` installs nothing but programs, and `go install PACKAGE` anything.
  bool CheckVersionedMains() {
    if (!NamesVersions(arguments_)) return true;
    for (const std::string& path : packages_) {
      auto found = listing_.find(path);
      if (found == listing_.end() || found->second.name == "main") continue;
      err_ << "package " << path << " is not a main package\n";
      return Stop(1);
    }
    return true;
  }

  bool IsLocal(const Listed& package) const { return MayChange(package, project_); }

  // ---- Main packages and tests: who links the wiring ----

  bool FindMains() {
    for (const auto& [path, package] : listing_) {
      if (!package.named || package.is_std || package.name.empty()) continue;
      bool links = arguments_.verb == "test" ? package.has_tests : package.name == "main";
      if (links && !AddLinkingFile(package)) return false;
    }
    return true;
  }

  bool AddLinkingFile(const Listed& package) {
    if (!IsLocal(package) && arguments_.verb == "test") {
      notes_.push_back("the tests of " + package.path +
                       " run without instrumentation: it belongs to a dependency");
      return true;
    }
    bool test = arguments_.verb == "test";
    std::string directory = package.dir;
    if (!IsLocal(package)) {
      if (!CanRelocate(package)) {
        emitter_
            .Emit({}, CannotInstrument, package.path,
                  "it belongs to a dependency that your go.mod replaces by another version")
            .Help("clone its repository and run `instc go " + arguments_.verb + "` there");
        return Stop();
      }
      directory = Relocate(package);
    }
    std::string file = JoinPath(directory, test ? kTestLinkingFile : kLinkingFile);
    if (Exists(file) || user_overlay_.count(file) != 0) {
      emitter_.Emit({}, ReservedName, file).Help("rename the file");
      return Stop();
    }
    linking_files_.push_back({file, test ? package.name + "_test" : package.name});
    return true;
  }

  static bool CanRelocate(const Listed& package) {
    return !package.module.is_replaced && !package.module.dir.empty() &&
           llvm::StringRef(package.dir).startswith(package.module.dir);
  }

  /// The package's directory as the go command will see it.
  std::string Relocate(const Listed& package) {
    const ListedModule& module = package.module;
    const std::string seen =
        JoinPath(cache_directory_, "module/" + pack::ShortDigest(pack::Sha256(module.dir)));
    const bool known = std::any_of(relocated_.begin(), relocated_.end(),
                                   [&](const RelocatedModule& m) { return m.path == module.path; });
    if (!known) relocated_.push_back({module.path, {module.dir, seen, module.sum}});
    return seen + package.dir.substr(module.dir.size());
  }

  // ---- The answer ----

  std::optional<Prepared> Prepare() {
    Say("fitting the rules to the packages of the build");
    Specialise specialise;
    if (request_.make_specialise) specialise = request_.make_specialise(pack_.sources);
    MatchOptions options;
    options.allow_bypass = {request_.allow_bypass.begin(), request_.allow_bypass.end()};
    options.tests = arguments_.verb == "test";
    options.may_call = [this](const Listed& package, const std::string& func) {
      return IsLocal(package) || Mentions(package, func);
    };
    options.has_directive = [this](const Listed& package, const std::string& directive) {
      return IsOwn(package) && DirectivesOf(package).count(directive) != 0;
    };
    Result<Matched> matched = Match(pack_, listing_, SpecialiseFor(), specialise, options);
    if (!matched) {
      StopFor(matched.takeError());
      return std::nullopt;
    }
    if (IsPlugin()) LeaveOutMain(*matched);
    Result<SessionInput> input = SessionFor();
    Result<Session> session = input ? WriteSession(*matched, *input) : input.takeError();
    if (!session) {
      StopFor(session.takeError());
      return std::nullopt;
    }
    Prepared prepared;
    prepared.report = MakeReport(*matched, go_version_);
    prepared.report.notes = notes_;
    if (std::string note = YieldNote(*matched, listing_); !note.empty())
      prepared.report.notes.push_back(std::move(note));
    prepared.report.pack_file = request_.pack_file;
    prepared.report.pack_digest = pack_.digest;
    prepared.report.session = session->directory;
    const Commands commands({go_, arguments_, goflags_, start_directory_, directory_, packages_,
                             linking_files_, listing_, environment_.goroot, go_version_, pack_.digest,
                             project_.form});
    Result<std::string> toolexec = commands.Toolexec(request_.toolexec);
    Result<std::vector<std::string>> command =
        toolexec ? commands.Build(*session, *toolexec) : toolexec.takeError();
    if (!command) {
      StopFor(command.takeError());
      return std::nullopt;
    }
    prepared.command = std::move(*command);
    if (commands.VetsItself()) prepared.vet = commands.Vet(*session, *toolexec);
    prepared.plans = std::move(session->plans);
    if (NamesVersions(arguments_)) prepared.environment = variables_;
    return prepared;
  }

  bool IsPlugin() const { return FlagValue("buildmode").value_or("") == "plugin"; }

  /// The compiler knows the main package of a plugin by another name each time.
  void LeaveOutMain(Matched& matched) {
    const size_t before = matched.targets.size();
    llvm::erase_if(matched.targets, [](const Target& target) { return target.package->name == "main"; });
    if (matched.targets.size() < before)
      notes_.push_back("rules for the main package of a plugin are left out");
  }

  bool CheckConsent() {
    for (const std::string& name : request_.allow_bypass) {
      bool known = std::any_of(pack_.plugins.begin(), pack_.plugins.end(),
                               [&](const pack::Plugin& plugin) { return plugin.name == name; });
      if (known) continue;
      emitter_.Emit({}, NoSuchPlugin, name);
      return Stop();
    }
    return true;
  }

  /// A package that cannot change calls nothing that its files do not name. Local ones can, without anything
  /// here being asked again: they count as callers by their imports.
  static bool Mentions(const Listed& package, const std::string& func) {
    for (const std::string& file : package.files) {
      Result<std::string> text = ReadFile(JoinPath(package.dir, file));
      if (!text) {
        llvm::consumeError(text.takeError());
        return true;
      }
      if (llvm::StringRef(*text).contains(func)) return true;
    }
    return false;
  }

  /// Written by the one who builds: not the standard library, not a version of a module, vendored or not.
  static bool IsOwn(const Listed& package) {
    return package.module.path.empty() ? !package.is_std : package.module.IsLocal();
  }

  const std::set<std::string>& DirectivesOf(const Listed& package) {
    auto [entry, fresh] = directives_.try_emplace(package.path);
    if (!fresh) return entry->second;
    for (const std::string& file : package.files) {
      const std::string path = JoinPath(package.dir, file);
      auto replaced = user_overlay_.find(path);
      Result<std::string> text = ReadFile(replaced == user_overlay_.end() ? path : replaced->second);
      if (text)
        entry->second.merge(pack::DirectivesIn(*text));
      else
        llvm::consumeError(text.takeError());  // the compiler will say so
    }
    return entry->second;
  }

  SpecialiseInput SpecialiseFor() const {
    SpecialiseInput input;
    input.go_version = go_version_;
    input.goroot = environment_.goroot;
    input.context.goos = environment_.goos;
    input.context.goarch = environment_.goarch;
    input.context.cgo_enabled = environment_.cgo_enabled;
    input.context.go_minor = go::GoMinor(environment_.version);
    llvm::SmallVector<llvm::StringRef, 8> tags;
    std::string tag_list = FlagValue("tags").value_or("");
    std::replace(tag_list.begin(), tag_list.end(), ' ', ',');
    llvm::StringRef(tag_list).split(tags, ',', -1, /*KeepEmpty=*/false);
    for (llvm::StringRef tag : tags) input.context.tags.push_back(tag.str());
    for (const char* mode : {"race", "msan", "asan"}) {
      if (FlagValue(mode).value_or("false") == "true") input.context.tags.push_back(mode);
    }
    if (!request_.make_specialise) return input;
    for (const auto& [path, package] : listing_) {
      input.packages[path] = {package.dir,
                              package.files,
                              package.import_map,
                              {package.module.path, package.module.version},
                              package.module.go_version};
    }
    return input;
  }

  /// Where the runtime goes in vendor form. None of the packages need be in the main module itself.
  llvm::Error FindMainModule(SessionInput& input) const {
    for (const auto& [path, package] : listing_) {
      if (!package.module.is_main || !input.module_path.empty()) continue;
      input.module_path = package.module.path;
      input.module_directory = package.module.dir;
    }
    if (!input.module_path.empty() || project_.form != Form::kVendor) return llvm::Error::success();
    Result<Captured> ran =
        RunCaptured({go_, "list", "-m", "-f", "{{.Path}}\n{{.Dir}}"}, directory_, variables_);
    if (!ran) return ran.takeError();
    auto [module, rest] = llvm::StringRef(ran->out).split('\n');
    const llvm::StringRef directory = rest.split('\n').first;
    if (ran->exit_code != 0 || module.empty() || directory.empty())
      return Fail("go list -m does not name the main module: {0}", ran->err);
    input.module_path = module.str();
    input.module_directory = directory.str();
    return llvm::Error::success();
  }

  Result<SessionInput> SessionFor() const {
    SessionInput input;
    input.project = project_;
    input.cache_directory = cache_directory_;
    input.pack_digest = pack_.digest;
    input.go_version = go_version_;
    input.user_overlay = user_overlay_;
    input.linking_files = linking_files_;
    input.relocated = relocated_;
    if (IsPlugin()) input.linked_into = LinkedInto::kPlugin;
    input.hide_paths = arguments_.verb != "test" && FlagValue("trimpath").value_or("false") == "true";
    if (llvm::Error error = FindMainModule(input)) return error;
    return input;
  }

  const BuildRequest& request_;
  std::string go_;
  std::string cache_directory_;
  EnvironmentList variables_;  ///< of the go command
  diag::Emitter& emitter_;
  llvm::raw_ostream& err_;
  bool only_asked_;
  int exit_code_ = 0;

  GoArguments arguments_;
  std::string start_directory_;        ///< where the user's command works: -C counts
  std::string directory_;              ///< of the build
  std::vector<std::string> packages_;  ///< named, without versions
  pack::RulePack pack_;
  GoEnvironment environment_;
  std::string go_version_;
  std::vector<GoFlag> goflags_;
  Project project_;
  std::optional<std::string> overlay_file_;
  Overlay user_overlay_;
  Listing listing_;
  std::map<std::string, std::set<std::string>> directives_;  ///< by import path, of packages that were asked
  std::vector<LinkingFile> linking_files_;
  std::vector<RelocatedModule> relocated_;
  std::vector<std::string> notes_;
};

}  // namespace

Planned PlanBuild(const BuildRequest& request, const Tools& tools, diag::Emitter& emitter,
                  llvm::raw_ostream& err) {
  Planner planner(request, tools.go, tools.cache_directory, emitter, err, /*only_asked=*/false);
  std::optional<Prepared> prepared = planner.Run();
  if (!prepared) return {std::nullopt, planner.exit_code(), std::nullopt};
  return {std::move(prepared), 0, planner.Watch()};
}

std::optional<Examined> ExamineBuild(const BuildRequest& request, const Tools& tools, diag::Emitter& emitter,
                                     llvm::raw_ostream& err) {
  Planner planner(request, tools.go, tools.cache_directory, emitter, err, /*only_asked=*/true);
  std::optional<Prepared> prepared = planner.Run();
  if (!prepared) return std::nullopt;
  Result<Examined> examined = planner.Describe(*prepared);
  if (examined) return std::move(*examined);
  emitter.Emit({}, CannotPrepare, llvm::toString(examined.takeError()));
  return std::nullopt;
}

}  // namespace instc::build
