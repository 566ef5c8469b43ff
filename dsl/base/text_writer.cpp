#include "dsl/base/text_writer.h"

namespace instc {

void TextWriter::Write(llvm::StringRef text) {
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    if (!line.empty()) {
      if (at_line_start_) {
        for (int i = 0; i < level_; ++i) out_ << unit_;
        at_line_start_ = false;
      }
      out_ << line;
    }
    if (line.size() == text.size()) return;
    NewLine();
    text = rest;
  }
}

void TextWriter::NewLine() {
  out_ << '\n';
  at_line_start_ = true;
}

void TextWriter::Line(llvm::StringRef text) {
  Write(text);
  NewLine();
}

void TextWriter::WriteVerbatim(llvm::StringRef text) {
  if (text.empty()) return;
  out_ << text;
  at_line_start_ = text.back() == '\n';
}

}  // namespace instc
