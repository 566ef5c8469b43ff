#include "compiler/build/build.h"

#include <algorithm>
#include <set>

#include "compiler/build/arguments.h"
#include "compiler/build/diagnostics.h"
#include "compiler/build/files.h"
#include "compiler/build/gcflags.h"
#include "compiler/build/report.h"
#include "compiler/build/session.h"
#include "compiler/build/toolchain.h"
#include "compiler/build/warm.h"
#include "compiler/go/load/semver.h"
#include "compiler/pack/digest.h"
#include "compiler/pack/directive.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace instc::build {
namespace {

constexpr const char* kOldestGo = "v1.23.0";
constexpr const char* kLinkingFile = "zz_instc.go";
constexpr const char* kTestLinkingFile = "zz_instc_test.go";
/// Never built; its -gcflags come last, and those are what `go version -m` shows of a program.
constexpr const char* kProvenancePackage = "instc.invalid/v" INSTC_VERSION;

/// What is ready to be run.
struct Prepared {
  std::vector<std::string> command;
  Report report;
};

/// Where instc keeps its state.
std::string CacheDirectory(const EnvironmentList& environment) {
  std::string own = Lookup(environment, "INSTC_CACHE");
  if (!own.empty()) return own;
  std::string xdg = Lookup(environment, "XDG_CACHE_HOME");
  if (!xdg.empty()) return JoinPath(xdg, "instc");
  std::string home = Lookup(environment, "HOME");
  return home.empty() ? "" : JoinPath(home, ".cache/instc");
}

/// Plans one build, step by step; a step that fails has emitted why.
class Planner {
 public:
  Planner(const BuildRequest& request, std::string go, std::string cache_directory, diag::Emitter& emitter,
          llvm::raw_ostream& err)
      : request_(request),
        go_(std::move(go)),
        cache_directory_(std::move(cache_directory)),
        emitter_(emitter),
        err_(err) {}

  /// nullopt: nothing can be built, exit_code() says how to end.
  std::optional<Prepared> Run() {
    if (!ReadArguments() || !ReadPack() || !CheckConsent() || !AskGo() || !ListPackages() || !FindMains())
      return std::nullopt;
    return Prepare();
  }

  int exit_code() const { return exit_code_; }

  /// Everything that the answer depends on.
  std::vector<Watched> Watch() const {
    std::set<std::string> paths = {environment_.goenv, project_.edited_file};
    llvm::StringRef root = project_.root;
    for (const char* name : {"go.mod", "go.sum", "go.work", "go.work.sum", "vendor", "vendor/modules.txt"}) {
      paths.insert(JoinPath(root, name));
    }
    if (overlay_file_) paths.insert(AbsolutePath(directory_, *overlay_file_));
    for (const auto& [original, replacement] : user_overlay_) paths.insert(replacement);
    for (const auto& [path, package] : listing_) {
      if (!IsLocal(package)) continue;
      if (!package.module.dir.empty()) paths.insert(JoinPath(package.module.dir, "go.mod"));
      WatchPackage(package.dir, paths);
    }
    std::vector<Watched> watched;
    for (const std::string& path : paths) {
      if (!path.empty()) watched.push_back(Observe(path));
    }
    return watched;
  }

  /// A pattern with `...` can take in packages that do not exist yet: then every directory counts.
  std::optional<std::vector<Watched>> WatchPatterns() const {
    std::vector<Watched> watched;
    for (const std::string& pattern : arguments_.packages) {
      if (!llvm::StringRef(pattern).contains("...")) continue;
      std::optional<std::vector<std::string>> directories = PackageDirectories(project_.root);
      if (!directories) return std::nullopt;
      for (const std::string& directory : *directories) watched.push_back(Observe(directory));
      break;
    }
    return watched;
  }

 private:
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
    directory_ = AbsolutePath(request_.directory, arguments_.Value("C").value_or("."));
    for (const std::string& package : arguments_.packages) {
      if (!llvm::StringRef(package).contains('@')) continue;
      emitter_.Emit({}, CannotInstrument, package, "it is built outside of any module of yours")
          .Help("clone its repository and run `instc go " + arguments_.verb + "` there");
      return Stop();
    }
    return true;
  }

