#include "dsl/diagnostics/emitter.h"

namespace instc::diag {

Builder::~Builder() {
  emitter_.Hand(std::move(diagnostic_));
}

Builder& Builder::Label(llvm::StringRef text) {
  diagnostic_.label = text.str();
  return *this;
}

Builder& Builder::Note(Span span, llvm::StringRef text) {
  if (span.Valid()) diagnostic_.notes.push_back({span, text.str()});
  return *this;
}

Builder& Builder::Note(llvm::StringRef text) {
  diagnostic_.notes.push_back({Span{}, text.str()});
  return *this;
}

Builder& Builder::Help(llvm::StringRef text) {
  diagnostic_.helps.push_back(text.str());
  return *this;
}

Builder& Builder::Fix(llvm::StringRef text, std::vector<Edit> edits) {
  diagnostic_.fixes.push_back({text.str(), std::move(edits)});
  return *this;
}

Builder& Builder::Fix(llvm::StringRef text, Span span, llvm::StringRef replacement) {
  return Fix(text, {Edit{span, replacement.str()}});
}

Diagnostic Emitter::Make(Span span, Severity severity, const char* code, const char* name,
                         std::string message) {
  Diagnostic diagnostic;
  diagnostic.severity = severity;
  diagnostic.code = code;
  diagnostic.name = name;
  diagnostic.message = std::move(message);
  diagnostic.span = span;
  return diagnostic;
}

void Emitter::Hand(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::Error) ++error_count_;
  if (diagnostic.severity == Severity::Warning) ++warning_count_;
  consumer_.Handle(std::move(diagnostic));
}

}  // namespace instc::diag
