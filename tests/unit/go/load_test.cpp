#include <gtest/gtest.h>

#include "compiler/go/load/go_mod.h"
#include "compiler/go/load/module_versions.h"
#include "compiler/go/load/parsed_files.h"
#include "compiler/go/load/program.h"
#include "compiler/go/load/semver.h"
#include "compiler/go/load/std_history.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

namespace instc::go {
namespace {

using MemoryFs = llvm::IntrusiveRefCntPtr<llvm::vfs::InMemoryFileSystem>;

MemoryFs NewFs() {
  return new llvm::vfs::InMemoryFileSystem;
}
void AddFile(const MemoryFs& fs, const std::string& path, const std::string& text) {
  fs->addFile(path, 0, llvm::MemoryBuffer::getMemBufferCopy(text));
}

template <typename T>
std::string ErrorText(Result<T> result) {
  return result ? "" : llvm::toString(result.takeError());
}

TEST(SemverTest, Order) {
  std::vector<std::string> ascending = {"v0.9.0",      "v1.0.0-alpha",  "v1.0.0-alpha.1", "v1.0.0-alpha.beta",
                                        "v1.0.0-beta", "v1.0.0-beta.2", "v1.0.0-beta.11", "v1.0.0-rc.1",
                                        "v1.0.0",      "v1.2.0",        "v1.10.0",        "v2.0.0"};
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      int expected = i < j ? -1 : i > j ? 1 : 0;
      EXPECT_EQ(CompareSemver(ascending[i], ascending[j]), expected) << ascending[i] << " " << ascending[j];
    }
  }
  EXPECT_EQ(CompareSemver("v1.0.0+a", "v1.0.0+b"), 0);
  EXPECT_EQ(CompareSemver("v1", "v1.0.0"), 0);
}

TEST(SemverTest, Validity) {
  for (llvm::StringRef good :
       {"v1", "v1.2", "v1.2.3", "v1.2.3-a.1", "v1.2.3+incompatible", "v0.0.0-2020-x"}) {
    EXPECT_TRUE(IsSemver(good)) << good.str();
  }
  for (llvm::StringRef bad :
       {"", "1.2.3", "v", "v1.", "v01.2.3", "v1.2.3-", "v1.2.3-01", "v1.2-rc1", "v1.2.3.4", "v1.2.x"}) {
    EXPECT_FALSE(IsSemver(bad)) << bad.str();
  }
  EXPECT_TRUE(IsPseudoVersion("v0.0.0-20200823014737-9f7001d12a5f"));
  EXPECT_TRUE(IsPseudoVersion("v1.2.4-0.20200823014737-9f7001d12a5f"));
  EXPECT_FALSE(IsPseudoVersion("v1.2.3-rc.1"));
  EXPECT_EQ(MajorMinor("v1.2.3-rc.1"), "v1.2");
  EXPECT_EQ(Prerelease("v1.2.3-rc.1"), "-rc.1");
}

TEST(SemverTest, GoVersions) {
  EXPECT_EQ(GoMinor("go1.26.8"), 26);
  EXPECT_EQ(GoMinor("1.21rc2"), 21);
  EXPECT_EQ(GoMinor("v1.2.3"), -1);
  EXPECT_EQ(CompareGoVersion("1.21", "1.21rc1"), -1);
  EXPECT_EQ(CompareGoVersion("go1.21rc1", "1.21.0"), -1);
  EXPECT_EQ(CompareGoVersion("1.9", "1.10"), -1);
  EXPECT_EQ(CompareGoVersion("go1.26.8", "go1.26.8"), 0);
}

TEST(GoModTest, Parses) {
  Result<GoMod> mod = ParseGoMod(
      "module \"example.com/m\" // comment\n\ngo 1.21\ntoolchain go1.22.0\nrequire a.b/c v1.2.3\nrequire (\n"
      "\tx.y/z v0.1.0 // indirect\n)\nreplace a.b/c => ../c\nreplace x.y/z v0.1.0 => q.r/s v2.0.0\nexclude "
      "a.b/c v1.0.0\n"
      "retract [v1.0.0, v1.1.0]\n");
  ASSERT_TRUE(static_cast<bool>(mod));
  EXPECT_EQ(mod->module, "example.com/m");
  EXPECT_EQ(mod->go_version, "1.21");
  ASSERT_EQ(mod->requires_.size(), 2U);
  EXPECT_EQ(mod->requires_[1].path, "x.y/z");
  ASSERT_EQ(mod->replaces.size(), 2U);
  EXPECT_EQ(mod->replaces[0].to.path, "../c");
  EXPECT_EQ(mod->replaces[1].to.version, "v2.0.0");
  EXPECT_EQ(mod->excludes.size(), 1U);
}

