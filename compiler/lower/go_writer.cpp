#include "compiler/lower/go_writer.h"

#include <algorithm>

#include "dsl/base/check.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::lower {

void GoWriter::Line(const llvm::Twine& text) {
  lines_.push_back({text.str(), depth_});
  joinable_ = false;
}

void GoWriter::Open(const llvm::Twine& header) {
  std::string text = header.str();
  Line(text.empty() ? "{" : text + " {");
  ++depth_;
}

void GoWriter::If(const GoExpr& condition) {
  std::string text = At(condition, kOrOr);
  if (Holds(text)) return;
  if (joinable_) {
    std::string& header = lines_.back().text;
    header.resize(header.size() - 2);
    header += " && " + At(condition, kAndAnd) + " {";
  } else {
    Open("if " + text);
    joinable_ = condition.precedence >= kAndAnd;
  }
  conditions_.push_back({std::move(text), depth_});
}

void GoWriter::IfInit(const std::string& init, const std::string& condition) {
  Open("if " + init + "; " + condition);
  joinable_ = true;
}

bool GoWriter::Holds(const std::string& condition) const {
  return std::any_of(conditions_.begin(), conditions_.end(),
                     [&](const Condition& known) { return known.text == condition; });
}

bool GoWriter::Mentions(llvm::StringRef text) const {
  return llvm::any_of(lines_,
                      [&](const Indented& line) { return llvm::StringRef(line.text).contains(text); });
}

/// Conditions of blocks that are closed.
void GoWriter::Forget() {
  while (!conditions_.empty() && conditions_.back().depth > depth_) conditions_.pop_back();
}

void GoWriter::Else() {
  INSTC_CHECK(depth_ > 0, "else without a block");
  --depth_;
  Forget();
  Open("} else");
}

void GoWriter::Close(const llvm::Twine& behind) {
  INSTC_CHECK(depth_ > 0, "no block is open");
  --depth_;
  Forget();
  Line("}" + behind);
}

void GoWriter::CloseTo(unsigned depth) {
  while (depth_ > depth) Close();
}

GoWriter GoWriter::Aside() const {
  GoWriter part;
  for (const Condition& condition : conditions_) part.conditions_.push_back({condition.text, 0});
  part.given_ = conditions_.size();
  return part;
}

void GoWriter::Append(GoWriter part) {
  if (part.empty()) return;
  for (Indented& line : part.lines_) lines_.push_back({std::move(line.text), depth_ + line.depth});
  for (Condition& condition : llvm::drop_begin(part.conditions_, part.given_))
    conditions_.push_back({std::move(condition.text), depth_ + condition.depth});
  depth_ += part.depth_;
  joinable_ = part.joinable_;
}

std::string GoWriter::Text() const {
  std::string text;
  for (const Indented& line : lines_) text += std::string(line.depth, '\t') + line.text + "\n";
  return text;
}

}  // namespace instc::lower
