// instc check [--only] [--offline] [PATHS]: all checks, no output but diagnostics.
#include "compiler/driver/diagnostic_output.h"
#include "compiler/driver/rule_inputs.h"

namespace instc {

int RunCheck(CommandContext& context) {
  std::vector<OptionSpec> specs = RuleInputOptions();
  specs.push_back(DiagnosticOutput::Option());
  auto options = ParseOptions(specs, context.args);
  if (!options) return UsageError(context, llvm::toString(options.takeError()));
  auto output = DiagnosticOutput::Create(context, *options);
  if (!output) return UsageError(context, llvm::toString(output.takeError()));
  compile::Compilation compilation(HostEnvironment(context, options->Has("offline")), (*output)->emitter());
  if (llvm::Error error = AddRules(compilation, context, *options)) return Failure(context, std::move(error));
  auto pack = compilation.Compile();
  const int code = (*output)->Finish();
  if (!pack) return Failure(context, pack.takeError());
  return code;
}

}  // namespace instc
