#include <gtest/gtest.h>

#include "compiler/go/load/declaration_text.h"
#include "compiler/go/load/package_source.h"
#include "compiler/go/load/summary_store.h"
#include "compiler/go/syntax/build_constraint.h"
#include "compiler/go/syntax/parser.h"
#include "compiler/go/syntax/scanner.h"
#include "dsl/diagnostics/consumers.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

namespace instc::go {
namespace {

TEST(DeclarationTextTest, BodiesElementsAndCommentsAreBlank) {
  EXPECT_EQ(
      DeclarationText("// Package p is documented.\npackage p\n\n/* two\nlines */ var a /* b */ int // c\n"
                      "func f(x int) error { // x\n\tif x > 0 {\n\t\treturn nil }\n\treturn nil\n}\n"
                      "var t = map[string]int{\n\t\"a\": 1,\n}\n"
                      "var g, h = func() int { return 1 }, T{a: \"}\"}\n"),
      "\npackage p\n\n\n         var a         int \n"
      "func f(x int) error {\n\n\n\n}\n"
      "var t = map[string]int{\n\n}\n"
      "var g, h = func() int {}, T{}\n");
}

TEST(DeclarationTextTest, WhatDeclarationsNeedStays) {
  const std::string kept =
      "//go:build linux && !cgo\n// +build linux\n\npackage p\n\n//go:noinline\nfunc f()\n//line x.go:3\n"
      "const c = \"// no comment\" + `/* nor\nthis */` + \"\\\"//\"\nconst r = '\"'\n"
      "var n = [...]string{1: \"a\", \"b\"}\ntype T struct {\n\tA int `json:\"a//b\"`\n}\n";
  EXPECT_EQ(DeclarationText(kept), kept);
}

TEST(DeclarationTextTest, BrokenFilesStayAsTheyAre) {
  const std::string broken = "package p\nfunc f( { // comment\n}\n";
  EXPECT_EQ(DeclarationText(broken), broken);
}

TEST(DeclarationTextTest, RepeatedSpecsOfAConstGroupAreBlankedOnce) {
  EXPECT_EQ(DeclarationText("package p\nconst (\n\ta = len([2]int{1, 2})\n\tb\n\tc\n)\nfunc f() { x() }\n"),
            "package p\nconst (\n\ta = len([2]int{})\n\tb\n\tc\n)\nfunc f() {x();}\n");
}

TEST(DeclarationTextTest, CallsThatNamesTellStay) {
  EXPECT_EQ(
      DeclarationText("package p\nfunc (t *T) f(x U) {\n\ty := g()\n\tif t.a.m(x.n(), y.o()) > len(s) {\n"
                      "\t\tdefer func() { recover(); h() }()\n\t}\n\tother.p(g())\n}\n"),
      "package p\nfunc (t *T) f(x U) {\ng();\nt.a.m();x.n();\n\n\n\n}\n");
}

// The tokens of a piece of a file, and the lines they stand on.
std::vector<std::string> TokensOf(const SourceBuffer& buffer, uint32_t begin, uint32_t end) {
  std::vector<std::string> tokens;
  Scanner scanner(buffer.text().slice(begin, end), [](uint32_t, uint32_t, llvm::StringRef) {});
  for (scanner.Next(); scanner.token() != Token::kEof; scanner.Next())
    tokens.push_back(std::to_string(buffer.LineOf(begin + scanner.offset())) + " " + scanner.text().str());
  return tokens;
}

// What a file declares, as text: types and signatures token by token, values by name and type.
std::vector<std::string> Declarations(const SourceBuffer& buffer) {
  diag::DiscardingConsumer quiet;
  diag::Emitter emitter(quiet);
  const File file = ParseFile(buffer, emitter);
  std::vector<std::string> all = {file.package_name.text.str(), HeaderConstraint(buffer.text())};
  auto add = [&](uint32_t begin, uint32_t end) {
    for (std::string& token : TokensOf(buffer, begin, end)) all.push_back(std::move(token));
  };
  for (const ImportDecl& import : file.imports) add(import.range.begin, import.range.end);
  for (const TypeDecl& type : file.types) add(type.range.begin, type.range.end);
  for (const FuncDecl& func : file.funcs)
    add(func.func_offset, func.body.has_value() ? func.body->open + 1 : func.end);
  for (const ValueDecl& value : file.values) {
    for (const Ident& name : value.names) add(name.offset, name.end());
    if (value.type != nullptr) add(value.type->range.begin, value.type->range.end);
    all.push_back(std::to_string(value.values.size()) + " values");
  }
  for (const Directive& directive : file.directives) all.push_back(directive.text.str());
  if (file.has_line_directives) all.push_back("line directives");
  return all;
}

TEST(DeclarationTextTest, TheStandardLibraryKeepsItsDeclarations) {
  Result<GoInstallation> go = FindGo("go", HostProcessRunner());
  ASSERT_TRUE(static_cast<bool>(go));
  size_t files = 0;
  size_t before = 0;
  size_t after = 0;
  std::error_code error;
  for (llvm::sys::fs::recursive_directory_iterator it(go->goroot + "/src/net", error), end;
       it != end && !error; it.increment(error)) {
    if (!llvm::StringRef(it->path()).endswith(".go")) continue;
    auto text = llvm::MemoryBuffer::getFile(it->path());
    ASSERT_TRUE(text);
    const auto whole = SourceBuffer::FromString(it->path(), (*text)->getBuffer().str());
    const auto reduced = SourceBuffer::FromString(it->path(), DeclarationText(whole->text()));
    EXPECT_EQ(Declarations(*whole), Declarations(*reduced)) << it->path();
    EXPECT_EQ(DeclarationText(reduced->text()), reduced->text()) << it->path();
    ++files;
    before += whole->size();
    after += reduced->size();
  }
  EXPECT_GT(files, 300U);
  EXPECT_LT(after * 3, before);
}

class SummaryStoreTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("instc-summaries", dir_)); }
  void TearDown() override { llvm::sys::fs::remove_directories(dir_); }

  void AddFile(const std::string& path, const std::string& text) {
    fs_->addFile(path, 0, llvm::MemoryBuffer::getMemBufferCopy(text));
  }
  std::string PathOf(const ObjectRef& object) {
    return dir_.str().str() + "/objects/" + object.digest.substr(0, 2) + "/" + object.digest.substr(2);
  }
  static void Overwrite(const std::string& path, llvm::StringRef text) {
    std::error_code error;
    llvm::raw_fd_ostream(path, error) << text;
    ASSERT_FALSE(error);
  }
  SummaryStore Store() { return SummaryStore(dir_.str().str()); }

  llvm::SmallString<128> dir_;
  llvm::IntrusiveRefCntPtr<llvm::vfs::InMemoryFileSystem> fs_ = new llvm::vfs::InMemoryFileSystem;
  ModuleVersion module_{"a.com/Upper", "v1.0.0"};
};

