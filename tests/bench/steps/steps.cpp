// Counts what a program executes for one request, by running it in single steps: instructions of user mode, by address. On a machine whose
// clock other guests disturb this is the one number that two runs agree on.
//
//   steps OUTPUT ADDRESS SKIP COUNT PROGRAM...
//
// PROGRAM runs freely until the instruction at ADDRESS (hex), the entry of the function that serves a request, has been met SKIP times. From
// then on every thread is stepped, but one: the second thread of a Go program is its monitor (sysmon), which preempts whatever runs for long,
// and in single steps everything does. After COUNT more requests the program is killed. OUTPUT gets a line `requests N`, then for each
// instruction `ADDRESS TIMES REQUESTS`: how often it ran, and for how many of the requests it ran at all. Address 0 stands for everything outside
// of the program, which is the kernel's vDSO. x86-64 Linux.
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <set>
#include <unordered_map>

namespace {

constexpr unsigned long kBreakpoint = 0xcc, kOutside = 0x7f0000000000;

struct Executed {
  unsigned long times = 0, requests = 0, last = 0;
};

class Tracee {
 public:
  Tracee(char** command, unsigned long address, long skip, long count)
      : address_(address), skip_(skip), count_(count), program_(Start(command)) {}

  /// Whether all requests were seen.
  bool Run() {
    while (request_ <= count_) {
      int status;
      int thread = waitpid(-1, &status, __WALL);
      if (thread < 0) return false;
      if (WIFEXITED(status) || WIFSIGNALED(status)) {
        threads_.erase(thread);
        continue;
      }
      if (threads_.insert(thread).second && monitor_ == 0) monitor_ = thread;
      Stopped(thread, WSTOPSIG(status), status >> 16 != 0);
    }
    return true;
  }

  void Write(FILE* out) const {
    fprintf(out, "requests %ld\n", count_);
    for (const auto& [at, executed] : executed_) fprintf(out, "%lx %lu %lu\n", at, executed.times, executed.requests);
  }

  void Kill() { kill(program_, SIGKILL); }

 private:
  int Start(char** command) {
    int child = fork();
    if (child == 0) {
      ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
      execvp(command[0], command);
      _exit(127);
    }
    int status;
    waitpid(child, &status, 0);  // at its exec
    ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
    text_ = ptrace(PTRACE_PEEKTEXT, child, address_, nullptr);
    SetBreakpoint(child, true);
    threads_.insert(child);
    ptrace(PTRACE_CONT, child, nullptr, nullptr);
    return child;
  }

  void SetBreakpoint(int thread, bool on) const {
    ptrace(PTRACE_POKETEXT, thread, address_, on ? (text_ & ~0xffUL) | kBreakpoint : text_);
  }

  void Stopped(int thread, int signal, bool event) {
    if (event) return Continue(thread, 0);
    if (signal == SIGTRAP) return stepping_ ? Stepped(thread) : Hit(thread);
    if (signal == SIGSTOP && stepping_ && thread == monitor_) return;  // and it stays so
    Continue(thread, signal == SIGSTOP || signal == SIGURG ? 0 : signal);
  }

  void Continue(int thread, int signal) const {
    bool step = stepping_ && thread != monitor_;
    ptrace(step ? PTRACE_SINGLESTEP : PTRACE_CONT, thread, nullptr, signal);
  }

  /// The breakpoint was met, or a new thread starts.
  void Hit(int thread) {
    user_regs_struct registers;
    ptrace(PTRACE_GETREGS, thread, nullptr, &registers);
    if (registers.rip - 1 != address_) return Continue(thread, 0);
    registers.rip--;
    ptrace(PTRACE_SETREGS, thread, nullptr, &registers);
    SetBreakpoint(thread, false);
    if (++hits_ > skip_) {
      stepping_ = true;
      for (int other : threads_)
        if (other != thread) syscall(SYS_tgkill, program_, other, SIGSTOP);
      return Stepped(thread);
    }
    int status;
    ptrace(PTRACE_SINGLESTEP, thread, nullptr, nullptr);
    waitpid(thread, &status, __WALL);
    SetBreakpoint(thread, true);
    Continue(thread, 0);
  }

  void Stepped(int thread) {
    user_regs_struct registers;
    ptrace(PTRACE_GETREGS, thread, nullptr, &registers);
    if (registers.rip == address_ && ++request_ > count_) return;
    Executed& executed = executed_[registers.rip < kOutside ? registers.rip : 0];
    executed.times++;
    if (executed.last != static_cast<unsigned long>(request_)) executed.requests++;
    executed.last = request_;
    Continue(thread, 0);
  }

  const unsigned long address_;
  const long skip_, count_;
  unsigned long text_ = 0;  ///< what stands at the address
  std::set<int> threads_;
  int monitor_ = 0;
  long hits_ = 0, request_ = 0;
  bool stepping_ = false;
  std::unordered_map<unsigned long, Executed> executed_;
  const int program_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) {
    fprintf(stderr, "usage: steps OUTPUT ADDRESS SKIP COUNT PROGRAM...\n");
    return 2;
  }
  Tracee tracee(argv + 5, strtoul(argv[2], nullptr, 16), atol(argv[3]), atol(argv[4]));
  bool complete = tracee.Run();
  tracee.Kill();
  FILE* out = fopen(argv[1], "w");
  if (!complete || out == nullptr) {
    fprintf(stderr, "steps: the program ended before all requests had come\n");
    return 1;
  }
  tracee.Write(out);
  return fclose(out) == 0 ? 0 : 1;
}
