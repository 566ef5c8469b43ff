// instc's entry: the real file system, streams and arguments meet the command table here.
#include <cstdlib>

#include "compiler/driver/color.h"
#include "compiler/driver/command.h"
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

}  // namespace

int main(int argc, char** argv) {
  instc::CommandContext context{
      .args = std::vector<std::string>(argv + 1, argv + argc),
      .files = *llvm::vfs::getRealFileSystem(),
      .out = llvm::outs(),
      .err = llvm::errs(),
      .color = instc::WantsColor(llvm::errs().has_colors(), std::getenv("NO_COLOR"),
                                 std::getenv("CLICOLOR_FORCE")),
      .read_stdin = ReadStdin,
      .write_file = WriteFile,
  };
  int code = instc::RunInstc(context);
  llvm::outs().flush();
  return code;
}
