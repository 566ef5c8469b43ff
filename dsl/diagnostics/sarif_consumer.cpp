// SARIF 2.1.0, the OASIS standard for results of static analysis. One run, one rule per code that occurs, one
// result per diagnostic: its notes are related locations, its helps part of the message, its fixes
// replacements. Columns count code points, as ours do.
#include <map>

#include "dsl/diagnostics/consumers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

namespace instc::diag {
namespace {

using llvm::json::fixUTF8;
using llvm::json::OStream;

llvm::StringRef Level(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Remark:
      return "note";
  }
  llvm_unreachable("closed enum");
}

/// A path as a URI reference: relative paths stay relative.
std::string Uri(llvm::StringRef path) {
  std::string uri = llvm::sys::path::is_absolute(path) ? "file://" : "";
  for (unsigned char c : path) {
    if (llvm::isAlnum(static_cast<char>(c)) || llvm::StringRef("-._~/@+!").contains(static_cast<char>(c)))
      uri += static_cast<char>(c);
    else
      uri += "%" + llvm::toHex(llvm::StringRef(reinterpret_cast<const char*>(&c), 1));
  }
  return uri;
}

void WriteMessage(OStream& json, llvm::StringRef key, llvm::StringRef text) {
  json.attributeObject(key, [&] { json.attribute("text", fixUTF8(text)); });
}

void WriteRegion(OStream& json, llvm::StringRef key, Span span) {
  const LineColumn begin = span.buffer->Position(span.begin);
  const LineColumn end = span.buffer->Position(span.end);
  json.attributeObject(key, [&] {
    json.attribute("startLine", begin.line);
    json.attribute("startColumn", begin.column);
    json.attribute("endLine", end.line);
    json.attribute("endColumn", end.column);
    json.attribute("byteOffset", span.begin);
    json.attribute("byteLength", span.Size());
  });
}

void WriteArtifact(OStream& json, const SourceBuffer& buffer) {
  json.attributeObject("artifactLocation", [&] { json.attribute("uri", Uri(buffer.name())); });
}

void WritePlace(OStream& json, Span span) {
  json.attributeObject("physicalLocation", [&] {
    WriteArtifact(json, *span.buffer);
    WriteRegion(json, "region", span);
  });
}

/// Message, label, placeless notes and helps: what has no place of its own in a result.
std::string FullMessage(const Diagnostic& diagnostic) {
  std::string text = diagnostic.message;
  if (!diagnostic.label.empty()) text += ": " + diagnostic.label;
  for (const Note& note : diagnostic.notes)
    if (!note.span.Valid()) text += "\nnote: " + note.text;
  for (const std::string& help : diagnostic.helps) text += "\nhelp: " + help;
  return text;
}

void WriteRelated(OStream& json, const std::vector<Note>& notes) {
  json.attributeArray("relatedLocations", [&] {
    for (const Note& note : notes) {
      if (!note.span.Valid()) continue;
      json.object([&] {
        WritePlace(json, note.span);
        WriteMessage(json, "message", note.text);
      });
    }
  });
}

/// The edits of a fix, file by file.
void WriteFix(OStream& json, const Fix& fix) {
  std::map<llvm::StringRef, std::vector<const Edit*>> files;
  for (const Edit& edit : fix.edits)
    if (edit.span.Valid()) files[edit.span.buffer->name()].push_back(&edit);
  WriteMessage(json, "description", fix.text);
  json.attributeArray("artifactChanges", [&] {
    for (const auto& [name, edits] : files) {
      json.object([&, &edits = edits] {
        WriteArtifact(json, *edits.front()->span.buffer);
        json.attributeArray("replacements", [&] {
          for (const Edit* edit : edits) {
            json.object([&] {
              WriteRegion(json, "deletedRegion", edit->span);
              WriteMessage(json, "insertedContent", edit->text);
            });
          }
        });
      });
    }
  });
}

void WriteResult(OStream& json, const Diagnostic& diagnostic, size_t rule) {
  json.attribute("ruleId", diagnostic.code);
  json.attribute("ruleIndex", static_cast<int64_t>(rule));
  json.attribute("level", Level(diagnostic.severity));
  WriteMessage(json, "message", FullMessage(diagnostic));
  json.attributeArray("locations", [&] {
    if (diagnostic.span.Valid()) json.object([&] { WritePlace(json, diagnostic.span); });
  });
  if (llvm::any_of(diagnostic.notes, [](const Note& note) { return note.span.Valid(); }))
    WriteRelated(json, diagnostic.notes);
  if (diagnostic.fixes.empty()) return;
  json.attributeArray("fixes", [&] {
    for (const Fix& fix : diagnostic.fixes) json.object([&] { WriteFix(json, fix); });
  });
}

}  // namespace

void SarifConsumer::Finish() {
  std::map<std::string, size_t> rules;  // code -> index
  std::map<std::string, const Diagnostic*> first;
  for (const Diagnostic& diagnostic : held_) first.try_emplace(diagnostic.code, &diagnostic);
  for (const auto& [code, diagnostic] : first) rules.emplace(code, rules.size());
  OStream json(out_, 2);
  auto write_rules = [&] {
    for (const auto& [code, diagnostic] : first) {
      const RuleText about = describe_(code);
      json.object([&, &code = code, diagnostic = diagnostic] {
        json.attribute("id", code);
        json.attribute("name", diagnostic->name);
        WriteMessage(json, "shortDescription", about.title);
        json.attributeObject("help", [&] {
          json.attribute("text", fixUTF8(about.text));
          json.attribute("markdown", fixUTF8(about.text));
        });
        json.attributeObject("defaultConfiguration",
                             [&] { json.attribute("level", Level(diagnostic->severity)); });
      });
    }
  };
  auto write_run = [&] {
    json.attributeObject("tool", [&] {
      json.attributeObject("driver", [&] {
        json.attribute("name", "instc");
        json.attribute("version", version_);
        json.attributeArray("rules", write_rules);
      });
    });
    json.attribute("columnKind", "unicodeCodePoints");
    json.attributeArray("results", [&] {
      for (const Diagnostic& diagnostic : held_)
        json.object([&] { WriteResult(json, diagnostic, rules[diagnostic.code]); });
    });
  };
  json.object([&] {
    json.attribute(
        "$schema",
        "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
    json.attribute("version", "2.1.0");
    json.attributeArray("runs", [&] { json.object(write_run); });
  });
  out_ << '\n';
  held_.clear();
}

}  // namespace instc::diag
