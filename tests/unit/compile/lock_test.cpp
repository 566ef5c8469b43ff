#include "compiler/compile/lock.h"

#include <gtest/gtest.h>

namespace instc::compile {
namespace {

using Symbols = std::map<std::string, rules::SymbolUse>;

rules::SymbolUse Use(const std::string& signature) {
  rules::SymbolUse use;
  use.signature = signature;
  return use;
}

Lock Sample() {
  Lock lock;
  lock.plugin = "queue";
  lock.library = "example.com/queue";
  lock.range = ">= v1.0.0";
  lock.Enter("v1.0.0", Symbols{{"q.F", Use("func ()")}, {"q.G", Use("func ()")}});
  lock.Enter("v1.1.0", Symbols{{"q.F", Use("func ()")}, {"q.H", Use("var int")}});
  lock.Enter("v1.2.0", Symbols{{"q.F", Use("func (int)")}, {"q.G", Use("func ()")}});
  return lock;
}

std::string ErrorOf(llvm::StringRef text) {
  auto lock = ParseLock(text);
  return lock ? "" : llvm::toString(lock.takeError());
}

TEST(LockTest, ASignatureHoldsUntilTheNextLine) {
  const Lock lock = Sample();
  EXPECT_EQ(lock.SignatureAt("q.F", "v1.0.0"), "func ()");
  EXPECT_EQ(lock.SignatureAt("q.F", "v1.1.0"), "func ()");
  EXPECT_EQ(lock.SignatureAt("q.F", "v1.9.0"), "func (int)");
  EXPECT_EQ(lock.SignatureAt("q.F", "v0.9.0"), "");
  EXPECT_EQ(lock.SignatureAt("q.G", "v1.1.0"), "") << "not used there";
  EXPECT_EQ(lock.SignatureAt("q.G", "v1.2.0"), "func ()");
  EXPECT_EQ(lock.SignatureAt("q.X", "v1.2.0"), "");
  EXPECT_EQ(lock.symbols.at("q.F").size(), 2U);
}

TEST(LockTest, TextRoundTrips) {
  const std::string text = LockText(Sample());
  auto lock = ParseLock(text);
  ASSERT_TRUE(static_cast<bool>(lock));
  EXPECT_EQ(LockText(*lock), text);
  EXPECT_EQ(lock->range, ">= v1.0.0");
  EXPECT_EQ(lock->versions, (std::vector<std::string>{"v1.0.0", "v1.1.0", "v1.2.0"}));
}

TEST(LockTest, WhatDoesNotFitIsRefused) {
  const std::string head = "lock 1\nplugin q\nlibrary e\n";
  EXPECT_EQ(ErrorOf(head + "version v1.0.0\n"), "");
  EXPECT_EQ(ErrorOf("lock 2\n"), "line 1: `lock 1` was expected");
  EXPECT_EQ(ErrorOf(""), "it names no plugin, no library or no version");
  EXPECT_EQ(ErrorOf(head + "version 1.0.0\n"), "line 4: malformed, or edited by hand");
  EXPECT_EQ(ErrorOf(head + "version v1.1.0\nversion v1.0.0\n"), "line 5: malformed, or edited by hand");
  EXPECT_EQ(ErrorOf(head + "symbol q.F v1.0.0 0123 func ()\n"), "line 4: malformed, or edited by hand");
  EXPECT_EQ(ErrorOf(head + "symbol q.F v1.0.0\n"), "line 4: malformed, or edited by hand");
  EXPECT_EQ(ErrorOf(head + "what is this\n"), "line 4: malformed, or edited by hand");
}

TEST(LockTest, StandsBesideTheRules) {
  EXPECT_EQ(LockPathOf("plugins/queue/queue.hook"), "plugins/queue/queue.lock");
  EXPECT_EQ(LockPathOf("queue"), "queue.lock");
}

}  // namespace
}  // namespace instc::compile
