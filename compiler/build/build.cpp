#include "compiler/build/build.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "compiler/build/arguments.h"
#include "compiler/build/diagnostics.h"
#include "compiler/build/files.h"
#include "compiler/build/planner.h"
#include "compiler/build/report.h"
#include "compiler/build/warm.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"

namespace instc::build {
namespace {

/// Where instc keeps its state.
std::string CacheDirectory(const EnvironmentList& environment) {
  std::string own = Lookup(environment, "INSTC_CACHE");
  if (!own.empty()) return own;
  std::string users;
  if (std::string xdg = Lookup(environment, "XDG_CACHE_HOME"); !xdg.empty())
    users = JoinPath(xdg, "instc");
  else if (std::string home = Lookup(environment, "HOME"); !home.empty())
    users = JoinPath(home, ".cache/instc");
  if (!users.empty() && !llvm::sys::fs::create_directories(users)) return users;
  // A user without a home of his own, as in many containers, has a build cache somewhere else.
  const std::string builds = Lookup(environment, "GOCACHE");
  return llvm::StringRef(builds).startswith("/") ? JoinPath(builds, "instc") : users;
}

/// Where instc-toolexec leaves a word when it, and not the compiler, is why a build fails.
std::string FailureFile(const std::string& session) {
  return session + ".failed" + std::to_string(getpid());
}

/// What instc-toolexec tells of its work, for the status line.
class CompileLog {
 public:
  explicit CompileLog(std::string path) : path_(std::move(path)) {
    const int file = open(path_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file >= 0) close(file);
  }
  ~CompileLog() { unlink(path_.c_str()); }
  CompileLog(const CompileLog&) = delete;
  CompileLog& operator=(const CompileLog&) = delete;

  /// In a few words. A build in which everything is cached compiles nothing and links.
  std::string Describe() const {
    Result<std::string> text = ReadFile(path_);
    if (!text) {
      llvm::consumeError(text.takeError());
      return "building";
    }
    const llvm::StringRef lines = llvm::StringRef(*text).rtrim();
    if (lines.empty()) return "building";
    const llvm::StringRef last = lines.substr(lines.rfind('\n') + 1);
    return llvm::formatv("building, {0} packages compiled or linked, now {1}", lines.count('\n') + 1, last)
        .str();
  }

