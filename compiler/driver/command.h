// What a subcommand is. A command touches the world only through its context, so tests run it in memory.
//
// To add one: a line in commands.def and a file <name>_command.cpp with `int Run<Name>(CommandContext&)`.
#ifndef INSTC_COMPILER_DRIVER_COMMAND_H
#define INSTC_COMPILER_DRIVER_COMMAND_H

#include <functional>
#include <string>
#include <vector>

#include "dsl/base/result.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/VirtualFileSystem.h"
#include "llvm/Support/raw_ostream.h"

namespace instc {

struct CommandContext {
  std::vector<std::string> args;  // after the command's name
  llvm::vfs::FileSystem& files;
  llvm::raw_ostream& out;
  llvm::raw_ostream& err;
  bool color = false;      // diagnostics on `err` may use ANSI colours
  bool out_color = false;  // and so may `out`
  std::function<Result<std::string>()> read_stdin;
  // Replaces a file as a whole: readers see the old text or the new one.
  std::function<llvm::Error(llvm::StringRef path, llvm::StringRef text)> write_file;
};

// Exit codes of every command.
enum ExitCode : int {
  kExitOk = 0,
  kExitErrors = 1,  // diagnostics, or the environment failed
  kExitUsage = 2,   // the command line is wrong
};

struct Command {
  llvm::StringRef name;
  llvm::StringRef summary;
  int (*run)(CommandContext&);
};

// In the order of commands.def.
[[nodiscard]] llvm::ArrayRef<Command> Commands();

// Runs `args[0]` with the rest; a missing or unknown command is a usage error.
[[nodiscard]] int RunInstc(CommandContext& context);

// "instc: text" on `err`.
int UsageError(CommandContext& context, const llvm::Twine& text);
int Failure(CommandContext& context, llvm::Error error);

}  // namespace instc

#endif  // INSTC_COMPILER_DRIVER_COMMAND_H