  /// A flag's last value: the command line's, else that of GOFLAGS.
  std::optional<std::string> FlagValue(llvm::StringRef name) const {
    if (std::optional<std::string> value = arguments_.Value(name)) return value;
    for (auto flag = goflags_.rbegin(); flag != goflags_.rend(); ++flag) {
      if (flag->name == name) return flag->value.value_or("true");
    }
    return std::nullopt;
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
    Result<GoEnvironment> environment = AskGoEnvironment(go_, directory_, request_.environment);
    if (!environment) {
      emitter_.Emit({}, GoNotFound, llvm::toString(environment.takeError()));
      return Stop();
    }
    environment_ = std::move(*environment);
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
    if (!goflags) return StopFor(goflags.takeError());
    goflags_ = std::move(*goflags);
    project_ = FindProject(environment_, directory_, FlagValue("mod"), FlagValue("modfile"));
    return ReadUserOverlay();
  }

  bool ReadUserOverlay() {
    overlay_file_ = FlagValue("overlay");
    if (!overlay_file_) return true;
    Result<Overlay> overlay = ReadOverlay(*overlay_file_, directory_);
    if (!overlay) return StopFor(overlay.takeError());
    user_overlay_ = std::move(*overlay);
    return true;
  }

  // ---- The packages ----

  bool ListPackages() {
    std::vector<std::string> command = {go_, "list", "-deps", "-json=" + ListFields().str()};
    if (arguments_.verb == "test") command.push_back("-test");
    for (const GoFlag& flag : arguments_.flags) {
      if (IsSelectionFlag(flag.name)) command.push_back(flag.Text());
    }
    command.push_back("--");
    command.insert(command.end(), arguments_.packages.begin(), arguments_.packages.end());
    Result<Captured> ran = RunCaptured(command, directory_, request_.environment);
    if (!ran) return StopFor(ran.takeError());
    if (ran->exit_code != 0) {
      err_ << ran->err;
      return Stop(ran->exit_code);
    }
    Result<Listing> listing = ParseListing(ran->out);
    if (!listing) return StopFor(listing.takeError());
    listing_ = std::move(*listing);
    return true;
  }

  /// Whether the package's files may change between two builds.
  bool IsLocal(const Listed& package) const {
    if (package.is_std) return false;
    return package.module.path.empty() || package.module.IsLocal() ||
           llvm::StringRef(package.dir).startswith(project_.root + "/");
  }

  static void WatchPackage(const std::string& directory, std::set<std::string>& paths) {
    paths.insert(directory);
    for (const std::string& file : GoFilesOf(directory)) paths.insert(file);
  }

  // ---- Main packages and tests: who links the wiring ----

  bool FindMains() {
    for (const auto& [path, package] : listing_) {
      if (!package.named || package.is_std) continue;
      bool links = arguments_.verb == "test" ? package.has_tests : package.name == "main";
      if (links && !AddLinkingFile(package)) return false;
    }
    return true;
  }

  bool AddLinkingFile(const Listed& package) {
    if (!IsLocal(package) && arguments_.verb == "test") {
      err_ << "instc: the tests of " << package.path
           << " run without instrumentation: it belongs to a dependency\n";
      return true;
    }
    if (!IsLocal(package)) {
      emitter_
          .Emit({}, CannotInstrument, package.path,
                "it belongs to a dependency, whose directory is read-only for the go command")
          .Help("clone its repository and run `instc go " + arguments_.verb + "` there");
      return Stop();
    }
    bool test = arguments_.verb == "test";
    std::string file = JoinPath(package.dir, test ? kTestLinkingFile : kLinkingFile);
    if (Exists(file) || user_overlay_.count(file) != 0) {
      emitter_.Emit({}, ReservedName, file).Help("rename the file");
      return Stop();
    }
    linking_files_.push_back({file, test ? package.name + "_test" : package.name});
    return true;
  }

  // ---- The answer ----

