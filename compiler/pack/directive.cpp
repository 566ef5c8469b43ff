#include "compiler/pack/directive.h"

#include "llvm/ADT/StringExtras.h"

namespace instc::pack {
namespace {

bool IsLowerOrDigit(char c) {
  return llvm::isDigit(c) || (c >= 'a' && c <= 'z');
}

bool IsNamePart(char c) {
  return llvm::isAlnum(c) || c == '.' || c == '_' || c == '-';
}

}  // namespace

llvm::StringRef DirectiveAt(llvm::StringRef text) {
  const size_t space = text.take_while(IsLowerOrDigit).size();
  if (space == 0 || space + 1 >= text.size() || text[space] != ':') return {};
  if (!IsLowerOrDigit(text[space + 1]) || text.take_front(space) == "go") return {};
  const size_t name = text.drop_front(space + 1).take_while(IsNamePart).size();
  const llvm::StringRef found = text.take_front(space + 1 + name);
  const llvm::StringRef rest = text.drop_front(found.size());
  return rest.empty() || llvm::isSpace(rest.front()) ? found : llvm::StringRef();
}

bool IsDirective(llvm::StringRef name) {
  return !name.empty() && DirectiveAt(name) == name;
}

std::set<std::string> DirectivesIn(llvm::StringRef text) {
  std::set<std::string> found;
  for (size_t at = text.find("//"); at != llvm::StringRef::npos; at = text.find("//", at + 2)) {
    const llvm::StringRef before = text.take_front(at).rtrim(" \t");
    if (!before.empty() && before.back() != '\n') continue;
    const llvm::StringRef name = DirectiveAt(text.drop_front(at + 2));
    if (!name.empty()) found.insert(name.str());
  }
  return found;
}

}  // namespace instc::pack
