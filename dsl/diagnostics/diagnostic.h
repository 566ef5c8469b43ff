// A diagnostic as data: what an Emitter builds and a Consumer shows.
#ifndef INSTC_DSL_DIAGNOSTICS_DIAGNOSTIC_H
#define INSTC_DSL_DIAGNOSTICS_DIAGNOSTIC_H

#include <optional>
#include <string>
#include <vector>

#include "dsl/diagnostics/kind.h"
#include "dsl/source/source_buffer.h"

namespace instc::diag {

// A second place (with its own excerpt), or a sentence without a place when `span` is nowhere.
struct Note {
  Span span;
  std::string text;
};

// Replaces the bytes of `span` by `text`; an empty span inserts.
struct Edit {
  Span span;
  std::string text;
};

// A change that is safe to apply by machine: all its edits or none.
struct Fix {
  std::string text;
  std::vector<Edit> edits;
};

struct Diagnostic {
  Severity severity = Severity::Error;
  std::string code;
  std::string name;
  std::string message;
  Span span;
  std::string label;  // under the carets; may be empty
  std::vector<Note> notes;
  std::vector<std::string> helps;
  std::vector<Fix> fixes;
};

}  // namespace instc::diag

#endif  // INSTC_DSL_DIAGNOSTICS_DIAGNOSTIC_H
