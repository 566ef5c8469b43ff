#include "compiler/compile/runtime_source.h"

#include "compiler/assets/assets.h"
#include "compiler/check/check.h"
#include "compiler/compile/compile.h"
#include "compiler/go/load/package_source.h"
#include "compiler/go/syntax/build_constraint.h"
#include "llvm/Support/Path.h"

namespace instc::compile {
namespace {

constexpr llvm::StringLiteral kRoot = "compiler/rt";
constexpr llvm::StringLiteral kModule = "instc.dev/rt";

/// What rules for functions under a directive are checked against; no program has it.
constexpr llvm::StringLiteral kAnyFunction =
    "package directive\n\nimport (\n\t\"context\"\n\t\"errors\"\n)\n\n"
    "var _ = errors.New\n\n"
    "func Both(ctx context.Context) (err error) { return }\n"
    "func Context(ctx context.Context) {}\n"
    "func Error() (err error) { return }\n"
    "func Neither() {}\n";

}  // namespace

RuntimeSource::RuntimeSource() : files_(new llvm::vfs::InMemoryFileSystem) {
  std::map<std::string, go::ListedPackage> packages;
  for (const assets::Asset& asset : assets::Runtime()) {
    const std::string path = "/" + asset.path.str();
    files_->addFile(path, 0, llvm::MemoryBuffer::getMemBuffer(asset.text, path, false));
    if (!asset.path.endswith(".go") ||
        !go::FileMatches(llvm::sys::path::filename(asset.path), asset.text, {}))
      continue;
    const llvm::StringRef dir = llvm::sys::path::parent_path(asset.path);
    go::ListedPackage& package = packages[(kModule + dir.drop_front(kRoot.size())).str()];
    package.dir = "/" + dir.str();
    package.files.push_back(llvm::sys::path::filename(asset.path).str());
    package.module = {kModule.str(), "v0.0.0"};
  }
  files_->addFile("/directive/directive.go", 0,
                  llvm::MemoryBuffer::getMemBuffer(kAnyFunction, "directive.go", false));
  go::ListedPackage& any = packages[check::kAnyFunctionPackage.str()];
  any.dir = "/directive";
  any.files = {"directive.go"};
  any.module = {check::kAnyFunctionPackage.str(), "v0.0.0"};
  resolver_ = std::make_unique<go::ListedResolver>(std::move(packages));
}

std::unique_ptr<go::Program> RuntimeSource::MakeProgram(go::Program* std_program) {
  return std::make_unique<go::Program>(*resolver_, files_, std_program);
}

Result<std::vector<pack::Patch>> ShippedPatches() {
  llvm::vfs::InMemoryFileSystem files;
  for (const assets::Asset& asset : assets::Patches())
    files.addFile("/" + asset.path, 0, llvm::MemoryBuffer::getMemBuffer(asset.text, asset.path, false));
  return pack::LoadPatches(files, "/stdlib-rules/runtime");
}

}  // namespace instc::compile
