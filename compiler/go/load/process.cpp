// The one place of compiler/go that starts a process, and the go command's answers about itself.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "compiler/go/load/package_source.h"
#include "llvm/Support/JSON.h"

namespace instc::go {
namespace {

// A pipe whose ends close themselves.
class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_, O_CLOEXEC) != 0) ends_[0] = ends_[1] = -1;
  }
  ~Pipe() {
    CloseRead();
    CloseWrite();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  bool ok() const { return ends_[0] >= 0; }
  int read_end() const { return ends_[0]; }
  int write_end() const { return ends_[1]; }
  void CloseRead() { Close(ends_[0]); }
  void CloseWrite() { Close(ends_[1]); }

 private:
  static void Close(int& fd) {
    if (fd >= 0) close(fd);
    fd = -1;
  }
  int ends_[2] = {-1, -1};
};

// Environment with `extra` entries in place of inherited ones of the same name.
std::vector<std::string> MergedEnvironment(llvm::ArrayRef<std::string> extra) {
  std::vector<std::string> merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    llvm::StringRef name = llvm::StringRef(*entry).split('=').first;
    bool replaced = llvm::any_of(extra, [&](llvm::StringRef e) { return e.split('=').first == name; });
    if (!replaced) merged.emplace_back(*entry);
  }
  merged.insert(merged.end(), extra.begin(), extra.end());
  return merged;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& s : strings) pointers.push_back(s.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Reads both streams until both end, so that neither can fill up and block the child.
void Drain(Pipe& out, Pipe& err, ProcessResult& result) {
  pollfd fds[2] = {{out.read_end(), POLLIN, 0}, {err.read_end(), POLLIN, 0}};
  std::string* sinks[2] = {&result.out, &result.err};
  int open = 2;
  while (open > 0) {
    if (poll(fds, 2, -1) < 0 && errno != EINTR) return;
    for (int i = 0; i < 2; ++i) {
      if (fds[i].fd < 0 || fds[i].revents == 0) continue;
      char buffer[16384];
      ssize_t count = read(fds[i].fd, buffer, sizeof buffer);
      if (count > 0) {
        sinks[i]->append(buffer, static_cast<size_t>(count));
      } else if (count == 0 || errno != EINTR) {
        fds[i].fd = -1;
        --open;
      }
    }
  }
}

Result<ProcessResult> RunOnHost(llvm::ArrayRef<std::string> argv, const std::string& dir,
                                llvm::ArrayRef<std::string> env) {
  Pipe out;
  Pipe err;
  if (!out.ok() || !err.ok()) return Fail("cannot make a pipe: {0}", std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write_end(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.write_end(), STDERR_FILENO);
  if (!dir.empty()) posix_spawn_file_actions_addchdir_np(&actions, dir.c_str());
  std::vector<std::string> args = argv.vec();
  std::vector<std::string> environment = MergedEnvironment(env);
  pid_t pid = 0;
  int error = posix_spawnp(&pid, args.front().c_str(), &actions, nullptr, Pointers(args).data(),
                           Pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return Fail("cannot run {0}: {1}", args.front(), std::strerror(error));
  out.CloseWrite();
  err.CloseWrite();
  ProcessResult result;
  Drain(out, err, result);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return Fail("cannot wait for {0}: {1}", args.front(), std::strerror(errno));
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace

ProcessRunner HostProcessRunner() {
  return RunOnHost;
}

Result<GoInstallation> FindGo(const std::string& go, const ProcessRunner& run) {
  Result<ProcessResult> ran = run({go, "env", "-json", "GOROOT", "GOMODCACHE", "GOVERSION"}, "", {});
  if (!ran) {
    llvm::consumeError(ran.takeError());
    return Fail("cannot run `{0}`: install Go 1.23 or newer and put it on PATH", go);
  }
  if (ran->exit_code != 0) return Fail("`{0} env` failed: {1}", go, llvm::StringRef(ran->err).trim());
  Result<llvm::json::Value> parsed = llvm::json::parse(ran->out);
  if (!parsed) return parsed.takeError();
  const llvm::json::Object* object = parsed->getAsObject();
  if (object == nullptr) return Fail("`{0} env -json` printed no object", go);
  auto text = [&](llvm::StringRef key) { return object->getString(key).getValueOr("").str(); };
  return GoInstallation{go, text("GOROOT"), text("GOMODCACHE"), text("GOVERSION")};
}

}  // namespace instc::go
