// instc check [--only] [--offline] [--format text|json|sarif] [--fix] [--all-versions] [--fresh]
// [--lock | --new] [PATHS]: all checks, no output but diagnostics; with --fix the safe fixes are applied
// first.
//
// --lock writes the lock files of the given plugins; --new reports on releases that the locks do not know.
#include "compiler/compile/lock.h"
#include "compiler/driver/diagnostic_output.h"
#include "compiler/driver/fix.h"
#include "compiler/driver/rule_inputs.h"

namespace instc {
namespace {

constexpr int kMaxRounds = 10;  // a fix may uncover the next; no honest file needs more

// Checks and applies fixes until nothing changes any more, then shows what changed.
llvm::Error Fix(CommandContext& context, const ParsedOptions& options) {
  auto paths = ExpandRulePaths(context.files, options.positional);
  if (!paths) return paths.takeError();
  FixedFiles fixed(context, *paths);
  for (int round = 0; round < kMaxRounds; ++round) {
    diag::CollectingConsumer found;
    diag::Emitter emitter(found);
    compile::Compilation compilation(HostEnvironment(context, options.Has("offline")), emitter);
    if (llvm::Error error = AddRules(compilation, context, options)) return error;
    if (auto pack = compilation.Compile(); !pack) return pack.takeError();
    auto changed = fixed.Apply(found.diagnostics);
    if (!changed) return changed.takeError();
    if (!*changed) break;
  }
  fixed.ShowChanges(options.Get("format", "text") == "text" ? context.out : context.err);
  return llvm::Error::success();
}

/// Lock files stand beside rule files, and shipped ones have no place on this machine.
llvm::Error WriteLocks(CommandContext& context, const std::vector<std::string>& paths,
                       const compile::Compilation& compilation) {
  for (const compile::LockFile& lock : compilation.locks()) {
    const bool ours =
        llvm::any_of(paths, [&](const std::string& p) { return compile::LockPathOf(p) == lock.path; });
    if (!ours) continue;
    if (llvm::Error error = context.write_file(lock.path, lock.text)) return error;
    context.err << "instc: wrote " << lock.path << "\n";
  }
  return llvm::Error::success();
}

/// What does not go together; empty: nothing.
llvm::StringRef Conflict(const ParsedOptions& options) {
  if (options.Has("lock") && options.Has("new")) return "--lock and --new do not go together";
  if (options.Has("new") && options.Has("offline"))
    return "--new asks for new releases, which needs the network";
  if (options.Has("lock") && options.positional.empty())
    return "--lock wants the plugins whose locks it writes";
  return "";
}

}  // namespace

int RunCheck(CommandContext& context) {
  std::vector<OptionSpec> specs = RuleInputOptions();
  specs.insert(specs.end(), {DiagnosticOutput::Option(), DiagnosticOutput::Format(), {"fix"}});
  for (const char* flag : {"all-versions", "fresh", "lock", "new"}) specs.push_back({flag});
  auto options = ParseOptions(specs, context.args);
  if (!options) return UsageError(context, llvm::toString(options.takeError()));
  if (llvm::StringRef conflict = Conflict(*options); !conflict.empty()) return UsageError(context, conflict);
  auto output = DiagnosticOutput::Create(context, *options);
  if (!output) return UsageError(context, llvm::toString(output.takeError()));
  if (options->Has("fix"))
    if (llvm::Error error = Fix(context, *options)) return Failure(context, std::move(error));
  compile::Compilation compilation(HostEnvironment(context, options->Has("offline")), (*output)->emitter());
  if (llvm::Error error = AddRules(compilation, context, *options)) return Failure(context, std::move(error));
  if (options->Has("new")) {
    auto hold = compilation.ReportNew(context.out);
    const int code = (*output)->Finish();
    if (!hold) return Failure(context, hold.takeError());
    return *hold ? code : kExitErrors;
  }
  if (options->Has("fresh")) compilation.ForgetVerdicts();
  auto pack = compilation.Compile({.all_versions = options->Has("all-versions"),
                                   .make_locks = options->Has("lock"),
                                   .reuse_verdicts = !options->Has("lock"),
                                   .lower = false});
  context.out.flush();
  const int code = (*output)->Finish();
  if (!pack) return Failure(context, pack.takeError());
  if (!options->Has("lock")) return code;
  auto paths = ExpandRulePaths(context.files, options->positional);
  if (!paths) return Failure(context, paths.takeError());
  if (llvm::Error error = WriteLocks(context, *paths, compilation)) return Failure(context, std::move(error));
  return code;
}

}  // namespace instc
