// Insertions into a Go file after which every original byte still has its original position.
//
// Nothing is ever removed or moved to another line: an Editor only inserts text without line breaks, and
// closes each insertion with `/*line :L:C*/`, which tells the compiler the line and column of the byte that
// follows. One header
// `//line PATH:1:1` in front names the original file. Whole declarations go behind the original's last byte,
// under a
// `//line` of their own.
//
// A file that has line directives already (output of cgo, cover or a generator) is left to them: lines stay
// right because no line is added, columns behind an insertion shift.
#ifndef INSTC_COMPILER_GO_EDIT_EDITOR_H
#define INSTC_COMPILER_GO_EDIT_EDITOR_H

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/go/syntax/ast.h"
#include "llvm/ADT/StringRef.h"

namespace instc::go {

class Editor {
 public:
  /// `original` must outlive the editor.
  explicit Editor(llvm::StringRef original) : original_(original) {}

  /// Inserts one line of text before the byte at `offset`. Insertions at one offset keep the order of the
  /// calls.
  void Insert(uint32_t offset, llvm::StringRef text);

  /// Makes `name` longer at its front: `_` becomes `instcP0_`.
  void Prefix(const Ident& name, llvm::StringRef text);

  /// Appends declarations behind the file; positions in them are in a file `name`, counted from line 1.
  void Append(llvm::StringRef name, llvm::StringRef text);

  bool changed() const { return !insertions_.empty() || !appended_.empty(); }

  struct Positions {
    llvm::StringRef path;  ///< of the original, for the header; empty: no header
    bool restore = true;   ///< close insertions with /*line*/
  };
  [[nodiscard]] std::string Render(const Positions& positions) const;

 private:
  struct Insertion {
    uint32_t offset;
    std::string text;
    bool restore;
  };

  llvm::StringRef original_;
  std::vector<Insertion> insertions_;
  std::string appended_;
};

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_EDIT_EDITOR_H
