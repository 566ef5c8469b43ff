#include "compiler/driver/diagnostic_output.h"

namespace instc {

Result<std::unique_ptr<DiagnosticOutput>> DiagnosticOutput::Create(CommandContext& context,
                                                                   const ParsedOptions& options) {
  std::string format = options.Get("diagnostics", "text");
  std::unique_ptr<diag::Consumer> consumer;
  if (format == "text") consumer = std::make_unique<diag::CaretConsumer>(context.err, context.color);
  if (format == "json") consumer = std::make_unique<diag::JsonConsumer>(context.err);
  if (consumer == nullptr) return Fail("--diagnostics is `text` or `json`, not `{0}`", format);
  return std::unique_ptr<DiagnosticOutput>(new DiagnosticOutput(context, std::move(consumer)));
}

Result<const SourceBuffer*> DiagnosticOutput::ReadSource(llvm::StringRef path) {
  auto buffer = SourceBuffer::Read(context_.files, path);
  if (!buffer) return buffer.takeError();
  return &Keep(std::move(*buffer));
}

const SourceBuffer& DiagnosticOutput::Keep(std::unique_ptr<SourceBuffer> buffer) {
  sources_.push_back(std::move(buffer));
  return *sources_.back();
}

int DiagnosticOutput::Finish() {
  sorting_.Finish();
  return emitter_.HasErrors() ? kExitErrors : kExitOk;
}

}  // namespace instc
