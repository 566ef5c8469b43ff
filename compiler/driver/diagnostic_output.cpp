#include "compiler/driver/diagnostic_output.h"

#include "compiler/driver/diagnostics_page.h"

namespace instc {

namespace {

diag::SarifConsumer::RuleText DescribeCode(llvm::StringRef code) {
  const ExplainedCode* explained = FindCode(code);
  if (explained == nullptr) return {};
  return {explained->title.str(), explained->text.str()};
}

Result<std::unique_ptr<diag::Consumer>> ConsumerFor(CommandContext& context, const ParsedOptions& options) {
  const std::string format = options.Get("format", "text");
  if (format == "json") return std::make_unique<diag::JsonConsumer>(context.out);
  if (format == "sarif")
    return std::make_unique<diag::SarifConsumer>(context.out, INSTC_VERSION, DescribeCode);
  if (format != "text") return Fail("--format is `text`, `json` or `sarif`, not `{0}`", format);
  const std::string diagnostics = options.Get("diagnostics", "text");
  if (diagnostics == "json") return std::make_unique<diag::JsonConsumer>(context.err);
  if (diagnostics == "text") return std::make_unique<diag::CaretConsumer>(context.err, context.color);
  return Fail("--diagnostics is `text` or `json`, not `{0}`", diagnostics);
}

}  // namespace

Result<std::unique_ptr<DiagnosticOutput>> DiagnosticOutput::Create(CommandContext& context,
                                                                   const ParsedOptions& options) {
  auto consumer = ConsumerFor(context, options);
  if (!consumer) return consumer.takeError();
  return std::unique_ptr<DiagnosticOutput>(new DiagnosticOutput(context, std::move(*consumer)));
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
