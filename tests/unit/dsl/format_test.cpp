// Properties of the formatter over every .hook file of the project, and over variants of each: all tokens on
// lines of their own, all on one line, a comment between any two. Formatting keeps the tree and the comments,
// and repeating it changes nothing.
#include "dsl/format/format.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "dsl/ast/dump.h"
#include "dsl/diagnostics/consumers.h"
#include "dsl/parse/parse.h"
#include "gtest/gtest.h"

namespace instc {
namespace {

struct Parsed {
  std::unique_ptr<SourceBuffer> buffer;
  ast::File file;
  size_t errors = 0;
};

Parsed ParseText(std::string text) {
  Parsed parsed;
  parsed.buffer = SourceBuffer::FromString("test.hook", std::move(text));
  diag::CollectingConsumer collected;
  diag::Emitter emitter(collected);
  parsed.file = Parse(*parsed.buffer, emitter);
  parsed.errors = emitter.ErrorCount();
  return parsed;
}

std::vector<std::string> HookFiles() {
  std::vector<std::string> paths;
  for (const char* folder : {"tests/golden", "plugins", "stdlib-rules", "examples"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() == ".hook") paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string Rejoin(const ast::File& file, llvm::StringRef separator) {
  std::string text;
  for (const ast::Token& token : file.tokens) text += token.span.Text().str() + separator.str();
  return text;
}

void ExpectStable(const Parsed& parsed, const std::string& what) {
  std::string once = Format(parsed.file);
  Parsed again = ParseText(once);
  ASSERT_EQ(again.errors, 0U) << what << " is broken by formatting:\n" << once;
  EXPECT_EQ(ast::Dump(parsed.file), ast::Dump(again.file)) << what;
  EXPECT_EQ(parsed.file.comments.size(), again.file.comments.size()) << what;
  EXPECT_EQ(once, Format(again.file)) << what;
}

TEST(FormatTest, KeepsMeaningAndCommentsAndIsIdempotent) {
  unsigned checked = 0;
  for (const std::string& path : HookFiles()) {
    auto buffer = SourceBuffer::Read(*llvm::vfs::getRealFileSystem(), path);
    ASSERT_TRUE(static_cast<bool>(buffer)) << path;
    Parsed original = ParseText((*buffer)->text().str());
    if (original.errors != 0) continue;
    ++checked;
    ExpectStable(original, path);
    for (const char* separator :
         {" ", "\n", "\n\n\n", " /* c */ ", " // c\n", "\n// c\n", "\n\n/* c\n d */\n"}) {
      ExpectStable(ParseText(Rejoin(original.file, separator)), path + " rejoined with '" + separator + "'");
    }
  }
  EXPECT_GE(checked, 9U);  // the samples and the grammar
}

// Mistakes of every kind: a token left out, written twice, or in the wrong order. Each gives an error, or a
// file that is as good as any other.
TEST(FormatTest, MistakesAreReportedOrHarmless) {
  constexpr size_t kStep = 5;
  auto buffer = SourceBuffer::Read(*llvm::vfs::getRealFileSystem(), "tests/golden/parse/grammar.hook");
  ASSERT_TRUE(static_cast<bool>(buffer));
  Parsed original = ParseText((*buffer)->text().str());
  std::vector<ast::Token> tokens = original.file.tokens;
  unsigned reported = 0;
  for (size_t i = 0; i + 1 < tokens.size(); i += kStep) {
    ast::File mistaken;
    mistaken.tokens = tokens;
    auto at = mistaken.tokens.begin() + static_cast<ptrdiff_t>(i);
    if (i % 3 == 0) mistaken.tokens.erase(at);
    if (i % 3 == 1) mistaken.tokens.insert(at, *at);
    if (i % 3 == 2) std::swap(at[0], at[1]);
    Parsed parsed = ParseText(Rejoin(mistaken, i % 2 == 0 ? "\n" : " "));
    if (parsed.errors != 0) {
      ++reported;
    } else {
      ExpectStable(parsed, "token " + std::to_string(i));
    }
  }
  EXPECT_GT(reported, 50U);
}

TEST(FormatTest, EmptyFileStaysEmpty) {
  EXPECT_EQ(Format(ParseText(" \n\n").file), "");
}

}  // namespace
}  // namespace instc
