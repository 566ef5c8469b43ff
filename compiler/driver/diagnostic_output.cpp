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
  if (path == "-") {
    auto text = context_.read_stdin();
    if (!text) return text.takeError();
    if (text->size() > SourceBuffer::kMaxSize) return Fail("the standard input is larger than 64 MiB");
    return &Keep(SourceBuffer::FromString("<stdin>", std::move(*text)));
  }
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
