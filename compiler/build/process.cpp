#include "compiler/build/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "llvm/ADT/StringRef.h"

namespace instc::build {
namespace {

/// A null-terminated array of C strings over strings that outlive it.
std::vector<char*> Pointers(llvm::ArrayRef<std::string> words) {
  std::vector<char*> pointers;
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

int ExitCode(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Result<int> Wait(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return Fail("waiting for a process: {0}", std::strerror(errno));
  }
  return ExitCode(status);
}

/// Hands on what comes out of a pipe until the child has ended. Somebody whom it left behind may hold the
/// pipe open for ever.
Result<int> WaitAndCopy(pid_t child, int from, llvm::raw_ostream& to) {
  constexpr int kBetweenLooks = 100;  // ms
  pollfd polled = {from, POLLIN, 0};
  int status = 0;
  for (bool ended = false;;) {
    if (poll(&polled, 1, ended ? 0 : kBetweenLooks) > 0) {
      char buffer[65536];
      const ssize_t count = read(from, buffer, sizeof buffer);
      if (count > 0) to.write(buffer, static_cast<size_t>(count));
      if (count == 0 || (count < 0 && errno != EINTR)) return ended ? ExitCode(status) : Wait(child);
    } else if (ended) {
      return ExitCode(status);
    } else {
      ended = waitpid(child, &status, WNOHANG) == child;
    }
  }
}

/// Reads both pipes to their ends.
void Drain(std::array<int, 2> pipes, std::array<std::string*, 2> texts) {
  std::array<pollfd, 2> polled = {pollfd{pipes[0], POLLIN, 0}, pollfd{pipes[1], POLLIN, 0}};
  int open = 2;
  while (open > 0) {
    if (poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) return;
    for (size_t i = 0; i < polled.size(); ++i) {
      if (polled[i].fd < 0 || polled[i].revents == 0) continue;
      char buffer[65536];
      ssize_t count = read(polled[i].fd, buffer, sizeof buffer);
      if (count > 0) texts[i]->append(buffer, static_cast<size_t>(count));
      if (count == 0 || (count < 0 && errno != EINTR)) {
        polled[i].fd = -1;
        --open;
      }
    }
  }
}

/// Holds what is done to signals while a child has the terminal.
volatile sig_atomic_t child_of_signals = 0;

void PassOn(int signal) {
  if (child_of_signals > 0) kill(child_of_signals, signal);
}

class SignalGuard {
 public:
  SignalGuard() {
    struct sigaction ignore = {}, pass = {};
    ignore.sa_handler = SIG_IGN;
    pass.sa_handler = PassOn;
    sigaction(SIGINT, &ignore, &interrupt_);
    sigaction(SIGQUIT, &ignore, &quit_);
    sigaction(SIGTERM, &pass, &terminate_);
    sigaction(SIGHUP, &pass, &hang_up_);
  }
  ~SignalGuard() {
    child_of_signals = 0;
    sigaction(SIGINT, &interrupt_, nullptr);
    sigaction(SIGQUIT, &quit_, nullptr);
    sigaction(SIGTERM, &terminate_, nullptr);
    sigaction(SIGHUP, &hang_up_, nullptr);
  }

 private:
  struct sigaction interrupt_ = {}, quit_ = {}, terminate_ = {}, hang_up_ = {};
};

}  // namespace

Result<Captured> RunCaptured(llvm::ArrayRef<std::string> words, const std::string& directory,
                             const EnvironmentList& environment) {
  int out[2], err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
    return Fail("pipe: {0}", std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
  if (!directory.empty()) posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
  std::vector<char*> argv = Pointers(words), envp = Pointers(environment);
  pid_t child = 0;
  int failed = posix_spawn(&child, words[0].c_str(), &actions, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  close(out[1]);
  close(err[1]);
  Captured captured;
  if (failed == 0) Drain({out[0], err[0]}, {&captured.out, &captured.err});
  close(out[0]);
  close(err[0]);
  if (failed != 0) return Fail("cannot run {0}: {1}", words[0], std::strerror(failed));
  Result<int> code = Wait(child);
  if (!code) return code.takeError();
  captured.exit_code = *code;
  return captured;
}

Result<int> RunInherited(llvm::ArrayRef<std::string> words, const EnvironmentList& environment,
                         llvm::raw_ostream* errors) {
  int pipe[2] = {-1, -1};
  if (errors != nullptr && pipe2(pipe, O_CLOEXEC) != 0) return Fail("pipe: {0}", std::strerror(errno));
  std::vector<char*> argv = Pointers(words), envp = Pointers(environment);
  SignalGuard guard;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (errors != nullptr) posix_spawn_file_actions_adddup2(&actions, pipe[1], STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  for (int signal : {SIGINT, SIGQUIT}) sigaddset(&defaults, signal);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  int failed = posix_spawn(&child, words[0].c_str(), &actions, &attributes, argv.data(), envp.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (errors != nullptr) close(pipe[1]);
  if (failed == 0) child_of_signals = child;
  Result<int> code = failed != 0 ? Result<int>(Fail("cannot run {0}: {1}", words[0], std::strerror(failed)))
                     : errors != nullptr ? WaitAndCopy(child, pipe[0], *errors)
                                         : Wait(child);
  if (errors != nullptr) close(pipe[0]);
  return code;
}

llvm::Error Become(llvm::ArrayRef<std::string> words, const EnvironmentList& environment) {
  std::vector<char*> argv = Pointers(words), envp = Pointers(environment);
  execve(words[0].c_str(), argv.data(), envp.data());
  return Fail("cannot run {0}: {1}", words[0], std::strerror(errno));
}

Result<std::string> FindProgram(const std::string& name, const EnvironmentList& environment) {
  auto runnable = [](const std::string& path) {
    struct stat status;
    return access(path.c_str(), X_OK) == 0 && stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  };
  if (name.find('/') != std::string::npos) {
    if (runnable(name)) return name;
    return Fail("{0}: not an executable file", name);
  }
  std::string path = Lookup(environment, "PATH");
  llvm::StringRef rest = path;
  while (!rest.empty()) {
    auto [directory, next] = rest.split(':');
    rest = next;
    std::string candidate = (directory.empty() ? "." : directory.str()) + "/" + name;
    if (runnable(candidate)) return candidate;
  }
  return Fail("no `{0}` in PATH", name);
}

std::string Lookup(const EnvironmentList& environment, const std::string& name) {
  std::string prefix = name + "=";
  for (const std::string& entry : environment) {
    if (llvm::StringRef(entry).startswith(prefix)) return entry.substr(prefix.size());
  }
  return {};
}

void SetVariable(EnvironmentList& environment, const std::string& name, const std::string& value) {
  environment.erase(
      std::remove_if(environment.begin(), environment.end(),
                     [&](const std::string& entry) { return llvm::StringRef(entry).startswith(name + "="); }),
      environment.end());
  environment.push_back(name + "=" + value);
}

}  // namespace instc::build