TEST(GoModTest, MalformedLinesAreNamed) {
  EXPECT_EQ(ErrorText(ParseGoMod("module m\nrequire a\n")), "go.mod line 2: malformed `require a`");
  EXPECT_EQ(ErrorText(ParseGoMod("module m\n\ngo\n")), "go.mod line 3: malformed `go`");
  EXPECT_EQ(ErrorText(ParseGoMod("module \"m\n")), "go.mod line 1: quoted string is not closed");
}

TEST(GoModTest, EscapedPaths) {
  EXPECT_EQ(EscapeModulePath("github.com/BurntSushi/toml"), "github.com/!burnt!sushi/toml");
}

TEST(StdResolverTest, SelectsFilesAndVendoredPackages) {
  MemoryFs fs = NewFs();
  AddFile(fs, "/go/src/net/x.go", "package net\n");
  AddFile(fs, "/go/src/net/x_windows.go", "package net\n");
  AddFile(fs, "/go/src/net/x_test.go", "package net\n");
  AddFile(fs, "/go/src/net/gen.go", "//go:build ignore\n\npackage main\n");
  AddFile(fs, "/go/src/vendor/golang.org/x/text/t.go", "package text\n");
  StdResolver resolver("/go", {}, fs);
  Result<PackageSource> net = resolver.Resolve("net", nullptr);
  ASSERT_TRUE(static_cast<bool>(net));
  EXPECT_EQ(net->files, std::vector<std::string>{"x.go"});
  Result<PackageSource> text = resolver.Resolve("golang.org/x/text", &*net);
  ASSERT_TRUE(static_cast<bool>(text));
  EXPECT_EQ(text->path, "vendor/golang.org/x/text");
  EXPECT_EQ(ErrorText(resolver.Resolve("nett", nullptr)),
            "package nett is not in the standard library (/go)");
  EXPECT_NE(ErrorText(resolver.Resolve("../etc", nullptr)), "");
}

class ModuleResolverTest : public ::testing::Test {
 protected:
  void AddModule(const std::string& escaped, const std::string& version, const std::string& mod) {
    AddFile(fs_, "/mod/cache/download/" + escaped + "/@v/" + version + ".mod", mod);
  }
  ModuleResolver Resolver(bool download) {
    ModuleResolver::Options options{{"go", "/go", "/mod", "go1.26.0"}, {}, download};
    return ModuleResolver({"a.com/root", "v1.0.0"}, options, fs_,
                          [this](auto argv, auto&, auto) -> Result<ProcessResult> {
                            commands_.push_back(argv.vec());
                            return ProcessResult{1, "{\"Error\": \"no such version\"}", ""};
                          });
  }
  MemoryFs fs_ = NewFs();
  std::vector<std::vector<std::string>> commands_;
};

TEST_F(ModuleResolverTest, DependenciesAtRequiredVersions) {
  AddFile(fs_, "/mod/a.com/root@v1.0.0/r.go", "package root\n");
  AddModule("a.com/root", "v1.0.0",
            "module a.com/root\ngo 1.21\nrequire b.com/Upper v1.1.0\nreplace b.com/Upper => ../b\n");
  AddFile(fs_, "/mod/b.com/!upper@v1.1.0/sub/s.go", "package sub\n");
  AddModule("b.com/!upper", "v1.1.0", "module b.com/Upper\n");
  ModuleResolver resolver = Resolver(false);
  Result<PackageSource> root = resolver.Resolve("a.com/root", nullptr);
  ASSERT_TRUE(static_cast<bool>(root));
  EXPECT_EQ(root->go_version, "1.21");
  Result<PackageSource> sub = resolver.Resolve("b.com/Upper/sub", &*root);
  ASSERT_TRUE(static_cast<bool>(sub));
  EXPECT_EQ(sub->dir, "/mod/b.com/!upper@v1.1.0/sub");
  EXPECT_EQ(sub->module.version, "v1.1.0");
  EXPECT_EQ(ErrorText(resolver.Resolve("c.com/x", nullptr)),
            "no module required by a.com/root@v1.0.0 has package c.com/x");
}

