// instc check [--only] [--offline] [--format text|json|sarif] [--fix] [PATHS]: all checks, no output but
// diagnostics; with --fix the safe fixes are applied first.
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

}  // namespace

int RunCheck(CommandContext& context) {
  std::vector<OptionSpec> specs = RuleInputOptions();
  specs.insert(specs.end(), {DiagnosticOutput::Option(), DiagnosticOutput::Format(), {"fix"}});
  auto options = ParseOptions(specs, context.args);
  if (!options) return UsageError(context, llvm::toString(options.takeError()));
  auto output = DiagnosticOutput::Create(context, *options);
  if (!output) return UsageError(context, llvm::toString(output.takeError()));
  if (options->Has("fix"))
    if (llvm::Error error = Fix(context, *options)) return Failure(context, std::move(error));
  compile::Compilation compilation(HostEnvironment(context, options->Has("offline")), (*output)->emitter());
  if (llvm::Error error = AddRules(compilation, context, *options)) return Failure(context, std::move(error));
  auto pack = compilation.Compile();
  context.out.flush();
  const int code = (*output)->Finish();
  if (!pack) return Failure(context, pack.takeError());
  return code;
}

}  // namespace instc
