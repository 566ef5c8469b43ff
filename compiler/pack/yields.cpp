#include "compiler/pack/yields.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::pack {

constexpr size_t kLongestPath = 256;

static bool IsMajorVersion(llvm::StringRef element) {
  return element.consume_front("v") && !element.empty() && llvm::all_of(element, llvm::isDigit);
}

static bool IsPathElement(llvm::StringRef element) {
  return !element.empty() && llvm::all_of(element, [](char c) {
    return llvm::isAlnum(c) || llvm::StringRef("-._~").contains(c);
  });
}

bool IsYieldTarget(llvm::StringRef path) {
  llvm::SmallVector<llvm::StringRef, 8> elements;
  path.split(elements, '/');
  return path.size() <= kLongestPath && elements.front().contains('.') && !IsMajorVersion(elements.back()) &&
         llvm::all_of(elements, IsPathElement);
}

bool IsYieldedTo(llvm::StringRef package, llvm::StringRef target) {
  return package.consume_front(target) && (package.empty() || package.front() == '/');
}

}  // namespace instc::pack