  std::optional<Prepared> Prepare() {
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
    Result<Session> session = WriteSession(*matched, SessionFor());
    if (!session) {
      StopFor(session.takeError());
      return std::nullopt;
    }
    Prepared prepared;
    prepared.report = MakeReport(*matched, go_version_);
    prepared.report.pack_file = request_.pack_file;
    prepared.report.pack_digest = pack_.digest;
    prepared.report.session = session->directory;
    Result<std::vector<std::string>> command = Command(*session);
    if (!command) {
      StopFor(command.takeError());
      return std::nullopt;
    }
    prepared.command = std::move(*command);
    return prepared;
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

  SessionInput SessionFor() const {
    SessionInput input;
    input.project = project_;
    input.cache_directory = cache_directory_;
    input.pack_digest = pack_.digest;
    input.go_version = go_version_;
    input.user_overlay = user_overlay_;
    input.linking_files = linking_files_;
    input.hide_paths = arguments_.verb != "test" && FlagValue("trimpath").value_or("false") == "true";
    for (const auto& [path, package] : listing_) {
      if (!package.module.is_main || !input.module_path.empty()) continue;
      input.module_path = package.module.path;
      input.module_directory = package.module.dir;
    }
    return input;
  }

  static bool IsOurs(const GoFlag& flag) {
    return flag.name == "gcflags" || flag.name == "overlay" || flag.name == "toolexec";
  }

  Result<std::vector<std::string>> Command(const Session& session) const {
    std::vector<std::string> command = {go_, arguments_.verb};
    for (const GoFlag& flag : arguments_.flags) {
      if (!IsOurs(flag)) command.push_back(flag.Text());
    }
    // Packages of the vendor form have no directory to run vet in.
    if (arguments_.verb == "test" && project_.form == Form::kVendor && !FlagValue("vet"))
      command.push_back("-vet=off");
    command.push_back("-overlay=" + JoinPath(session.directory, "overlay.json"));
    Result<std::string> toolexec = Toolexec();
    if (!toolexec) return toolexec.takeError();
    command.push_back("-toolexec=" + *toolexec);
    AddGcflags(session, command);
    command.insert(command.end(), arguments_.packages.begin(), arguments_.packages.end());
    if (arguments_.NamesFiles() && arguments_.verb != "test" && !linking_files_.empty()) {
      std::string directory = llvm::sys::path::parent_path(arguments_.packages.front()).str();
      command.push_back(directory.empty() ? kLinkingFile : JoinPath(directory, kLinkingFile));
    }
    command.insert(command.end(), arguments_.rest.begin(), arguments_.rest.end());
    return command;
  }

  Result<std::string> Toolexec() const {
    Result<std::string> own = QuoteWord(request_.toolexec);
    if (!own) return own.takeError();
    std::optional<std::string> users = FlagValue("toolexec");
    if (!users || users->empty()) return own;
    Result<std::vector<std::string>> words = SplitQuoted(*users);
    if (!words) return words.takeError();
    return *own + " --chain=" + std::to_string(words->size()) + " " + *users;
  }

  void AddGcflags(const Session& session, std::vector<std::string>& command) const {
    std::vector<std::string> users;
    for (const std::vector<GoFlag>* flags : {&goflags_, &arguments_.flags}) {
      for (const GoFlag& flag : *flags) {
        if (flag.name == "gcflags") users.push_back(flag.value.value_or(""));
      }
    }
    for (const GoFlag& flag : arguments_.flags) {
      if (flag.name == "gcflags") command.push_back(flag.Text());
    }
    for (const auto& [path, digest] : session.plans) {
      std::string flags = UserGcflags(users, ListedOrStd(path), directory_);
      command.push_back("-gcflags=" + path + "=" + (flags.empty() ? "" : flags + " ") + "-instc=" + digest);
    }
    command.push_back("-gcflags=" + std::string(kProvenancePackage) +
                      "=-instc=rules:" + pack::ShortDigest(pack_.digest));
  }

  /// A patched package of the standard library need not be in the user's build: the runtime brings it.
  Listed ListedOrStd(const std::string& path) const {
    auto found = listing_.find(path);
    if (found != listing_.end()) return found->second;
    Listed package;
    package.path = path;
    package.dir = JoinPath(environment_.goroot, "src/" + path);
    package.is_std = true;
    return package;
  }

  const BuildRequest& request_;
  std::string go_;
  std::string cache_directory_;
  diag::Emitter& emitter_;
  llvm::raw_ostream& err_;
  int exit_code_ = 0;

  GoArguments arguments_;
  std::string directory_;  ///< of the build: -C counts
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
};

/// Runs what was prepared; `go run` becomes the user's program, so that signals and exit codes are its own.
int Execute(const Prepared& prepared, const BuildRequest& request, diag::Emitter& emitter,
            llvm::raw_ostream& err) {
  EnvironmentList environment = request.environment;
  SetVariable(environment, "INSTC_PLAN", prepared.report.session);
  auto report = [&](int code) {
    if (code == 0) err << ReportLine(prepared.report) << "\n";
    if (request.report_file.empty()) return code;
    std::string file = AbsolutePath(request.directory, request.report_file);
    if (llvm::Error error = PublishFile(file, ReportJson(prepared.report, code))) {
      emitter.Emit({}, CannotPrepare, llvm::toString(std::move(error)));
      return code == 0 ? kExitSetup : code;
    }
    return code;
  };
  if (request.arguments.front() == "run") {
    if (int code = report(0)) return code;
    err.flush();
    emitter.Emit({}, GoNotFound, llvm::toString(Become(prepared.command, environment)));
    return kExitSetup;
  }
  Result<int> code = RunInherited(prepared.command, environment);
  if (code) return report(*code);
  emitter.Emit({}, GoNotFound, llvm::toString(code.takeError()));
  return kExitSetup;
}

/// A build that was planned before and still holds.
std::optional<Prepared> Remembered(const std::string& path) {
  std::optional<WarmEntry> entry = LoadWarm(path);
  if (!entry) return std::nullopt;
  Result<Report> report = ReportFromJson(entry->report);
  if (!report) {
    llvm::consumeError(report.takeError());
    return std::nullopt;
  }
  return Prepared{std::move(entry->command), std::move(*report)};
}

/// Failing to remember costs time only.
void Remember(const std::string& path, const Prepared& prepared, const Planner& planner) {
  std::optional<std::vector<Watched>> patterns = planner.WatchPatterns();
  if (!patterns) return;
  WarmEntry entry{prepared.command, prepared.report.session, ReportJson(prepared.report, 0), 0,
                  planner.Watch()};
  entry.watched.insert(entry.watched.end(), patterns->begin(), patterns->end());
  llvm::consumeError(StoreWarm(path, entry));
}

}  // namespace

