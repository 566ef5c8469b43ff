#include "compiler/lower/go_writer.h"

#include "dsl/base/check.h"

namespace instc::lower {

void GoWriter::Open(const llvm::Twine& header) {
  std::string text = header.str();
  Line(text.empty() ? "{" : text + " {");
  ++depth_;
}

void GoWriter::Else() {
  INSTC_CHECK(depth_ > 0, "else without a block");
  --depth_;
  Open("} else");
}

void GoWriter::Close(const llvm::Twine& behind) {
  INSTC_CHECK(depth_ > 0, "no block is open");
  --depth_;
  Line("}" + behind);
}

void GoWriter::CloseTo(unsigned depth) {
  while (depth_ > depth) Close();
}

void GoWriter::Append(GoWriter part) {
  for (Indented& line : part.lines_) lines_.push_back({std::move(line.text), depth_ + line.depth});
  depth_ += part.depth_;
}

std::string GoWriter::Text() const {
  std::string text;
  for (const Indented& line : lines_) text += std::string(line.depth, '\t') + line.text + "\n";
  return text;
}

}  // namespace instc::lower
