// Plugins are checked side by side.
//
// Plugins of modules do not depend on each other's outcome, and nearly always nothing is wrong with them. So
// copies of this process check them first, each its share, and leave verdicts (verdicts.h) where nothing was
// found. This process then goes through all plugins in their order, finds the verdicts, and checks by itself
// what has none: every diagnostic comes from here, in the same words and order as with one processor.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
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

/// What one process does: plugins, by their place in the rule set.
struct Share {
  std::vector<size_t> plugins;
  size_t versions = 0;
};

struct PendingPlugin {
  size_t place;
  size_t versions;
};

/// The largest first, each to whom has the least to do.
std::vector<Share> Divide(std::vector<PendingPlugin> pending, size_t processors) {
  llvm::sort(pending, [](const PendingPlugin& a, const PendingPlugin& b) {
    return std::tie(b.versions, a.place) < std::tie(a.versions, b.place);
  });
  std::vector<Share> shares(std::min(processors, pending.size()));
  for (const PendingPlugin& plugin : pending) {
    Share& least = *std::min_element(shares.begin(), shares.end(),
                                     [](const Share& a, const Share& b) { return a.versions < b.versions; });
    least.plugins.push_back(plugin.place);
    least.versions += plugin.versions;
  }
  return shares;
}

void WaitFor(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

void Compilation::CheckAhead(const CheckOptions& options) {
  const size_t processors = std::min<size_t>(std::thread::hardware_concurrency(), kMostProcesses);
  if (!options.reuse_verdicts || environment_.cache_dir.empty() || processors < 2) return;
  diag::DiscardingConsumer nobody;
  diag::Emitter quiet(nobody);
  CheckOptions verdicts_only = options;
  verdicts_only.lower = false;
  auto check = [&](size_t place, auto&& what) {
    const check::RuleFile& file = set_.files[place];
    pack::Plugin plugin = check::Describe(file, quiet);
    ModuleCheck module(*this, file, plugin, quiet);
    return what(module, OptionsFor(file, verdicts_only));
  };
  std::vector<PendingPlugin> pending;
  for (size_t place = 0; place < set_.files.size(); ++place) {
    const check::RuleFile& file = set_.files[place];
    if (file.plugin == nullptr || file.library == nullptr || file.library->std) continue;
    if (malformed_.count(file.ast->buffer) > 0) continue;
    const size_t versions =
        check(place, [](ModuleCheck& m, const CheckOptions& chosen) { return m.Pending(chosen); });
    if (versions > 0) pending.push_back({place, versions});
  }
  if (pending.size() < 2) return;
  std::vector<pid_t> children;
  for (const Share& share : Divide(std::move(pending), processors)) {
    const pid_t child = fork();
    if (child < 0) break;  // then this process does it all
    if (child > 0) {
      children.push_back(child);
      continue;
    }
    for (size_t place : share.plugins)
      check(place, [](ModuleCheck& m, const CheckOptions& chosen) { m.Run(chosen); });
    _exit(0);  // nothing of the parent's is closed or flushed twice
  }
  llvm::for_each(children, WaitFor);
}

void Compilation::ForgetVerdicts() {
  if (!environment_.cache_dir.empty()) llvm::sys::fs::remove_directories(environment_.cache_dir + "/checked");
}

}  // namespace instc::compile