int RunGo(const BuildRequest& request, diag::Emitter& emitter, llvm::raw_ostream& err) {
  Result<std::string> go = FindProgram("go", request.environment);
  if (!go) {
    emitter.Emit({}, GoNotFound, llvm::toString(go.takeError()))
        .Help("install Go from https://go.dev/dl and put it in PATH");
    return kExitSetup;
  }
  if (request.arguments.empty() || !IsBuildVerb(request.arguments.front())) {
    std::vector<std::string> command = {*go};
    command.insert(command.end(), request.arguments.begin(), request.arguments.end());
    emitter.Emit({}, GoNotFound, llvm::toString(Become(command, request.environment)));
    return kExitSetup;
  }
  if (!llvm::sys::fs::can_execute(request.toolexec)) {
    emitter.Emit({}, ToolexecMissing, request.toolexec)
        .Help("install instc and instc-toolexec into one directory");
    return kExitSetup;
  }
  std::string cache = CacheDirectory(request.environment);
  if (cache.empty()) {
    emitter.Emit({}, CannotPrepare, "neither INSTC_CACHE nor HOME is set");
    return kExitSetup;
  }
  cache = AbsolutePath(request.directory, cache);
  std::vector<std::string> asked = request.arguments;
  for (const std::string& plugin : request.allow_bypass) asked.push_back("--allow-bypass=" + plugin);
  std::string warm = JoinPath(cache, "warm/" +
                                         WarmKey(asked, request.directory, request.environment,
                                                 {*go, request.instc, request.toolexec, request.pack_file}) +
                                         ".json");
  std::optional<Prepared> prepared = Remembered(warm);
  if (!prepared) {
    Planner planner(request, *go, cache, emitter, err);
    prepared = planner.Run();
    if (!prepared) return planner.exit_code();
    Remember(warm, *prepared, planner);
  }
  return Execute(*prepared, request, emitter, err);
}

}  // namespace instc::build
