// instc audit [PATH]...: every place where rules step out of what the checker vouches for.
#include "compiler/check/escapes.h"
#include "compiler/driver/diagnostic_output.h"
#include "compiler/driver/rule_inputs.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace instc {
namespace {

std::string Describe(const check::Escape& escape) {
  llvm::SmallVector<llvm::StringRef, 16> words;
  const std::string text = escape.span.Text().str();
  llvm::SplitString(text, words);
  std::string line = llvm::join(words, " ");
  switch (escape.kind) {
    case check::Escape::Kind::kTrust:
      return line;
    case check::Escape::Kind::kExtern:
      return "extern " + line + " from " + escape.what;
    case check::Escape::Kind::kRawGo: {
      const size_t lines = llvm::StringRef(text).count('\n') + 1;
      return "go, " + std::to_string(lines) + (lines == 1 ? " line" : " lines");
    }
  }
  return "";
}

/// How many there are.
size_t Print(CommandContext& context, const check::RuleFile& file) {
  const std::vector<check::Escape> escapes = check::FindEscapes(file);
  for (const check::Escape& escape : escapes)
    context.out << escape.span.buffer->name() << ":" << escape.span.buffer->LineOf(escape.span.begin) << ": "
                << Describe(escape) << '\n';
  const check::RawShare share = check::ShareOf(file);
  if (share.raw > 0)
    context.out << file.ast->buffer->name() << ": " << share.Percent() << " % of the lines are raw Go\n";
  return escapes.size();
}

}  // namespace

int RunAudit(CommandContext& context) {
  auto options = ParseOptions({DiagnosticOutput::Option()}, context.args);
  if (!options) return UsageError(context, llvm::toString(options.takeError()));
  auto paths = ExpandRulePaths(context.files, options->positional);
  if (!paths) return Failure(context, paths.takeError());
  auto output = DiagnosticOutput::Create(context, *options);
  if (!output) return UsageError(context, llvm::toString(output.takeError()));
  compile::Compilation compilation(HostEnvironment(context, /*offline=*/true), (*output)->emitter());
  if (paths->empty()) compilation.AddShippedRules();
  for (const std::string& path : *paths)
    if (llvm::Error error = compilation.AddFile(path)) return Failure(context, std::move(error));
  compilation.Parse();
  if ((*output)->emitter().HasErrors()) return (*output)->Finish();
  diag::DiscardingConsumer quiet;  // what Collect has to say was said by Parse
  diag::Emitter again(quiet);
  const check::RuleSet set = check::Collect(compilation.files(), again);
  size_t count = 0;
  for (const check::RuleFile& file : set.files) count += Print(context, file);
  context.out << count << (count == 1 ? " escape\n" : " escapes\n");
  return kExitOk;
}

}  // namespace instc