TEST_F(ModuleResolverTest, OldModulesAreFollowedToTheirRequirements) {
  AddFile(fs_, "/mod/a.com/root@v1.0.0/r.go", "package root\n");
  AddModule("a.com/root", "v1.0.0", "module a.com/root\nrequire b.com/b v1.1.0\nrequire d.com/d v1.0.0\n");
  AddModule("b.com/b", "v1.1.0", "module b.com/b\nrequire c.com/c v0.3.0\n");
  AddModule("d.com/d", "v1.0.0", "module d.com/d\nrequire c.com/c v0.4.0\n");
  AddFile(fs_, "/mod/c.com/c@v0.4.0/c.go", "package c\n");
  AddModule("c.com/c", "v0.4.0", "module c.com/c\n");
  ModuleResolver resolver = Resolver(false);
  Result<PackageSource> c = resolver.Resolve("c.com/c", nullptr);
  ASSERT_TRUE(static_cast<bool>(c));
  EXPECT_EQ(c->module.version, "v0.4.0") << "the highest required version";
}

TEST_F(ModuleResolverTest, MissingModuleNamesTheCommand) {
  ModuleResolver offline = Resolver(false);
  EXPECT_EQ(ErrorText(offline.Resolve("a.com/root", nullptr)),
            "module a.com/root@v1.0.0 is not in the module cache: run `go mod download a.com/root@v1.0.0`, "
            "or allow instc "
            "to download");
  EXPECT_TRUE(commands_.empty());
  ModuleResolver online = Resolver(true);
  EXPECT_EQ(ErrorText(online.Resolve("a.com/root", nullptr)),
            "`go mod download a.com/root@v1.0.0` failed: no such version");
  EXPECT_EQ(commands_.size(), 1U);
}

TEST(ModuleVersionsTest, AsksOnceThenAnswersFromTheCache) {
  llvm::SmallString<128> dir;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("instc-versions", dir));
  int asked = 0;
  ProcessRunner run = [&](llvm::ArrayRef<std::string>, const std::string&,
                          llvm::ArrayRef<std::string>) -> Result<ProcessResult> {
    ++asked;
    return ProcessResult{0, "{\"Versions\": [\"v1.10.0\", \"v1.9.0\", \"v1.10.0-rc.1\"]}", ""};
  };
  VersionListOptions options;
  options.cache_dir = dir.str().str();
  EXPECT_NE(ErrorText(ListModuleVersions("a.com/X", options, run)), "");
  options.allow_network = true;
  std::vector<std::string> expected = {"v1.9.0", "v1.10.0-rc.1", "v1.10.0"};
  for (int i = 0; i < 2; ++i) {
    Result<std::vector<std::string>> versions = ListModuleVersions("a.com/X", options, run);
    ASSERT_TRUE(static_cast<bool>(versions));
    EXPECT_EQ(*versions, expected);
    options.allow_network = false;
  }
  EXPECT_EQ(asked, 1);
  llvm::sys::fs::remove_directories(dir);
}

TEST(HostProcessRunnerTest, RunsInADirectoryWithItsEnvironment) {
  Result<ProcessResult> ran =
      HostProcessRunner()({"sh", "-c", "pwd; echo $INSTC_X; echo bad >&2; exit 3"}, "/", {"INSTC_X=y"});
  ASSERT_TRUE(static_cast<bool>(ran));
  EXPECT_EQ(ran->out, "/\ny\n");
  EXPECT_EQ(ran->err, "bad\n");
  EXPECT_EQ(ran->exit_code, 3);
  EXPECT_NE(ErrorText(HostProcessRunner()({"no-such-command-here"}, "", {})), "");
}

TEST(StdHistoryTest, FirstFileWins) {
  MemoryFs fs = NewFs();
  AddFile(fs, "/go/api/go1.txt",
          "pkg net/http, type Request struct\npkg net/http, type Request struct, Method string\n"
          "pkg net/http, func Get(string) (*Response, error)\n");
  AddFile(fs, "/go/api/go1.23.txt",
          "pkg net/http, type Request struct, Pattern string #66405\n"
          "pkg net/http, method (*Request) CookiesNamed(string) []*Cookie #61472\n"
          "pkg net/http, type Request struct, Method string\n");
  AddFile(fs, "/go/api/go1.19.txt",
          "pkg sync/atomic, method (*Pointer[$0]) Load() *$0 #50860\n"
          "pkg debug/pe, type X struct, embedded *a.Inner\n");
  StdHistory history("/go", fs);
  EXPECT_EQ(history.Since("net/http", "Request"), 0);
  EXPECT_EQ(history.Since("net/http", "Request.Method"), 0);
  EXPECT_EQ(history.Since("net/http", "Request.Pattern"), 23);
  EXPECT_EQ(history.Since("net/http", "Request.CookiesNamed"), 23);
  EXPECT_EQ(history.Since("net/http", "Get"), 0);
  EXPECT_EQ(history.Since("sync/atomic", "Pointer.Load"), 19);
  EXPECT_EQ(history.Since("debug/pe", "X.Inner"), 19);
  EXPECT_EQ(history.Since("net/http", "Nothing"), std::nullopt);
}

