// instc env: makes the folder with `go` (see shim.h) and prints the shell line that puts it in front of PATH.
#include "compiler/build/files.h"
#include "compiler/driver/command.h"
#include "compiler/driver/rule_inputs.h"
#include "dsl/base/text.h"
#include "llvm/Support/FileSystem.h"

namespace instc {

int RunEnv(CommandContext& context) {
  if (!context.args.empty()) return UsageError(context, "usage: eval \"$(instc env)\"");
  const std::string cache = HostEnvironment(context, /*offline=*/true).cache_dir;
  if (cache.empty()) return Failure(context, Fail("neither INSTC_CACHE nor HOME is set"));
  llvm::SmallString<256> folder(build::JoinPath(cache, "shim"));
  llvm::sys::fs::make_absolute(folder);
  const std::string self = llvm::sys::fs::getMainExecutable(nullptr, nullptr);
  if (llvm::Error error = build::PublishLink(build::JoinPath(folder, "go"), self))
    return Failure(context, std::move(error));
  context.out << "export PATH='" << ReplacedAll(folder, "'", "'\\''") << "':\"$PATH\"\n";
  return kExitOk;
}

}  // namespace instc
