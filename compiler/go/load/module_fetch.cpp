#include "compiler/go/load/module_fetch.h"

#include "compiler/go/load/go_dir.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

namespace instc::go {
namespace {

// How many modules lie on the disk at once as sources.
constexpr size_t kAtOnce = 16;

std::string Key(const ModuleVersion& module) {
  return module.path + "@" + module.version;
}

std::string DirOf(const ModuleVersion& module, const std::string& modcache) {
  return modcache + "/" + EscapeModulePath(module.path) + "@" + EscapeModulePath(module.version);
}

std::string GoModOf(const ModuleVersion& module, const std::string& modcache) {
  return modcache + "/cache/download/" + EscapeModulePath(module.path) + "/@v/" +
         EscapeModulePath(module.version) + ".mod";
}

// `go mod download -json` prints one object a module, each ending in a line `}`; the first error in them.
std::string FirstError(llvm::StringRef out) {
  while (!out.trim().empty()) {
    const size_t end = out.find("\n}");
    const llvm::StringRef object = out.take_front(end == llvm::StringRef::npos ? out.size() : end + 2);
    out = out.drop_front(object.size());
    Result<llvm::json::Value> parsed = llvm::json::parse(object);
    if (!parsed) {
      llvm::consumeError(parsed.takeError());
      return "";
    }
    const llvm::json::Object* fields = parsed->getAsObject();
    if (fields != nullptr && fields->getString("Error")) return fields->getString("Error")->str();
  }
  return "";
}

}  // namespace

const std::vector<std::string>& ModuleEnvironment() {
  static const std::vector<std::string> kEnvironment = {"GO111MODULE=on", "GOFLAGS=-mod=mod", "GOWORK=off"};
  return kEnvironment;
}

Result<SummaryIndex> SummaryMaker::MakeFromCache(const ModuleVersion& module,
                                                 const std::string& modcache) const {
  const std::string file = GoModOf(module, modcache);
  auto mod = fs_->getBufferForFile(file);
  if (!mod) return Fail("cannot read {0}: {1}", file, mod.getError().message());
  return store_.Make(module, *fs_, DirOf(module, modcache), (*mod)->getBuffer());
}

/// What the go command said where it failed; empty: nothing.
Result<std::string> SummaryMaker::DownloadTo(const std::string& modcache,
                                             llvm::ArrayRef<ModuleVersion> modules,
                                             const std::vector<std::string>& environment) const {
  std::vector<std::string> command = {go_.go, "mod", "download", "-json"};
  for (const ModuleVersion& module : modules) command.push_back(Key(module));
  Result<ProcessResult> ran = run_(command, go_.goroot, environment);
  if (!ran) return ran.takeError();
  for (const ModuleVersion& module : modules) {
    if (!IsDirectory(*fs_, DirOf(module, modcache))) continue;
    Result<SummaryIndex> made = MakeFromCache(module, modcache);
    if (!made) return made.takeError();
  }
  if (ran->exit_code == 0) return "";
  const std::string reason = FirstError(ran->out);
  return reason.empty() ? llvm::StringRef(ran->err).trim().str() : reason;
}

std::vector<ModuleVersion> SummaryMaker::Missing(llvm::ArrayRef<ModuleVersion> modules) const {
  std::vector<ModuleVersion> missing;
  for (const ModuleVersion& module : modules)
    if (!store_.Find(module).has_value()) missing.push_back(module);
  return missing;
}

// A module that wants a newer Go makes the go command fetch that toolchain first. It belongs into the user's
// module cache, where it is found again, so such modules are downloaded to there.
llvm::Error SummaryMaker::Download(llvm::ArrayRef<ModuleVersion> modules) const {
  if (std::error_code error = llvm::sys::fs::create_directories(store_.directory()))
    return Fail("cannot make the directory {0}: {1}", store_.directory(), error.message());
  llvm::SmallString<256> modcache;
  if (std::error_code error = llvm::sys::fs::createUniqueDirectory(store_.directory() + "/fetch", modcache))
    return Fail("cannot make a directory in {0}: {1}", store_.directory(), error.message());
  auto remove = llvm::make_scope_exit([&] { llvm::sys::fs::remove_directories(modcache); });
  Result<std::string> reason = DownloadTo(modcache.str().str(), modules,
                                          {"GO111MODULE=on", "GOFLAGS=-mod=mod -modcacherw", "GOWORK=off",
                                           "GOTOOLCHAIN=local", ("GOMODCACHE=" + modcache).str()});
  if (!reason) return reason.takeError();
  std::vector<ModuleVersion> missing = Missing(modules);
  if (!missing.empty() && llvm::StringRef(*reason).contains("requires go ")) {
    reason = DownloadTo(go_.modcache, missing, ModuleEnvironment());
    if (!reason) return reason.takeError();
    missing = Missing(missing);
  }
  if (missing.empty()) return llvm::Error::success();
  return Fail("`go mod download {0}` failed: {1}", Key(missing.front()), *reason);
}

void SummaryMaker::Prefetch(llvm::ArrayRef<ModuleVersion> modules) const {
  if (!allow_download_) return;
  std::vector<ModuleVersion> missing;
  for (const ModuleVersion& module : modules)
    if (store_.DigestOf(module).empty() && !IsDirectory(*fs_, DirOf(module, go_.modcache)))
      missing.push_back(module);
  for (llvm::ArrayRef<ModuleVersion> rest = missing; !rest.empty();) {
    const size_t count = std::min(kAtOnce, rest.size());
    llvm::consumeError(Download(rest.take_front(count)));
    rest = rest.drop_front(count);
  }
}

Result<SummaryIndex> SummaryMaker::Get(const ModuleVersion& module, bool anew) const {
  if (!anew)
    if (std::optional<SummaryIndex> found = store_.Find(module)) return std::move(*found);
  if (IsDirectory(*fs_, DirOf(module, go_.modcache))) return MakeFromCache(module, go_.modcache);
  if (!allow_download_)
    return Fail(
        "there is no summary of module {0}, and it is not in the module cache: run `instc check` without "
        "--offline, "
        "or `go mod download {0}`",
        Key(module));
  if (llvm::Error error = Download(module)) return error;
  if (std::optional<SummaryIndex> found = store_.Find(module)) return std::move(*found);
  return Fail("module {0} was downloaded, but it has no summary in {1}", Key(module), store_.directory());
}

}  // namespace instc::go
