// Plugins are checked side by side.
//
// Plugins do not depend on each other's outcome, and nearly always nothing is wrong with them. So copies of
// this process check (and lower) them first, and leave verdicts (verdicts.h) and lowered text
// (kept_variants.h) where nothing was found. This process then goes through all plugins in their order, finds
// the verdicts, and checks by itself what has none: every diagnostic comes from here, in the same words and
// order as with one processor.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "compiler/compile/module_check.h"
#include "compiler/compile/world.h"
#include "dsl/diagnostics/consumers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

namespace instc::compile {
namespace {

/// Each process reads the standard library for itself, some 35 MB; and a container may show more processors
/// than it grants.
constexpr size_t kMostProcesses = 8;

/// A plugin of the standard library is checked at one version, which takes as long as some of a module.
constexpr size_t kStdWeight = 3;

struct PendingPlugin {
  size_t place;  ///< in the rule set
  size_t versions;
};

/// A number that processes share.
class SharedCounter {
 public:
  SharedCounter()
      : memory_(mmap(nullptr, sizeof(std::atomic<size_t>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                     -1, 0)) {
    if (ok()) new (memory_) std::atomic<size_t>(0);
  }
  ~SharedCounter() {
    if (ok()) munmap(memory_, sizeof(std::atomic<size_t>));
  }
  SharedCounter(const SharedCounter&) = delete;
  SharedCounter& operator=(const SharedCounter&) = delete;
  bool ok() const { return memory_ != MAP_FAILED; }
  size_t Next() { return (*static_cast<std::atomic<size_t>*>(memory_))++; }

 private:
  void* memory_;
};

void WaitFor(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

size_t Compilation::PendingAt(const check::RuleFile& file, const CheckOptions& options,
                              diag::Emitter& emitter) {
  pack::Plugin plugin = check::Describe(file, emitter);
  if (file.library->std) return PendingStd(file, options, plugin) * kStdWeight;
  return ModuleCheck(*this, file, plugin, emitter).Pending(OptionsFor(file, options));
}

void Compilation::CheckAhead(const CheckOptions& options) {
  const size_t processors = std::min<size_t>(std::thread::hardware_concurrency(), kMostProcesses);
  if (!options.reuse_verdicts || environment_.cache_dir.empty() || processors < 2) return;
  diag::DiscardingConsumer nobody;
  diag::Emitter quiet(nobody);
  std::vector<PendingPlugin> pending;
  for (size_t place = 0; place < set_.files.size(); ++place) {
    const check::RuleFile& file = set_.files[place];
    if (file.plugin == nullptr || file.library == nullptr) continue;
    if (IsIncomplete(file)) continue;
    if (const size_t versions = PendingAt(file, options, quiet)) pending.push_back({place, versions});
  }
  SharedCounter next;  // of `pending`: who is done takes another one, the largest first
  if (pending.size() < 2 || !next.ok()) return;
  llvm::stable_sort(pending,
                    [](const PendingPlugin& a, const PendingPlugin& b) { return a.versions > b.versions; });
  std::vector<pid_t> children;
  for (size_t started = 0; started < std::min(processors, pending.size()); ++started) {
    const pid_t child = fork();
    if (child < 0) break;  // then this process does it all
    if (child > 0) {
      children.push_back(child);
      continue;
    }
    pack::RulePack unused;
    for (size_t i = next.Next(); i < pending.size(); i = next.Next())
      CompilePlugin(set_.files[pending[i].place], options, unused, quiet);
    _exit(0);  // nothing of the parent's is closed or flushed twice
  }
  llvm::for_each(children, WaitFor);
}

void Compilation::ForgetVerdicts() {
  if (environment_.cache_dir.empty()) return;
  for (const char* folder : {"/checked", "/lowered"})
    llvm::sys::fs::remove_directories(environment_.cache_dir + folder);
}

}  // namespace instc::compile
