// instc's entry: the real file system, streams and arguments meet the command table here.
#include <cstdlib>

#include "compiler/driver/color.h"
#include "compiler/driver/command.h"
#include "compiler/driver/shim.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"

namespace {

instc::Result<std::string> ReadStdin() {
  auto buffer = llvm::MemoryBuffer::getSTDIN();
  if (!buffer) return instc::Fail("cannot read the standard input: {0}", buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

llvm::Error WriteFile(llvm::StringRef path, llvm::StringRef text) {
  return llvm::writeFileAtomically((path + ".%%%%%%.tmp").str(), path, text);
}

/// Called as `go`, instc is `instc go`.
std::vector<std::string> Arguments(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (instc::IsCalledAsGo(argv[0])) arguments.insert(arguments.begin(), "go");
  return arguments;
}

bool HasColor(const llvm::raw_ostream& stream) {
  return instc::WantsColor(stream.has_colors(), std::getenv("NO_COLOR"), std::getenv("CLICOLOR_FORCE"));
}

void LeaveShims() {
  const char* path = std::getenv("PATH");
  if (path == nullptr) return;
  const std::string kept = instc::PathWithoutShims(path, llvm::sys::fs::getMainExecutable(nullptr, nullptr));
  if (kept != path) setenv("PATH", kept.c_str(), /*overwrite=*/1);
}

}  // namespace

int main(int argc, char** argv) {
  LeaveShims();
  instc::CommandContext context{
      .args = Arguments(argc, argv),
      .files = *llvm::vfs::getRealFileSystem(),
      .out = llvm::outs(),
      .err = llvm::errs(),
      .color = HasColor(llvm::errs()),
      .out_color = HasColor(llvm::outs()),
      .read_stdin = ReadStdin,
      .write_file = WriteFile,
  };
  int code = instc::RunInstc(context);
  llvm::outs().flush();
  return code;
}
