// instc fmt [--check | --diff] PATHS...: the canonical layout, in place; a folder stands for the rule files
// below it, `-` filters the standard input.
#include "compiler/driver/diagnostic_output.h"
#include "compiler/driver/line_diff.h"
#include "compiler/driver/rule_inputs.h"
#include "dsl/format/format.h"
#include "dsl/parse/parse.h"

namespace instc {
namespace {

enum class Mode { Write, Check, Diff };

// One file of the command line: its text, and what it becomes.
class Formatter {
 public:
  Formatter(CommandContext& context, DiagnosticOutput& output, Mode mode)
      : context_(context), output_(output), mode_(mode) {}

  // Returns false when --check or --diff found the file not formatted.
  Result<bool> Run(llvm::StringRef path);

 private:
  Result<bool> Show(llvm::StringRef path, llvm::StringRef before, llvm::StringRef after);

  CommandContext& context_;
  DiagnosticOutput& output_;
  Mode mode_;
};

Result<bool> Formatter::Run(llvm::StringRef path) {
  auto source = output_.ReadSource(path);
  if (!source) return source.takeError();
  unsigned errors_before = output_.emitter().ErrorCount();
  ast::File file = Parse(**source, output_.emitter());
  if (output_.emitter().ErrorCount() != errors_before) return true;
  return Show(path, (*source)->text(), Format(file));
}

Result<bool> Formatter::Show(llvm::StringRef path, llvm::StringRef before, llvm::StringRef after) {
  bool same = before == after;
  switch (mode_) {
    case Mode::Check:
      if (!same) context_.out << path << '\n';
      return same;
    case Mode::Diff:
      if (!same) context_.out << LineDiff(path, before, after, "formatted");
      return same;
    case Mode::Write:
      if (path == "-") {
        context_.out << after;
      } else if (!same) {
        if (llvm::Error error = context_.write_file(path, after)) return Result<bool>(std::move(error));
      }
      return true;
  }
  llvm_unreachable("closed enum");
}

Result<std::vector<std::string>> PathsOf(CommandContext& context, const std::vector<std::string>& given) {
  if (given.size() == 1 && given.front() == "-") return given;
  return ExpandRulePaths(context.files, given);
}

}  // namespace

int RunFmt(CommandContext& context) {
  auto options = ParseOptions({{"check"}, {"diff"}, DiagnosticOutput::Option()}, context.args);
  if (!options) return UsageError(context, llvm::toString(options.takeError()));
  bool both = options->Has("check") && options->Has("diff");
  if (both || options->positional.empty()) {
    return UsageError(context, "usage: instc fmt [--check | --diff] PATHS...");
  }
  auto output = DiagnosticOutput::Create(context, *options);
  if (!output) return UsageError(context, llvm::toString(output.takeError()));

  auto paths = PathsOf(context, options->positional);
  if (!paths) return Failure(context, paths.takeError());
  Mode mode = options->Has("check") ? Mode::Check : options->Has("diff") ? Mode::Diff : Mode::Write;
  Formatter formatter(context, **output, mode);
  bool all_formatted = true;
  for (const std::string& path : *paths) {
    auto formatted = formatter.Run(path);
    if (!formatted) return Failure(context, formatted.takeError());
    all_formatted &= *formatted;
  }
  context.out.flush();
  int code = (*output)->Finish();
  return all_formatted ? code : kExitErrors;
}

}  // namespace instc