TEST(ListedResolverTest, ImportMapDecides) {
  std::map<std::string, ListedPackage> packages;
  packages["net/http"].import_map["golang.org/x/net"] = "vendor/golang.org/x/net";
  packages["vendor/golang.org/x/net"].dir = "/go/src/vendor/golang.org/x/net";
  ListedResolver resolver(packages);
  PackageSource http;
  http.path = "net/http";
  Result<PackageSource> net = resolver.Resolve("golang.org/x/net", &http);
  ASSERT_TRUE(static_cast<bool>(net));
  EXPECT_EQ(net->path, "vendor/golang.org/x/net");
  EXPECT_NE(ErrorText(resolver.Resolve("golang.org/x/net", nullptr)), "");
}

/// Packages of one version of a module, without anything they would import.
class VersionResolver : public PackageResolver {
 public:
  explicit VersionResolver(std::string version) : version_(std::move(version)) {}
  Result<PackageSource> Resolve(llvm::StringRef import_path, const PackageSource*) override {
    PackageSource source;
    source.path = import_path.str();
    source.dir = "/mod/m@" + version_;
    source.module = {"a.com/m", version_};
    source.files = {"m.go"};
    return source;
  }

 private:
  std::string version_;
};

class ParsedFilesTest : public ::testing::Test {
 protected:
  /// The declaration of T in a version with this text, and how often something was wrong.
  Span DeclarationOfT(const std::string& version, const std::string& text) {
    AddFile(fs_, "/mod/m@" + version + "/m.go", text);
    resolvers_.push_back(std::make_unique<VersionResolver>(version));
    programs_.push_back(std::make_unique<Program>(*resolvers_.back(), fs_));
    programs_.back()->ShareFiles(files_);
    Result<const Package*> package = programs_.back()->Load("a.com/m");
    if (!package) return llvm::consumeError(package.takeError()), Span{};
    const Object* object = (*package)->Lookup("T");
    return object == nullptr ? Span{} : object->declared_at();
  }

  MemoryFs fs_ = NewFs();
  ParsedFiles files_;
  std::vector<std::unique_ptr<VersionResolver>> resolvers_;
  std::vector<std::unique_ptr<Program>> programs_;
};

TEST_F(ParsedFilesTest, VersionsShareWhatAFileSaysAndKeepTheirPlaces) {
  const std::string text = "package m\n\ntype T struct{ A int }\n";
  const Span first = DeclarationOfT("v1.0.0", text);
  const Span second = DeclarationOfT("v1.1.0", text);
  const Span third = DeclarationOfT("v1.2.0", "package m\n\n\ntype T int\n");
  ASSERT_TRUE(first.Valid() && second.Valid() && third.Valid());
  EXPECT_EQ(first.buffer->name(), "/mod/m@v1.0.0/m.go");
  EXPECT_EQ(second.buffer->name(), "/mod/m@v1.1.0/m.go");
  EXPECT_EQ(first.begin, second.begin);
  EXPECT_EQ(third.buffer->Position(third.begin).line, 4U);
  EXPECT_EQ(files_.Find(text), files_.Find(std::string(text)));
}

TEST_F(ParsedFilesTest, SyntaxErrorsAreReportedInEveryVersion) {
  const std::string text = "package m\n\nfunc (\n\ntype T int\n";
  EXPECT_TRUE(DeclarationOfT("v1.0.0", text).Valid());
  EXPECT_TRUE(DeclarationOfT("v1.1.0", text).Valid());
  for (const auto& program : programs_) {
    ASSERT_FALSE(program->diagnostics().empty());
    EXPECT_TRUE(program->diagnostics()[0].span.Valid());
  }
  EXPECT_NE(programs_[0]->diagnostics()[0].span.buffer, programs_[1]->diagnostics()[0].span.buffer);
}

TEST(ParsedFilesRoomTest, WhatHasNoRoomIsNotKept) {
  ParsedFiles files(20);
  EXPECT_EQ(files.Find("package m // " + std::string(100, 'x') + "\n"), nullptr)
      << "larger than all the room";
  EXPECT_NE(files.Find("package m\n"), nullptr);
  EXPECT_NE(files.Find("package m\n"), nullptr) << "known";
  EXPECT_EQ(files.Find("package m\n\ntype T int\n"), nullptr) << "the first one has taken the room";
}

}  // namespace
}  // namespace instc::go
