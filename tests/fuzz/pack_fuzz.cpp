// Rule packs: decoded, matched with a build, specialised from the sources they carry, and written into the
// files of a package. A document whose only fault is its digest gets the right one.
#include <string>

#include "compiler/build/match.h"
#include "compiler/build/wiring.h"
#include "compiler/compile/compile.h"
#include "compiler/pack/digest.h"
#include "compiler/pack/pack_json.h"
#include "compiler/pack/plan.h"
#include "compiler/toolexec/rewrite.h"
#include "dsl/diagnostics/consumers.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "tests/fuzz/library.h"

namespace instc::fuzz {
namespace {

void Require(bool holds, const char* what) {
  if (holds) return;
  llvm::errs() << "does not hold: " << what << "\n";
  std::abort();
}

std::optional<pack::RulePack> Decode(llvm::StringRef text) {
  Result<pack::RulePack> read = pack::FromJson(text, "input.json");
  if (read) return std::move(*read);
  const bool only_digest =
      llvm::StringRef(llvm::toString(read.takeError())).contains("`digest`: the content");
  if (!only_digest) return std::nullopt;
  nlohmann::json document = llvm::cantFail(pack::ParseJson(text, "input.json"));
  document.erase("digest");
  document["digest"] = pack::Sha256(pack::Dump(document));
  return llvm::cantFail(pack::FromJson(pack::Dump(document), "input.json"));
}

Result<go::ProcessResult> FakeGo(llvm::ArrayRef<std::string>, const std::string&,
                                 llvm::ArrayRef<std::string>) {
  const llvm::json::Object answer{
      {"GOROOT", Go().goroot}, {"GOMODCACHE", Go().modcache}, {"GOVERSION", Go().version}};
  return go::ProcessResult{0, llvm::formatv("{0}", llvm::json::Value(llvm::json::Object(answer))).str(), ""};
}

Result<build::Specialised> Specialise(const pack::RulePack& pack, const pack::Plugin& plugin,
                                      const build::SpecialiseInput& input) {
  diag::CaretConsumer shown(llvm::nulls());
  diag::Emitter emitter(shown);
  compile::Environment environment;
  environment.fs = llvm::vfs::getRealFileSystem();
  environment.run = FakeGo;
  environment.allow_network = false;
  compile::Compilation compilation(std::move(environment), emitter);
  for (const pack::SourceFile& source : pack.sources) compilation.AddSource(source.file, source.text);
  auto variant = compilation.Specialise(plugin.name, {input.packages, input.go_version, input.version});
  if (!variant) return variant.takeError();
  return build::Specialised{std::move(*variant), "does not hold"};
}

/// The modules, and the little of std that they and their rules name.
std::map<std::string, go::ListedPackage> Packages() {
  auto packages = ModulePackages();
  LibraryResolver library;
  for (const char* path : {"context", "errors", "time"}) {
    go::PackageSource source = llvm::cantFail(library.Resolve(path, nullptr));
    packages[path].dir = source.dir;
    packages[path].files = source.files;
  }
  return packages;
}

build::Listing ListingOf(const std::map<std::string, go::ListedPackage>& packages) {
  build::Listing listing;
  for (const auto& [path, package] : packages) {
    build::Listed& listed = listing[path];
    listed.path = path;
    listed.dir = package.dir;
    listed.files = package.files;
    listed.imports = {"context"};
    listed.module.path = package.module.path;
    listed.module.version = package.module.version;
  }
  return listing;
}

std::vector<toolexec::GoFile> FilesOf(const go::ListedPackage& package) {
  std::vector<toolexec::GoFile> files;
  for (const std::string& name : package.files) {
    auto buffer = llvm::cantFail(
        llvm::errorOrToExpected(llvm::vfs::getRealFileSystem()->getBufferForFile(package.dir + "/" + name)));
    files.push_back({"/" + name, buffer->getBuffer().str(), false});
  }
  return files;
}

void Apply(const pack::Plan& plan, const go::ListedPackage& package) {
  const std::string text = pack::PlanToJson(plan);
  Result<pack::Plan> again = pack::PlanFromJson(text, "plan.json");
  if (!again) return llvm::consumeError(again.takeError());  // text that is no UTF-8 was mended in the pack
  Require(pack::PlanToJson(*again) == text, "a plan is what it is read as");
  auto changed = toolexec::Rewrite(*again, FilesOf(package));
  if (!changed) llvm::consumeError(changed.takeError());
}

void Run(llvm::StringRef text) {
  static const std::map<std::string, go::ListedPackage> packages = Packages();
  static const build::Listing listing = ListingOf(packages);
  const std::optional<pack::RulePack> pack = Decode(text);
  if (!pack.has_value()) return;
  Require(llvm::cantFail(pack::FromJson(pack::ToJson(*pack), "again.json")).digest == pack::Digest(*pack),
          "a pack survives writing and reading");
  build::SpecialiseInput input{packages, "", "v1.26.0", Go().goroot, {}};
  auto specialise = [&](const pack::Plugin& plugin, const build::SpecialiseInput& in) {
    return Specialise(*pack, plugin, in);
  };
  Result<build::Matched> matched = build::Match(*pack, listing, std::move(input), specialise);
  if (!matched) return llvm::consumeError(matched.takeError());
  (void)build::WiringText(*matched, build::MakeProvenance(*matched, pack->digest, "v1.26.8"),
                          build::kRuntimePath);
  for (const pack::Plan& plan : build::MakePlans(*matched, "package @{package}\n")) {
    auto package = packages.find(plan.package);
    if (package != packages.end()) Apply(plan, package->second);
  }
}

}  // namespace
}  // namespace instc::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  instc::fuzz::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
