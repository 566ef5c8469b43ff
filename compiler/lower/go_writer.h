// Lines of Go with their nesting. A part that was written aside can be taken over together with the blocks it
// left open, which is how a guarded expression hands its guards to the statement around it.
#ifndef INSTC_COMPILER_LOWER_GO_WRITER_H
#define INSTC_COMPILER_LOWER_GO_WRITER_H

#include <string>
#include <vector>

#include "compiler/lower/go_text.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

namespace instc::lower {

class GoWriter {
 public:
  void Line(const llvm::Twine& text);
  /// Writes `header {` and goes in; without a header a plain block.
  void Open(const llvm::Twine& header);
  /// What follows runs only if the condition holds. Joins the `if` of the line before; nothing is written
  /// when the condition is known to hold here.
  void If(const GoExpr& condition);
  void If(const std::string& condition) { If(GoExpr{.text = condition, .precedence = kCompare}); }
  /// Whether this was said of the place that is written.
  bool Holds(const std::string& condition) const;
  /// From here to the end of the block this holds.
  void Know(std::string condition) { conditions_.push_back({std::move(condition), depth_}); }
  /// `if init; condition {`
  void IfInit(const std::string& init, const std::string& condition);
  /// `} else {`
  void Else();
  /// `}`, and what belongs behind it.
  void Close(const llvm::Twine& behind = "");
  void CloseTo(unsigned depth);
  /// The next If is a block of its own.
  void Seal() { joinable_ = false; }
  unsigned depth() const { return depth_; }
  bool empty() const { return lines_.empty(); }
  /// Whether a line has this text.
  bool Mentions(llvm::StringRef text) const;
  /// A part for this place, which knows what holds here.
  GoWriter Aside() const;
  /// Blocks that `part` left open are open here afterwards.
  void Append(GoWriter part);
  /// One tab a level.
  std::string Text() const;

 private:
  struct Indented {
    std::string text;
    unsigned depth;
  };
  struct Condition {
    std::string text;
    unsigned depth;  ///< of the block where it holds
  };
  void Forget();

  std::vector<Indented> lines_;
  std::vector<Condition> conditions_;
  size_t given_ = 0;  // so many conditions are those of the place that the part is for
  unsigned depth_ = 0;
  bool joinable_ = false;  // the last line is an `if` that takes a further `&&`
};

/// Closes at the end of its life whatever was opened during it.
class Blocks {
 public:
  explicit Blocks(GoWriter& out) : out_(out), depth_(out.depth()) { out_.Seal(); }
  ~Blocks() { out_.CloseTo(depth_); }
  Blocks(const Blocks&) = delete;
  Blocks& operator=(const Blocks&) = delete;

 private:
  GoWriter& out_;
  unsigned depth_;
};

}  // namespace instc::lower

#endif  // INSTC_COMPILER_LOWER_GO_WRITER_H
