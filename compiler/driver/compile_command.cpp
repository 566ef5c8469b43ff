// instc compile [-o FILE] [--only] [--offline] [PATHS]: checks rules and writes the rule pack.
#include "compiler/assets/assets.h"
#include "compiler/driver/diagnostic_output.h"
#include "compiler/driver/rule_inputs.h"
#include "llvm/Support/Path.h"

namespace instc {
namespace {

/// `-o FILE` is the only short option of the command.
std::vector<std::string> SpellOutLongOptions(std::vector<std::string> args) {
  for (std::string& arg : args)
    if (arg == "-o") arg = "--output";
  return args;
}

size_t HookCount(const pack::RulePack& pack) {
  size_t rules = 0;
  for (const pack::Plugin& plugin : pack.plugins) rules += plugin.rules.size();
  return rules;
}

}  // namespace

int RunCompile(CommandContext& context) {
  std::vector<OptionSpec> specs = RuleInputOptions();
  specs.push_back(DiagnosticOutput::Option());
  specs.push_back({"output", OptionSpec::Takes::Value});
  auto options = ParseOptions(specs, SpellOutLongOptions(context.args));
  if (!options) return UsageError(context, llvm::toString(options.takeError()));
  auto output = DiagnosticOutput::Create(context, *options);
  if (!output) return UsageError(context, llvm::toString(output.takeError()));
  const std::string path = options->Get("output", "rules.pack.json");
  compile::Compilation compilation(HostEnvironment(context, options->Has("offline")), (*output)->emitter());
  if (llvm::Error error = AddRules(compilation, context, *options)) return Failure(context, std::move(error));
  auto pack = compilation.Compile({.reuse_verdicts = true});
  const int code = (*output)->Finish();
  if (!pack) return Failure(context, pack.takeError());
  if (code != kExitOk) {
    context.err << "instc: no rule pack was written\n";
    return code;
  }
  auto patches = compile::ShippedPatches();
  if (!patches) return Failure(context, patches.takeError());
  pack->patches = std::move(*patches);
  const std::string text = pack::ToJson(*pack);
  if (path == "-")
    context.out << text;
  else if (llvm::Error error = context.write_file(path, text))
    return Failure(context, std::move(error));
  context.err << "instc: " << HookCount(*pack) << " rules of " << pack->plugins.size() << " plugins"
              << (path == "-" ? "" : " in " + path) << "\n";
  return kExitOk;
}

}  // namespace instc
