#include "compiler/build/versioned.h"

#include <algorithm>

#include "compiler/build/files.h"
#include "compiler/pack/digest.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

namespace instc::build {
namespace {

/// `go get` in a module of its own.
llvm::Error Get(const std::string& go, const std::string& directory, const std::vector<std::string>& packages,
                const EnvironmentList& environment) {
  if (llvm::Error error = PublishFile(JoinPath(directory, "go.mod"), "module instc.invalid/versioned\n"))
    return error;
  std::vector<std::string> command = {go, "get", "--"};
  command.insert(command.end(), packages.begin(), packages.end());
  Result<Captured> ran = RunCaptured(command, directory, environment);
  if (!ran) return ran.takeError();
  if (ran->exit_code != 0) return Fail("{0}", llvm::StringRef(ran->err).rtrim());
  return llvm::Error::success();
}

}  // namespace

bool HasVersion(const std::string& package) {
  return package.find('@') != std::string::npos;
}

bool NamesVersions(const GoArguments& arguments) {
  return std::any_of(arguments.packages.begin(), arguments.packages.end(), HasVersion);
}

Result<VersionedModule> ResolveVersions(const std::string& go, const std::vector<std::string>& packages,
                                        const std::string& cache_directory,
                                        const EnvironmentList& environment) {
  VersionedModule module;
  for (const std::string& package : packages) module.packages.push_back(package.substr(0, package.find('@')));
  llvm::SmallString<256> scratch;
  if (std::error_code error = llvm::sys::fs::create_directories(cache_directory))
    return Fail("cannot make {0}: {1}", cache_directory, error.message());
  if (std::error_code error =
          llvm::sys::fs::createUniqueDirectory(JoinPath(cache_directory, "versioned.new"), scratch))
    return Fail("cannot make a directory in {0}: {1}", cache_directory, error.message());
  auto remove = llvm::make_scope_exit([&] { llvm::sys::fs::remove_directories(scratch); });
  if (llvm::Error error = Get(go, scratch.str().str(), packages, environment)) return error;
  std::map<std::string, std::string> files;
  for (const char* name : {"go.mod", "go.sum"}) {
    const std::string path = JoinPath(scratch, name);
    if (!Exists(path)) continue;
    Result<std::string> text = ReadFile(path);
    if (!text) return text.takeError();
    files[name] = std::move(*text);
  }
  const std::string digest = pack::ShortDigest(pack::Sha256(files["go.mod"] + "\n" + files["go.sum"]));
  module.directory = JoinPath(cache_directory, "versioned/" + digest);
  if (llvm::Error error = PublishDirectory(module.directory, files)) return error;
  return module;
}

Result<std::string> ExecIn(const std::string& directory, const std::string& users) {
  Result<std::string> quoted = QuoteWord(directory);
  if (!quoted) return quoted.takeError();
  return "sh -c 'cd \"$0\" && exec \"$@\"' " + *quoted + (users.empty() ? "" : " " + users);
}

}  // namespace instc::build