TEST_F(SummaryStoreTest, KeepsPackagesAndGoMod) {
  AddFile("/m/a.go", "package a\n\nfunc A() { /* b */ }\n");
  AddFile("/m/a_test.go", "package a\n");
  AddFile("/m/_ignored.go", "package a\n");
  AddFile("/m/sub/x_windows.go", "package sub\n");
  AddFile("/m/sub/x.go", "package sub // x\n");
  AddFile("/m/testdata/t.go", "package t\n");
  ASSERT_FALSE(Store().Find(module_).has_value());
  EXPECT_EQ(Store().DigestOf(module_), "");
  Result<SummaryIndex> made = Store().Make(module_, *fs_, "/m", "module a.com/Upper\n");
  ASSERT_TRUE(static_cast<bool>(made));
  const auto index = Store().Find(module_);
  ASSERT_TRUE(index.has_value());
  EXPECT_EQ(index->digest, made->digest);
  EXPECT_EQ(Store().DigestOf(module_), made->digest);
  EXPECT_EQ(Store().ReadText(index->go_mod), "module a.com/Upper\n");
  ASSERT_EQ(index->packages.size(), 2U);
  const auto files = Store().ReadPackage(index->packages.at("sub"));
  ASSERT_TRUE(files.has_value());
  ASSERT_EQ(files->size(), 2U);
  EXPECT_EQ((*files)[0].name, "x.go");
  EXPECT_EQ((*files)[0].text, "package sub \n");
  EXPECT_EQ((*files)[1].name, "x_windows.go");
  EXPECT_FALSE(Store().Find({"a.com/Upper", "v1.0.1"}).has_value());
}

