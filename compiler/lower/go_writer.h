// Lines of Go with their nesting. A part that was written aside can be taken over together with the blocks it left open,
// which is how a guarded expression hands its guards to the statement around it.
#ifndef INSTC_COMPILER_LOWER_GO_WRITER_H
#define INSTC_COMPILER_LOWER_GO_WRITER_H

#include <string>
#include <vector>

#include "llvm/ADT/Twine.h"

namespace instc::lower {

class GoWriter {
 public:
  void Line(const llvm::Twine& text) { lines_.push_back({text.str(), depth_}); }
  /// Writes `header {` and goes in; without a header a plain block.
  void Open(const llvm::Twine& header);
  /// `} else {`
  void Else();
  /// `}` and `behind`.
  void Close(const llvm::Twine& behind = "");
  void CloseTo(unsigned depth);
  unsigned depth() const { return depth_; }
  bool empty() const { return lines_.empty(); }
  /// Blocks that `part` left open are open here afterwards.
  void Append(GoWriter part);
  /// One tab a level.
  std::string Text() const;

 private:
  struct Indented {
    std::string text;
    unsigned depth;
  };
  std::vector<Indented> lines_;
  unsigned depth_ = 0;
};

/// Closes at the end of its life whatever was opened during it.
class Blocks {
 public:
  explicit Blocks(GoWriter& out) : out_(out), depth_(out.depth()) {}
  ~Blocks() { out_.CloseTo(depth_); }
  Blocks(const Blocks&) = delete;
  Blocks& operator=(const Blocks&) = delete;

 private:
  GoWriter& out_;
  unsigned depth_;
};

}  // namespace instc::lower

#endif  // INSTC_COMPILER_LOWER_GO_WRITER_H
