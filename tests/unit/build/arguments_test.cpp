#include "compiler/build/arguments.h"

#include "compiler/build/gcflags.h"
#include "compiler/build/listing.h"
#include "compiler/build/vet.h"
#include "gtest/gtest.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::build {
namespace {

/// "verb | flags | packages | rest"
std::string Taken(std::vector<std::string> words) {
  Result<GoArguments> arguments = ParseGoArguments(words);
  if (!arguments) return "error: " + llvm::toString(arguments.takeError());
  std::vector<std::string> flags;
  for (const GoFlag& flag : arguments->flags) flags.push_back(flag.Text());
  return arguments->verb + " | " + llvm::join(flags, " ") + " | " + llvm::join(arguments->packages, " ") +
         " | " + llvm::join(arguments->rest, " ");
}

TEST(ArgumentsTest, Build) {
  EXPECT_EQ(Taken({"build"}), "build |  |  | ");
  EXPECT_EQ(Taken({"build", "-o", "app", "-race", "--tags=a,b", "./...", "./x"}),
            "build | -o=app -race -tags=a,b | ./... ./x | ");
  EXPECT_EQ(Taken({"build", "-buildvcs=false", "-ldflags", "-X a=b", "."}),
            "build | -buildvcs=false -ldflags=-X a=b | . | ");
  EXPECT_EQ(Taken({"build", "-o"}), "error: flag needs an argument: -o");
  EXPECT_EQ(Taken({"build", "-v", "--", "-odd"}), "build | -v |  | -odd");
}

TEST(ArgumentsTest, RunStopsAtTheProgramsArguments) {
  EXPECT_EQ(Taken({"run", "-race", ".", "-x", "build"}), "run | -race | . | -x build");
  EXPECT_EQ(Taken({"run", "a.go", "b.go", "c", "-d"}), "run |  | a.go b.go | c -d");
  EXPECT_EQ(Taken({"run", "./cmd", "x.go"}), "run |  | ./cmd | x.go");
}

TEST(ArgumentsTest, TestFlagsStandOnBothSides) {
  EXPECT_EQ(Taken({"test", "-run", "X", "./...", "-count=1", "-v"}), "test | -run=X -count=1 -v | ./... | ");
  EXPECT_EQ(Taken({"test", ".", "-myflag", "value", "-race", "-args", "-race"}),
            "test |  | . | -myflag value -race -args -race");
  EXPECT_EQ(Taken({"test", "-test.timeout", "1s"}), "test | -test.timeout=1s |  | ");
}

TEST(ArgumentsTest, WordsBehindThePackagesOfATestAreItsOwn) {
  EXPECT_EQ(Taken({"test", ".", "-v", "x", "-race"}), "test | -v | . | x -race");
  EXPECT_EQ(Taken({"test", "-myflag", ".", "-race"}), "test |  |  | -myflag . -race");
}

TEST(ArgumentsTest, DirectoryBeforeTheVerb) {
  auto moved = [](std::vector<std::string> words) { return llvm::join(DirectoryBehindVerb(words), " "); };
  EXPECT_EQ(moved({"-C", "d", "build", "-v"}), "build -C d -v");
  EXPECT_EQ(moved({"--C=d", "test"}), "test --C=d");
  EXPECT_EQ(moved({"-C", "d", "mod", "tidy"}), "-C d mod tidy");
  EXPECT_EQ(moved({"build", "-C", "d"}), "build -C d");
  EXPECT_EQ(moved({"-C"}), "-C");
  EXPECT_EQ(moved({}), "");
}

TEST(ArgumentsTest, LastValueWins) {
  Result<GoArguments> arguments = ParseGoArguments({"build", "-mod=vendor", "-mod", "mod", "-race", "a.go"});
  ASSERT_TRUE(static_cast<bool>(arguments));
  EXPECT_EQ(arguments->Value("mod"), "mod");
  EXPECT_EQ(arguments->Value("race"), "true");
  EXPECT_FALSE(arguments->Has("tags"));
  EXPECT_TRUE(arguments->NamesFiles());
}

TEST(ArgumentsTest, QuotedWords) {
  auto split = [](const char* text) {
    Result<std::vector<std::string>> words = SplitQuoted(text);
    return words ? llvm::join(*words, "|") : llvm::toString(words.takeError());
  };
  EXPECT_EQ(split("  a 'b c'\t\"d 'e'\" f'g "), "a|b c|d 'e'|f'g");
  EXPECT_EQ(split("'a"), "unterminated ' in `'a`");
  auto quote = [](const char* text) {
    Result<std::string> word = QuoteWord(text);
    return word ? *word : llvm::toString(word.takeError());
  };
  EXPECT_EQ(quote("/a/b"), "/a/b");
  EXPECT_EQ(quote("/a b"), "'/a b'");
  EXPECT_EQ(quote("/a'b"), "\"/a'b\"");
  EXPECT_EQ(quote("'\""), "`'\"` has both kinds of quotes");
}

TEST(GcflagsTest, TheLastMatchingPatternWins) {
  Listed http;
  http.path = "net/http";
  http.is_std = true;
  http.dir = "/go/src/net/http";
  Listed mine;
  mine.path = "example.com/app/x";
  mine.dir = "/src/app/x";
  mine.named = true;
  EXPECT_EQ(UserGcflags({}, http, "/src/app"), "");
  EXPECT_EQ(UserGcflags({"-N -l"}, http, "/src/app"), "");
  EXPECT_EQ(UserGcflags({"-N -l"}, mine, "/src/app"), "-N -l");
  EXPECT_EQ(UserGcflags({"all=-N -l", "net/...=-m"}, http, "/src/app"), "-m");
  EXPECT_EQ(UserGcflags({"net/...=-m", "all=-N -l"}, http, "/src/app"), "-N -l");
  EXPECT_EQ(UserGcflags({"std=-N"}, mine, "/src/app"), "");
  EXPECT_EQ(UserGcflags({"./...=-N"}, mine, "/src/app"), "-N");
  EXPECT_EQ(UserGcflags({"./y=-N"}, mine, "/src/app"), "");
  EXPECT_EQ(UserGcflags({"all=-N", ""}, mine, "/src/app"), "");
}

TEST(GcflagsTest, Patterns) {
  EXPECT_TRUE(MatchesPattern("net/...", "net"));
  EXPECT_TRUE(MatchesPattern("net/...", "net/http"));
  EXPECT_FALSE(MatchesPattern("net/...", "network"));
  EXPECT_TRUE(MatchesPattern("n...p", "net/http"));
  EXPECT_TRUE(MatchesPattern("...", "x"));
  EXPECT_FALSE(MatchesPattern("a...b...c", "abd"));
}

TEST(VetTest, WhatGoTestChecks) {
  auto flags = [](std::optional<std::string> asked, const char* version) {
    std::optional<std::vector<std::string>> flags = VetFlags(asked, version);
    return flags ? llvm::join(*flags, " ") : "none";
  };
  EXPECT_EQ(flags("off", "v1.26.0"), "none");
  EXPECT_EQ(flags("all", "v1.26.0"), "");
  EXPECT_EQ(flags("printf,bools", "v1.26.0"), "-printf -bools");
  const std::string old = flags(std::nullopt, "v1.23.12");
  EXPECT_EQ(
      old,
      "-atomic -bools -buildtag -directive -errorsas -ifaceassert -nilfunc -printf -slog -stringintconv");
  EXPECT_EQ(flags("", "v1.24.0"), old + " -tests");
  EXPECT_EQ(flags(std::nullopt, "v1.27.0"), old + " -tests -stdversion");
}

TEST(ListingTest, ReadsConcatenatedObjects) {
  Result<Listing> listing = ParseListing(
      R"({"ImportPath":"net/http","Name":"http","Standard":true,"DepOnly":true,"GoFiles":["a.go"],"CgoFiles":["c.go"]}
{"ImportPath":"example.com/m","Name":"main","Module":{"Path":"example.com/m","Main":true,"Dir":"/m"},"TestGoFiles":["x_test.go"]}
{"ImportPath":"example.com/m [example.com/m.test]","ForTest":"example.com/m"}
{"ImportPath":"example.com/m.test","Name":"main"}
{"ImportPath":"example.com/d","Module":{"Path":"example.com/d","Version":"v1.0.0","Replace":{"Path":"../d"}}})");
  ASSERT_TRUE(static_cast<bool>(listing)) << llvm::toString(listing.takeError());
  EXPECT_EQ(listing->size(), 3U);
  EXPECT_EQ(listing->at("net/http").files, (std::vector<std::string>{"a.go", "c.go"}));
  EXPECT_FALSE(listing->at("net/http").named);
  EXPECT_TRUE(listing->at("example.com/m").has_tests);
  EXPECT_TRUE(listing->at("example.com/m").module.IsLocal());
  EXPECT_TRUE(listing->at("example.com/d").module.IsLocal());
  Result<Listing> broken = ParseListing("{\"ImportPath\":");
  ASSERT_FALSE(static_cast<bool>(broken));
  EXPECT_NE(llvm::toString(broken.takeError()).find("cannot read what `go list` printed"), std::string::npos);
}

}  // namespace
}  // namespace instc::build
