#include "dsl/diagnostics/consumers.h"
#include "llvm/Support/JSON.h"

namespace instc::diag {
namespace {

llvm::StringRef SeverityName(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Remark:
      return "remark";
  }
  llvm_unreachable("closed enum");
}

void WritePoint(llvm::json::OStream& json, llvm::StringRef key, const SourceBuffer& buffer, uint32_t offset) {
  LineColumn position = buffer.Position(offset);
  json.attributeObject(key, [&] {
    json.attribute("line", position.line);
    json.attribute("column", position.column);
    json.attribute("offset", offset);
  });
}

void WriteSpan(llvm::json::OStream& json, Span span) {
  if (!span.Valid()) return;
  json.attribute("file", llvm::json::fixUTF8(span.buffer->name()));
  WritePoint(json, "begin", *span.buffer, span.begin);
  WritePoint(json, "end", *span.buffer, span.end);
}

void WriteNotes(llvm::json::OStream& json, const std::vector<Note>& notes) {
  json.attributeArray("notes", [&] {
    for (const Note& note : notes) {
      json.object([&] {
        json.attribute("text", llvm::json::fixUTF8(note.text));
        WriteSpan(json, note.span);
      });
    }
  });
}

void WriteFixes(llvm::json::OStream& json, const std::vector<Fix>& fixes) {
  json.attributeArray("fixes", [&] {
    for (const Fix& fix : fixes) {
      json.object([&] {
        json.attribute("text", llvm::json::fixUTF8(fix.text));
        json.attributeArray("edits", [&] {
          for (const Edit& edit : fix.edits) {
            json.object([&] {
              WriteSpan(json, edit.span);
              json.attribute("replacement", llvm::json::fixUTF8(edit.text));
            });
          }
        });
      });
    }
  });
}

}  // namespace

void JsonConsumer::Handle(Diagnostic diagnostic) {
  llvm::json::OStream json(out_);
  json.object([&] {
    json.attribute("severity", SeverityName(diagnostic.severity));
    json.attribute("code", diagnostic.code);
    json.attribute("name", diagnostic.name);
    json.attribute("message", llvm::json::fixUTF8(diagnostic.message));
    WriteSpan(json, diagnostic.span);
    if (!diagnostic.label.empty()) json.attribute("label", llvm::json::fixUTF8(diagnostic.label));
    if (!diagnostic.notes.empty()) WriteNotes(json, diagnostic.notes);
    if (!diagnostic.helps.empty()) {
      json.attributeArray("helps", [&] {
        for (const std::string& help : diagnostic.helps) json.value(llvm::json::fixUTF8(help));
      });
    }
    if (!diagnostic.fixes.empty()) WriteFixes(json, diagnostic.fixes);
  });
  out_ << '\n';
}

}  // namespace instc::diag
