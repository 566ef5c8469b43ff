#include "compiler/go/load/module_versions.h"

#include <algorithm>

#include "compiler/go/load/module_fetch.h"
#include "compiler/go/load/semver.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace instc::go {
namespace {

// One version a line, in a file named after the module: bytes depend on nothing else.
std::string CacheFile(const std::string& module, const VersionListOptions& options) {
  llvm::SmallString<256> path(options.cache_dir);
  llvm::sys::path::append(path, "versions", EscapeModulePath(module) + ".txt");
  return path.str().str();
}

std::vector<std::string> ReadCache(const std::string& file) {
  std::vector<std::string> versions;
  auto buffer = llvm::MemoryBuffer::getFile(file);
  if (!buffer) return versions;
  llvm::SmallVector<llvm::StringRef, 64> lines;
  (*buffer)->getBuffer().split(lines, '\n', -1, false);
  for (llvm::StringRef line : lines) {
    if (IsSemver(line)) versions.push_back(line.str());
  }
  return versions;
}

// Written beside and renamed, so that nobody reads half a file.
llvm::Error WriteCache(const std::string& file, const std::vector<std::string>& versions) {
  if (std::error_code error = llvm::sys::fs::create_directories(llvm::sys::path::parent_path(file))) {
    return Fail("cannot make the directory of {0}: {1}", file, error.message());
  }
  return llvm::writeFileAtomically(file + ".%%%%%%%%", file, [&](llvm::raw_ostream& out) {
    for (const std::string& version : versions) out << version << "\n";
    return llvm::Error::success();
  });
}

/// What `go list -m -json` says of a module.
Result<llvm::json::Object> ListModule(std::vector<std::string> query, const VersionListOptions& options,
                                      const ProcessRunner& run) {
  std::vector<std::string> command = {options.go.go, "list", "-m", "-json"};
  command.insert(command.end(), query.begin(), query.end());
  Result<ProcessResult> ran = run(command, options.go.goroot, ModuleEnvironment());
  if (!ran) return ran.takeError();
  if (ran->exit_code != 0) return Fail("{0}", llvm::StringRef(ran->err).trim());
  Result<llvm::json::Value> parsed = llvm::json::parse(ran->out);
  if (!parsed) return parsed.takeError();
  llvm::json::Object* object = parsed->getAsObject();
  return object != nullptr ? std::move(*object) : llvm::json::Object();
}

/// A module that was never tagged has one version, its newest commit.
std::vector<std::string> NewestCommit(const std::string& module, const VersionListOptions& options,
                                      const ProcessRunner& run) {
  Result<llvm::json::Object> latest = ListModule({module + "@latest"}, options, run);
  if (!latest) {
    llvm::consumeError(latest.takeError());
    return {};
  }
  const auto version = latest->getString("Version");
  if (!version || !IsPseudoVersion(*version)) return {};
  return {version->str()};
}

Result<std::vector<std::string>> AskGo(const std::string& module, const VersionListOptions& options,
                                       const ProcessRunner& run) {
  Result<llvm::json::Object> object = ListModule({"-versions", module}, options, run);
  if (!object)
    return Fail("cannot list the versions of {0}: {1}", module, llvm::toString(object.takeError()));
  const llvm::json::Array* array = object->getArray("Versions");
  if (array == nullptr || array->empty()) return NewestCommit(module, options, run);
  std::vector<std::string> versions;
  for (const llvm::json::Value& value : *array) {
    if (auto text = value.getAsString(); text && IsSemver(*text)) versions.push_back(text->str());
  }
  std::sort(versions.begin(), versions.end(),
            [](const std::string& a, const std::string& b) { return CompareSemver(a, b) < 0; });
  return versions;
}

}  // namespace

Result<std::vector<std::string>> ListModuleVersions(const std::string& module,
                                                    const VersionListOptions& options,
                                                    const ProcessRunner& run) {
  std::string file = options.cache_dir.empty() ? "" : CacheFile(module, options);
  if (!file.empty() && !options.refresh) {
    std::vector<std::string> cached = ReadCache(file);
    if (!cached.empty()) return cached;
  }
  if (!options.allow_network) {
    return Fail("the versions of {0} are not known here: run `instc check` without --offline", module);
  }
  Result<std::vector<std::string>> versions = AskGo(module, options, run);
  if (!versions || file.empty()) return versions;
  if (llvm::Error error = WriteCache(file, *versions)) return error;
  return versions;
}

}  // namespace instc::go
