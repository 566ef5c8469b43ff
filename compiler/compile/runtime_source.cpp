#include "compiler/compile/runtime_source.h"

#include "compiler/assets/assets.h"
#include "compiler/compile/compile.h"
#include "compiler/go/load/package_source.h"
#include "compiler/go/syntax/build_constraint.h"
#include "llvm/Support/Path.h"

namespace instc::compile {
namespace {

constexpr llvm::StringLiteral kRoot = "compiler/rt";
constexpr llvm::StringLiteral kModule = "instc.dev/rt";

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
