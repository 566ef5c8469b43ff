#include "compiler/driver/go_layout.h"

#include <algorithm>

#include "llvm/ADT/Twine.h"

namespace instc {
namespace {

/// Where the statement or the block opener at the front of `text` ends: at `{`, `}` or `;` outside of
/// parentheses. The semicolon of `if x := f(); cond {` does not count.
size_t EndOfPiece(llvm::StringRef text) {
  const bool header = text.startswith("if ");
  unsigned depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '(' || c == '[') ++depth;
    if ((c == ')' || c == ']') && depth > 0) --depth;
    const bool ends = c == '{' || c == '}' || (c == ';' && !header);
    if (depth == 0 && ends) return i;
  }
  return text.size();
}

}  // namespace

std::string LayOutGo(llvm::StringRef head) {
  const llvm::StringRef declaration = head.take_front(head.find(" if instcPort")).trim();
  head = head.drop_front(declaration.size());
  std::string out = declaration.str() + "\n";
  unsigned indent = 1;
  auto line = [&](const llvm::Twine& text) { out += std::string(indent, '\t') + text.str() + "\n"; };
  for (llvm::StringRef rest = head.trim(); !rest.empty(); rest = rest.ltrim()) {
    const size_t end = EndOfPiece(rest);
    const llvm::StringRef piece = rest.take_front(end).trim();
    const char last = end < rest.size() ? rest[end] : ';';
    rest = rest.drop_front(std::min(end + 1, rest.size()));
    if (last == '{') {
      line(piece + " {");
      ++indent;
      continue;
    }
    if (!piece.empty()) line(piece);
    if (last != '}') continue;
    indent -= indent > 0 ? 1 : 0;
    // `}()` closes and calls a function literal.
    const bool called = rest.startswith("(");
    const llvm::StringRef call = called ? rest.take_front(rest.find(')') + 1) : "";
    line("}" + call);
    rest = rest.drop_front(call.size()).ltrim();
    rest.consume_front(";");
  }
  return out;
}

}  // namespace instc
