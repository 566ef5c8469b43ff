#include "compiler/go/edit/anchor.h"

#include <vector>

#include "compiler/go/syntax/scanner.h"
#include "llvm/ADT/ArrayRef.h"

namespace instc::go {
namespace {

struct PlacedToken {
  Token token;
  llvm::StringRef text;
  uint32_t end;
};

/// All tokens but the semicolons that stand for line ends.
std::vector<PlacedToken> Tokens(llvm::StringRef text) {
  std::vector<PlacedToken> tokens;
  Scanner scanner(text, [](uint32_t, uint32_t, llvm::StringRef) {});
  for (scanner.Next(); scanner.token() != Token::kEof; scanner.Next()) {
    if (!scanner.at_automatic_semicolon()) tokens.push_back({scanner.token(), scanner.text(), scanner.end()});
  }
  return tokens;
}

bool StartsWith(llvm::ArrayRef<PlacedToken> tokens, llvm::ArrayRef<PlacedToken> wanted) {
  if (tokens.size() < wanted.size()) return false;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (tokens[i].token != wanted[i].token || tokens[i].text != wanted[i].text) return false;
  }
  return true;
}

/// Where the only occurrence of `wanted` ends, as an index into `tokens`.
Result<size_t> FindOnce(llvm::ArrayRef<PlacedToken> tokens, llvm::StringRef wanted_text) {
  std::vector<PlacedToken> wanted = Tokens(wanted_text);
  if (wanted.empty()) return Fail("the anchor is empty");
  size_t found = 0, count = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (!StartsWith(tokens.drop_front(i), wanted)) continue;
    found = i + wanted.size();
    ++count;
  }
  if (count != 1) return Fail("`{0}` occurs {1} times, expected once", wanted_text, count);
  return found;
}

/// The tokens between the first `{` and its counterpart.
Result<llvm::ArrayRef<PlacedToken>> Braces(llvm::ArrayRef<PlacedToken> tokens, llvm::StringRef within) {
  size_t depth = 0, open = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].token == Token::kLeftBrace && depth++ == 0) open = i + 1;
    if (tokens[i].token == Token::kRightBrace && depth > 0 && --depth == 0)
      return tokens.slice(open, i - open);
  }
  return Fail("no closed braces behind `{0}`", within);
}

}  // namespace

Result<uint32_t> FindAnchor(llvm::StringRef text, llvm::StringRef within, llvm::StringRef after) {
  std::vector<PlacedToken> tokens = Tokens(text);
  llvm::ArrayRef<PlacedToken> region(tokens);
  if (!within.empty()) {
    Result<size_t> start = FindOnce(region, within);
    if (!start) return start.takeError();
    Result<llvm::ArrayRef<PlacedToken>> braces = Braces(region.drop_front(*start), within);
    if (!braces) return braces.takeError();
    region = *braces;
  }
  Result<size_t> behind = FindOnce(region, after);
  if (!behind) return behind.takeError();
  return region[*behind - 1].end;
}

}  // namespace instc::go
