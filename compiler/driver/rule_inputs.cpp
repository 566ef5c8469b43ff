#include "compiler/driver/rule_inputs.h"

#include <algorithm>
#include <cstdlib>

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace instc {
namespace {

llvm::Error AddDirectory(llvm::vfs::FileSystem& files, const std::string& path,
                         std::vector<std::string>& out) {
  std::error_code code;
  const size_t before = out.size();
  for (llvm::vfs::recursive_directory_iterator it(files, path, code), end; it != end && !code;
       it.increment(code)) {
    if (it->type() == llvm::sys::fs::file_type::directory_file &&
        llvm::sys::path::filename(it->path()).startswith("."))
      it.no_push();
    if (it->path().endswith(".hook")) out.push_back(it->path().str());
  }
  if (code) return Fail("cannot read {0}: {1}", path, code.message());
  if (out.size() == before) return Fail("there is no .hook file below {0}", path);
  std::sort(out.begin() + static_cast<ptrdiff_t>(before), out.end());
  return llvm::Error::success();
}

std::string CacheDirectory() {
  if (const char* own = std::getenv("INSTC_CACHE"); own != nullptr && *own != 0) return own;
  llvm::SmallString<128> path;
  if (!llvm::sys::path::cache_directory(path)) return "";
  llvm::sys::path::append(path, "instc");
  return path.str().str();
}

/// This very program: its version, and its file's size and time for those who build it.
std::string Identity() {
  const std::string program = llvm::sys::fs::getMainExecutable(nullptr, nullptr);
  llvm::sys::fs::file_status status;
  if (llvm::sys::fs::status(program, status)) return "";
  return INSTC_VERSION " " + std::to_string(status.getSize()) + " " +
         std::to_string(status.getLastModificationTime().time_since_epoch().count());
}

}  // namespace

std::vector<OptionSpec> RuleInputOptions() {
  return {{"only"}, {"offline"}};
}

Result<std::vector<std::string>> ExpandRulePaths(llvm::vfs::FileSystem& files,
                                                 const std::vector<std::string>& paths) {
  std::vector<std::string> expanded;
  for (const std::string& path : paths) {
    auto status = files.status(path);
    if (!status) return Fail("cannot read {0}: {1}", path, status.getError().message());
    if (!status->isDirectory()) {
      expanded.push_back(path);
      continue;
    }
    const std::string trimmed = llvm::StringRef(path).rtrim('/').str();
    if (llvm::Error error = AddDirectory(files, trimmed.empty() ? "/" : trimmed, expanded)) return error;
  }
  std::sort(expanded.begin(), expanded.end());
  expanded.erase(std::unique(expanded.begin(), expanded.end()), expanded.end());
  return expanded;
}

compile::Environment HostEnvironment(CommandContext& context, bool offline) {
  compile::Environment environment;
  environment.fs = llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>(&context.files);
  environment.run = go::HostProcessRunner();
  environment.cache_dir = CacheDirectory();
  environment.identity = Identity();
  environment.allow_network = !offline;
  return environment;
}

llvm::Error AddRules(compile::Compilation& compilation, CommandContext& context,
                     const ParsedOptions& options) {
  auto paths = ExpandRulePaths(context.files, options.positional);
  if (!paths) return paths.takeError();
  compilation.AddShippedRules(!options.Has("only"));
  for (const std::string& path : *paths)
    if (llvm::Error error = compilation.AddFile(path)) return error;
  return llvm::Error::success();
}

}  // namespace instc
