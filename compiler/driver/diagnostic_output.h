// Diagnostics of one command: collected, sorted by position and written at the end, to its error stream or,
// in a format that was asked for, to its output.
#ifndef INSTC_COMPILER_DRIVER_DIAGNOSTIC_OUTPUT_H
#define INSTC_COMPILER_DRIVER_DIAGNOSTIC_OUTPUT_H

#include <memory>
#include <vector>

#include "compiler/driver/command.h"
#include "compiler/driver/options.h"
#include "dsl/diagnostics/consumers.h"
#include "dsl/diagnostics/emitter.h"

namespace instc {

class DiagnosticOutput {
 public:
  // The option every command with diagnostics has: --diagnostics=text|json.
  static OptionSpec Option() { return {"diagnostics", OptionSpec::Takes::Value}; }
  // Of commands whose result is the diagnostics: --format=text|json|sarif, the latter two on `out`.
  static OptionSpec Format() { return {"format", OptionSpec::Takes::Value}; }
  [[nodiscard]] static Result<std::unique_ptr<DiagnosticOutput>> Create(CommandContext& context,
                                                                        const ParsedOptions& options);

  [[nodiscard]] diag::Emitter& emitter() { return emitter_; }
  // Reads a file (`-`: the standard input) and keeps it: diagnostics may point into it until Finish.
  [[nodiscard]] Result<const SourceBuffer*> ReadSource(llvm::StringRef path);
  const SourceBuffer& Keep(std::unique_ptr<SourceBuffer> buffer);
  // Writes everything. Returns kExitErrors when there was an error.
  [[nodiscard]] int Finish();

 private:
  DiagnosticOutput(CommandContext& context, std::unique_ptr<diag::Consumer> consumer)
      : context_(context), consumer_(std::move(consumer)), sorting_(*consumer_), emitter_(sorting_) {}

  CommandContext& context_;
  std::vector<std::unique_ptr<SourceBuffer>> sources_;
  std::unique_ptr<diag::Consumer> consumer_;
  diag::SortingConsumer sorting_;
  diag::Emitter emitter_;
};

}  // namespace instc

#endif  // INSTC_COMPILER_DRIVER_DIAGNOSTIC_OUTPUT_H
