// Packages of one module version and of what it requires, from the module cache.
//
// A go.mod of Go 1.17 or newer lists everything its packages import, so its own requirements are all that is
// read. Older ones need the requirements of the requirements: they are read level by level, only until the
// import is found.
#include <algorithm>

#include "compiler/go/load/go_dir.h"
#include "compiler/go/load/module_fetch.h"
#include "compiler/go/load/package_source.h"
#include "compiler/go/load/semver.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

namespace instc::go {
namespace {

constexpr int kMaxRequirementLevels = 20;
constexpr int kMaxPackagesShown = 6;

std::string Key(const ModuleVersion& module) {
  return module.path + "@" + module.version;
}

bool Contains(llvm::StringRef module_path, llvm::StringRef import_path) {
  return import_path == module_path ||
         (import_path.startswith(module_path) && import_path[module_path.size()] == '/');
}

}  // namespace

ModuleResolver::ModuleResolver(ModuleVersion root, Options options,
                               llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs, ProcessRunner run)
    : root_(std::move(root)),
      options_(std::move(options)),
      fs_(std::move(fs)),
      run_(std::move(run)),
      std_(options_.go.goroot, options_.context, fs_) {}

std::string ModuleResolver::CacheDirOf(const ModuleVersion& module) const {
  return options_.go.modcache + "/" + EscapeModulePath(module.path) + "@" + EscapeModulePath(module.version);
}

llvm::Error ModuleResolver::Download(const ModuleVersion& module) {
  std::string command = "go mod download " + Key(module);
  if (!options_.allow_download) {
    return Fail("module {0} is not in the module cache: run `{1}`, or allow instc to download", Key(module),
                command);
  }
  Result<ProcessResult> ran = run_({options_.go.go, "mod", "download", "-json", Key(module)},
                                   options_.go.goroot, ModuleEnvironment());
  if (!ran) return ran.takeError();
  if (ran->exit_code == 0) return llvm::Error::success();
  std::string reason = llvm::StringRef(ran->err).trim().str();
  if (Result<llvm::json::Value> parsed = llvm::json::parse(ran->out)) {
    const llvm::json::Object* object = parsed->getAsObject();
    if (object != nullptr && object->getString("Error")) reason = object->getString("Error")->str();
  } else {
    llvm::consumeError(parsed.takeError());
  }
  return Fail("`{0}` failed: {1}", command, reason);
}

Result<std::string> ModuleResolver::ModuleDir(const ModuleVersion& module) {
  std::string dir = CacheDirOf(module);
  if (IsDirectory(*fs_, dir)) return dir;
  if (llvm::Error error = Download(module)) return error;
  if (!IsDirectory(*fs_, dir))
    return Fail("module {0} was downloaded but {1} does not exist", Key(module), dir);
  return dir;
}

Result<const SummaryIndex*> ModuleResolver::SummaryOf(const ModuleVersion& module, bool anew) {
  auto known = indexes_.find(Key(module));
  if (known != indexes_.end() && !anew) return &known->second;
  const SummaryMaker maker(*options_.summaries, options_.go, options_.allow_download, fs_, run_);
  Result<SummaryIndex> index = maker.Get(module, anew);
  if (!index) return index.takeError();
  return &(indexes_[Key(module)] = std::move(*index));
}

llvm::Error ModuleResolver::Prepare() {
  if (options_.summaries == nullptr) return ModuleDir(root_).takeError();
  return SummaryOf(root_).takeError();
}

// The go.mod that the go command uses lies beside the module's zip; modules without one have a made-up one
// there.
Result<std::string> ModuleResolver::GoModText(const ModuleVersion& module) {
  std::string file = options_.go.modcache + "/cache/download/" + EscapeModulePath(module.path) + "/@v/" +
                     EscapeModulePath(module.version) + ".mod";
  auto buffer = fs_->getBufferForFile(file);
  // Of most requirements only go.mod is ever read: no summary is made for that.
  if (options_.summaries != nullptr && (indexes_.count(Key(module)) > 0 || !buffer)) {
    for (bool anew : {false, true}) {
      Result<const SummaryIndex*> index = SummaryOf(module, anew);
      if (!index) return index.takeError();
      if (auto text = options_.summaries->ReadText((*index)->go_mod)) return std::move(*text);
    }
    return Fail("the summary of {0} cannot be read back", Key(module));
  }
  if (!buffer) {
    if (llvm::Error error = Download(module)) return error;
    buffer = fs_->getBufferForFile(file);
    if (!buffer) return Fail("cannot read {0}: {1}", file, buffer.getError().message());
  }
  return (*buffer)->getBuffer().str();
}

Result<const GoMod*> ModuleResolver::ModOf(const ModuleVersion& module) {
  auto known = mods_.find(Key(module));
  if (known != mods_.end()) return &known->second;
  Result<std::string> text = GoModText(module);
  if (!text) return text.takeError();
  Result<GoMod> mod = ParseGoMod(*text);
  if (!mod) return Fail("go.mod of {0}: {1}", Key(module), llvm::toString(mod.takeError()));
  return &mods_.emplace(Key(module), std::move(*mod)).first->second;
}

// Enters the requirements of `modules` and returns those that are new or newer.
Result<std::vector<ModuleVersion>> ModuleResolver::Require(const std::vector<ModuleVersion>& modules) {
  std::vector<ModuleVersion> raised;
  for (const ModuleVersion& module : modules) {
    Result<const GoMod*> mod = ModOf(module);
    if (!mod) return mod.takeError();
    for (const ModuleVersion& required : (*mod)->requires_) {
      auto [it, is_new] = selected_.emplace(required.path, required.version);
      if (!is_new && CompareSemver(required.version, it->second) <= 0) continue;
      it->second = required.version;
      raised.push_back(required);
    }
  }
  return raised;
}

// The selected modules that may hold the package, longest path first.
std::vector<ModuleVersion> ModuleResolver::Candidates(llvm::StringRef import_path) const {
  std::vector<ModuleVersion> candidates;
  for (const auto& [path, version] : selected_) {
    if (Contains(path, import_path)) candidates.push_back({path, version});
  }
  std::sort(candidates.begin(), candidates.end(),
            [](const ModuleVersion& a, const ModuleVersion& b) { return a.path.size() > b.path.size(); });
  return candidates;
}

llvm::Error ModuleResolver::FromDirectory(PackageSource& source) {
  Result<std::string> dir = ModuleDir(source.module);
  if (!dir) return dir.takeError();
  Result<std::vector<std::string>> files = SelectGoFiles(*fs_, source.dir, options_.context);
  if (!files) return files.takeError();
  source.files = std::move(*files);
  return llvm::Error::success();
}

// A damaged summary is made again, once.
Result<std::vector<SummaryFile>> ModuleResolver::SummaryFiles(const ModuleVersion& module,
                                                              const std::string& dir) {
  for (bool anew : {false, true}) {
    Result<const SummaryIndex*> index = SummaryOf(module, anew);
    if (!index) return index.takeError();
    auto package = (*index)->packages.find(dir);
    if (package == (*index)->packages.end()) return std::vector<SummaryFile>();
    if (auto files = options_.summaries->ReadPackage(package->second)) return std::move(*files);
  }
  return Fail("the summary of {0} cannot be read back", Key(module));
}

Result<std::vector<SummaryFile>> ModuleResolver::AllFiles(const PackageSource& source) {
  if (source.is_std()) return std_.AllFiles(source);
  if (options_.summaries == nullptr) return ReadGoFiles(*fs_, source.dir);
  const llvm::StringRef dir = llvm::StringRef(source.path).drop_front(source.module.path.size());
  return SummaryFiles(source.module, dir.ltrim('/').str());
}

llvm::Error ModuleResolver::FromSummary(PackageSource& source) {
  Result<std::vector<SummaryFile>> files = AllFiles(source);
  if (!files) return files.takeError();
  for (SummaryFile& file : *files) {
    if (!FileTakesPart(file.name, file.text, options_.context)) continue;
    source.files.push_back(std::move(file.name));
    source.texts.push_back(std::move(file.text));
  }
  return llvm::Error::success();
}

Result<PackageSource> ModuleResolver::SourceIn(const ModuleVersion& module, llvm::StringRef import_path) {
  PackageSource source;
  source.path = import_path.str();
  source.dir = CacheDirOf(module) + import_path.drop_front(module.path.size()).str();
  source.module = module;
  if (llvm::Error error = options_.summaries == nullptr ? FromDirectory(source) : FromSummary(source))
    return error;
  if (Result<const GoMod*> mod = ModOf(module)) {
    source.go_version = (*mod)->go_version;
  } else {
    llvm::consumeError(mod.takeError());
  }
  return source;
}

Result<PackageSource> ModuleResolver::Resolve(llvm::StringRef import_path, const PackageSource* importer) {
  if ((importer != nullptr && importer->is_std()) || IsStdImportPath(import_path)) {
    return std_.Resolve(import_path, importer);
  }
  if (import_path.contains("..")) return Fail("`{0}` is no import path", import_path);
  if (selected_.empty()) selected_[root_.path] = root_.version;
  for (int level = 0; level <= kMaxRequirementLevels; ++level) {
    for (const ModuleVersion& module : Candidates(import_path)) {
      Result<PackageSource> source = SourceIn(module, import_path);
      if (!source) return source.takeError();
      if (!source->files.empty()) return source;
    }
    if (level == 0 && !frontier_started_) {
      frontier_ = {root_};
      frontier_started_ = true;
    }
    if (frontier_.empty()) break;
    Result<std::vector<ModuleVersion>> raised = Require(frontier_);
    if (!raised) return raised.takeError();
    frontier_ = std::move(*raised);
  }
  return NoPackage(import_path);
}

/// Of a module that is asked for a package that it has not, for many in its own folder, it is worth knowing
/// which it has.
llvm::Error ModuleResolver::NoPackage(llvm::StringRef import_path) {
  if (!Contains(root_.path, import_path))
    return Fail("no module required by {0} has package {1}", Key(root_), import_path);
  std::vector<std::string> folders;
  if (options_.summaries == nullptr) {
    folders = PackagesBelow(*fs_, CacheDirOf(root_) + "/");
  } else if (Result<const SummaryIndex*> index = SummaryOf(root_)) {
    for (const auto& [folder, object] : (*index)->packages) folders.push_back(folder);
  } else {
    llvm::consumeError(index.takeError());
  }
  std::string has;
  int shown = 0;
  for (llvm::StringRef folder : folders) {
    if (folder.empty() || ("/" + folder + "/").str().find("/internal/") != std::string::npos) continue;
    if (++shown > kMaxPackagesShown) {
      has += ", ...";
      break;
    }
    has += (has.empty() ? "" : ", ") + root_.path + "/" + folder.str();
  }
  return Fail("{0} has no package {1}{2}", Key(root_), import_path, has.empty() ? "" : "; it has " + has);
}

}  // namespace instc::go