TEST_F(SummaryStoreTest, DamageCountsAsAbsence) {
  AddFile("/m/a.go", "package a\n");
  Result<SummaryIndex> made = Store().Make(module_, *fs_, "/m", "module a.com/Upper\n");
  ASSERT_TRUE(static_cast<bool>(made));
  ObjectRef object = made->packages.at("");
  ASSERT_TRUE(Store().ReadPackage(object).has_value());
  object.size += 1;
  EXPECT_FALSE(Store().ReadPackage(object).has_value()) << "another size";
  object.size -= 1;
  Overwrite(PathOf(object), "r10 a.go\npackage a\n");
  EXPECT_FALSE(Store().ReadPackage(object).has_value()) << "other bytes";
  ASSERT_TRUE(static_cast<bool>(Store().Make(module_, *fs_, "/m", "module a.com/Upper\n")));
  EXPECT_TRUE(Store().ReadPackage(object).has_value()) << "made again";
  Overwrite(dir_.str().str() + "/modules/a.com/!upper/@v/v1.0.0", "instc-summary 2\nend 00\n");
  EXPECT_FALSE(Store().Find(module_).has_value());
}

TEST_F(SummaryStoreTest, EveryDamagedByteIsNoticed) {
  AddFile("/m/a.go", "package a\n\ntype T struct{ A, B int }\n");
  Result<SummaryIndex> made = Store().Make(module_, *fs_, "/m", "module a.com/Upper\n");
  ASSERT_TRUE(static_cast<bool>(made));
  const ObjectRef object = made->packages.at("");
  for (const std::string& path : {PathOf(object), dir_.str().str() + "/modules/a.com/!upper/@v/v1.0.0"}) {
    auto buffer = llvm::MemoryBuffer::getFile(path);
    ASSERT_TRUE(buffer);
    const std::string whole = (*buffer)->getBuffer().str();
    for (size_t i = 0; i + 1 < whole.size(); ++i) {
      std::string damaged = whole;
      damaged[i] = static_cast<char>(damaged[i] ^ 0x20);
      Overwrite(path, damaged);
      const auto index = Store().Find(module_);
      EXPECT_TRUE(!index.has_value() || !Store().ReadPackage(object).has_value()) << path << " " << i;
      Overwrite(path, llvm::StringRef(whole).take_front(i));
      EXPECT_TRUE(!Store().Find(module_).has_value() || !Store().ReadPackage(object).has_value())
          << path << " " << i;
    }
    Overwrite(path, whole);
  }
  EXPECT_TRUE(Store().Find(module_).has_value() && Store().ReadPackage(object).has_value());
}

TEST_F(SummaryStoreTest, PathsStayInside) {
  const ModuleVersion outside{"../../a", "v1.0.0"};
  EXPECT_FALSE(Store().Find(outside).has_value());
  Result<SummaryIndex> made = Store().Make(outside, *fs_, "/m", "module a\n");
  EXPECT_EQ(llvm::toString(made.takeError()), "`../../a@v1.0.0` is no module");
}

}  // namespace
}  // namespace instc::go
