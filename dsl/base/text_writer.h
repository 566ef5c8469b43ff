// Writes indented text line by line. The indentation is emitted lazily, so an empty line has no trailing
// blanks.
#ifndef INSTC_DSL_BASE_TEXT_WRITER_H
#define INSTC_DSL_BASE_TEXT_WRITER_H

#include <string>

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace instc {

class TextWriter {
 public:
  // `unit` is one level of indentation.
  explicit TextWriter(llvm::raw_ostream& out, llvm::StringRef unit = "  ") : out_(out), unit_(unit.str()) {}

  TextWriter(const TextWriter&) = delete;
  TextWriter& operator=(const TextWriter&) = delete;

  // Appends `text` to the current line. A '\n' inside ends the line; what follows it is indented anew.
  void Write(llvm::StringRef text);
  // Ends the current line.
  void NewLine();
  // Write and NewLine.
  void Line(llvm::StringRef text = "");
  // Appends text without touching indentation: for verbatim regions such as raw strings and comments.
  void WriteVerbatim(llvm::StringRef text);
  template <typename... Args>
  void Writef(const char* format, Args&&... args) {
    Write(llvm::formatv(format, std::forward<Args>(args)...).str());
  }
  template <typename... Args>
  void Linef(const char* format, Args&&... args) {
    Line(llvm::formatv(format, std::forward<Args>(args)...).str());
  }
  [[nodiscard]] bool AtLineStart() const { return at_line_start_; }

  // One more level while the guard lives: `{ auto indent = writer.Indent(); ... }`
  class IndentGuard {
   public:
    explicit IndentGuard(TextWriter& writer) : writer_(writer) { ++writer_.level_; }
    ~IndentGuard() { --writer_.level_; }
    IndentGuard(const IndentGuard&) = delete;
    IndentGuard& operator=(const IndentGuard&) = delete;

   private:
    TextWriter& writer_;
  };
  [[nodiscard]] IndentGuard Indent() { return IndentGuard(*this); }

 private:
  llvm::raw_ostream& out_;
  std::string unit_;
  int level_ = 0;
  bool at_line_start_ = true;
};

}  // namespace instc

#endif  // INSTC_DSL_BASE_TEXT_WRITER_H