 private:
  std::string path_;
};

/// Whether nothing but messages comes from the go command: no output of a program or a test, and not what -x
/// shows.
bool IsQuiet(const BuildRequest& request) {
  const std::string& verb = request.arguments.front();
  if (verb != "build" && verb != "install") return false;
  return std::none_of(request.arguments.begin(), request.arguments.end(), [](llvm::StringRef word) {
    word.consume_front("-");
    return word == "-x" || word == "-v" || word == "-n" || word == "-json";
  });
}

/// Runs the command. Where somebody waits and it writes nothing but messages, these pass through us, so that
/// they and the status line do not get into each other.
Result<int> RunCommand(const Prepared& prepared, const BuildRequest& request, EnvironmentList environment,
                       llvm::raw_ostream& err) {
  if (request.status == nullptr || !IsQuiet(request)) {
    if (request.status != nullptr) request.status->Show(nullptr);
    return RunInherited(prepared.command, environment);
  }
  const std::string path = prepared.report.session + ".progress" + std::to_string(getpid());
  const CompileLog log(path);
  SetVariable(environment, "INSTC_PROGRESS", path);
  request.status->Show([&log] { return log.Describe(); });
  Result<int> code = RunInherited(prepared.command, environment, &err);
  request.status->Show(nullptr);
  return code;
}

/// Runs what was prepared; `go run` becomes the user's program, so that signals and exit codes are its own.
int Execute(const Prepared& prepared, const BuildRequest& request, diag::Emitter& emitter,
            llvm::raw_ostream& err) {
  EnvironmentList environment = prepared.environment.empty() ? request.environment : prepared.environment;
  SetVariable(environment, "INSTC_PLAN", prepared.report.session);
  auto report = [&](int code) {
    for (const std::string& note : prepared.report.notes) err << "instc: " << note << "\n";
    if (code == 0) err << ReportLine(prepared.report) << "\n";
    if (request.report_file.empty()) return code;
    std::string file = AbsolutePath(request.directory, request.report_file);
    if (llvm::Error error = PublishFile(file, ReportJson(prepared.report, code))) {
      emitter.Emit({}, CannotPrepare, llvm::toString(std::move(error)));
      return code == 0 ? kExitSetup : code;
    }
    return code;
  };
  if (request.best_effort) SetVariable(environment, "INSTC_FAILED", FailureFile(prepared.report.session));
  if (request.arguments.front() == "run" && !request.best_effort) {
    if (request.status != nullptr) request.status->Show(nullptr);
    if (int code = report(0)) return code;
    err.flush();
    emitter.Emit({}, GoNotFound, llvm::toString(Become(prepared.command, environment)));
    return kExitSetup;
  }
  Result<int> code = RunCommand(prepared, request, environment, err);
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
  return Prepared{std::move(entry->command), std::move(*report), {}, std::move(entry->vet)};
}

/// Failing to remember costs time only.
void Remember(const std::string& path, const Planned& planned) {
  if (!planned.watched) return;
  const Prepared& prepared = *planned.prepared;
  llvm::consumeError(StoreWarm(path, {prepared.command, prepared.vet, prepared.report.session,
                                      ReportJson(prepared.report, 0), 0, *planned.watched}));
}

std::optional<Tools> FindTools(const BuildRequest& request, diag::Emitter& emitter) {
  Result<std::string> go = FindProgram("go", request.environment);
  if (!go) {
    emitter.Emit({}, GoNotFound, llvm::toString(go.takeError()))
        .Help("install Go from https://go.dev/dl and put it in PATH");
    return std::nullopt;
  }
  if (request.arguments.empty() || !IsBuildVerb(request.arguments.front())) return Tools{*go, ""};
  if (!llvm::sys::fs::can_execute(request.toolexec)) {
    emitter.Emit({}, ToolexecMissing, request.toolexec)
        .Help("install instc and instc-toolexec into one directory");
    return std::nullopt;
  }
  std::string cache = CacheDirectory(request.environment);
  if (cache.empty()) {
    emitter.Emit({}, CannotPrepare, "none of INSTC_CACHE, HOME and GOCACHE is set");
    return std::nullopt;
  }
  return Tools{*go, AbsolutePath(request.directory, cache)};
}

/// False: vet or the compiler has something to say, and `go test` says it in its own way; the tests then have
/// failed, whatever else they do.
Result<bool> PassesVet(const Prepared& prepared, const BuildRequest& request) {
  EnvironmentList environment = request.environment;
  SetVariable(environment, "INSTC_PLAN", prepared.report.session);
  Result<Captured> ran = RunCaptured(prepared.vet, request.directory, environment);
  if (!ran) return ran.takeError();
  return ran->exit_code == 0;
}

/// The user's command as it is; returns only on failure.
int BecomeGo(const std::string& go, const BuildRequest& request, diag::Emitter& emitter) {
  std::vector<std::string> command = {go};
  command.insert(command.end(), request.arguments.begin(), request.arguments.end());
  emitter.Emit({}, GoNotFound, llvm::toString(Become(command, request.environment)));
  return kExitSetup;
}

/// `ours`: whether instrumentation, and not the user's program, made the build fail; only with best_effort.
int BuildInstrumented(const BuildRequest& request, const Tools& tools, diag::Emitter& emitter,
                      llvm::raw_ostream& err, bool* ours) {
  std::vector<std::string> asked = request.arguments;
  for (const std::string& plugin : request.allow_bypass) asked.push_back("--allow-bypass=" + plugin);
  std::string warm = JoinPath(tools.cache_directory,
                              "warm/" +
                                  WarmKey(asked, request.directory, request.environment,
                                          {tools.go, request.instc, request.toolexec, request.pack_file}) +
                                  ".json");
  std::optional<Prepared> prepared = Remembered(warm);
  if (!prepared) {
    Planned planned = PlanBuild(request, tools, emitter, err);
    if (!planned.prepared) return planned.exit_code;
    Remember(warm, planned);
    prepared = std::move(planned.prepared);
  }
  if (!prepared->vet.empty()) {
    Result<bool> passes = PassesVet(*prepared, request);
    if (!passes) {
      emitter.Emit({}, GoNotFound, llvm::toString(passes.takeError()));
      return kExitSetup;
    }
    if (!*passes) {
      if (request.status != nullptr) request.status->Show(nullptr);
      err << "instc: go test runs without instrumentation: it will fail, as go vet does\n";
      err.flush();
      return BecomeGo(tools.go, request, emitter);
    }
  }
  const int code = Execute(*prepared, request, emitter, err);
  if (request.best_effort) *ours = unlink(FailureFile(prepared->report.session).c_str()) == 0;
  return code;
}

}  // namespace

int RunGo(const BuildRequest& request, diag::Emitter& emitter, llvm::raw_ostream& err) {
  std::optional<Tools> tools = FindTools(request, emitter);
  if (!tools) return kExitSetup;
  if (tools->cache_directory.empty()) return BecomeGo(tools->go, request, emitter);
  const unsigned errors = emitter.ErrorCount();
  bool ours = false;
  const int code = BuildInstrumented(request, *tools, emitter, err, &ours);
  if (!request.best_effort || code == 0 || (!ours && emitter.ErrorCount() == errors)) return code;
  if (request.status != nullptr) request.status->Show(nullptr);
  err << "instc: building without instrumentation, as --best-effort allows\n";
  err.flush();
  return BecomeGo(tools->go, request, emitter);
}

std::optional<Examined> Examine(const BuildRequest& request, diag::Emitter& emitter, llvm::raw_ostream& err) {
  std::optional<Tools> tools = FindTools(request, emitter);
  return tools ? ExamineBuild(request, *tools, emitter, err) : std::nullopt;
}

}  // namespace instc::build
