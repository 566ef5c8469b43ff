// Which module holds a package, and its source.
#include <algorithm>

#include "compiler/check/suggest.h"
#include "compiler/go/load/module_versions.h"
#include "compiler/go/load/semver.h"
#include "compiler/survey/survey.h"
#include "llvm/Support/Path.h"

namespace instc::survey {

Result<std::unique_ptr<Library>> Library::Open(const compile::Environment& environment,
                                               llvm::StringRef spec) {
  auto [path, version] = spec.split('@');
  path = path.rtrim('/');
  if (path.empty() || path.contains("..")) return Fail("`{0}` is no import path", spec);
  std::unique_ptr<Library> library(new Library());
  library->environment_ = environment;
  auto go = go::FindGo(environment.go, environment.run);
  if (!go) return go.takeError();
  library->go_ = std::move(*go);
  library->context_.go_minor = std::max(go::GoMinor(library->go_.version), 0);
  library->std_resolver_ =
      std::make_unique<go::StdResolver>(library->go_.goroot, library->context_, environment.fs);
  library->std_program_ = std::make_unique<go::Program>(*library->std_resolver_, environment.fs);
  llvm::Error error =
      go::IsStdImportPath(path) ? library->OpenStd(path, version) : library->OpenModule(path, version);
  if (error) return Result<std::unique_ptr<Library>>(std::move(error));
  return library;
}

llvm::Error Library::LoadFrom(go::Program& program, llvm::StringRef path) {
  auto package = program.Load(path);
  if (!package) return package.takeError();
  package_ = *package;
  return llvm::Error::success();
}

llvm::Error Library::OpenStd(llvm::StringRef path, llvm::StringRef version) {
  version_ = go_.version;
  if (!version.empty() && version != version_)
    return Fail("the standard library is listed as it is installed, {0}, not at {1}", version_, version);
  llvm::Error error = LoadFrom(*std_program_, path);
  if (!error) return error;
  const auto near = check::Nearest(path, go::StdPackages(*environment_.fs, go_.goroot));
  if (near.empty()) return error;
  return Fail("{0}; {1}", llvm::toString(std::move(error)), check::DidYouMean(near));
}

llvm::Error Library::OpenModule(llvm::StringRef path, llvm::StringRef version) {
  if (llvm::Error error = FindModule(path, version)) return error;
  go::ModuleResolver::Options options{go_, context_, environment_.allow_network};
  resolver_ = std::make_unique<go::ModuleResolver>(go::ModuleVersion{module_, version_}, std::move(options),
                                                   environment_.fs, environment_.run);
  program_ = std::make_unique<go::Program>(*resolver_, environment_.fs, std_program_.get());
  return LoadFrom(*program_, path);
}

/// The longest part of the path that is a module: first among what the module cache has, where the answer
/// costs nothing, then by asking for versions.
llvm::Error Library::FindModule(llvm::StringRef path, llvm::StringRef version) {
  std::vector<std::string> parts;
  for (llvm::StringRef part = path; part.contains('.'); part = llvm::sys::path::parent_path(part))
    parts.push_back(part.str());
  std::stable_partition(parts.begin(), parts.end(), [&](const std::string& part) {
    return environment_.fs->exists(go_.modcache + "/cache/download/" + go::EscapeModulePath(part) + "/@v");
  });
  const go::VersionListOptions options{go_, environment_.cache_dir, environment_.allow_network, false};
  llvm::Error first = llvm::Error::success();
  for (const std::string& part : parts) {
    auto versions = go::ListModuleVersions(part, options, environment_.run);
    if (versions && (!version.empty() || !versions->empty())) {
      llvm::consumeError(std::move(first));
      const auto release = std::find_if(versions->rbegin(), versions->rend(),
                                        [](const std::string& v) { return go::Prerelease(v).empty(); });
      module_ = part;
      version_ = !version.empty() ? version.str() : release != versions->rend() ? *release : versions->back();
      return llvm::Error::success();
    }
    llvm::Error error = versions ? Fail("{0} has no released version", part) : versions.takeError();
    if (first)
      llvm::consumeError(std::move(error));
    else
      first = std::move(error);
  }
  if (first) return first;
  return Fail("no module holds {0}", path);
}

}  // namespace instc::survey
