// instc help [COMMAND]: the list of commands, or the section of docs/commands.md about one.
#include <algorithm>

#include "compiler/assets/assets.h"
#include "compiler/driver/command.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace instc {
namespace {

void ListCommands(llvm::raw_ostream& out) {
  out << "instc: compile-time observability for Go\n\nusage: instc COMMAND [ARGS]\n\n";
  size_t width = 0;
  for (const Command& command : Commands()) width = std::max(width, command.name.size());
  for (const Command& command : Commands()) {
    out << "  " << llvm::left_justify(command.name, static_cast<unsigned>(width)) << "  " << command.summary
        << '\n';
  }
  out << "\n`instc help COMMAND` says more, with examples\n"
      << "exit codes: 0 fine, 1 errors were found, 2 the command line is wrong\n";
}

// What stands below `## instc NAME`, up to the next command.
llvm::StringRef Section(llvm::StringRef command) {
  const std::string heading = ("\n## instc " + command + "\n").str();
  const llvm::StringRef page = assets::Document("docs/commands.md");
  const size_t begin = page.find(heading);
  if (begin == llvm::StringRef::npos) return "";
  const llvm::StringRef rest = page.drop_front(begin + heading.size());
  return rest.take_front(rest.find("\n## ")).trim();
}

}  // namespace

int RunHelp(CommandContext& context) {
  if (context.args.empty()) {
    ListCommands(context.out);
    return kExitOk;
  }
  const std::string& name = context.args.front();
  const bool known = llvm::any_of(Commands(), [&](const Command& command) { return command.name == name; });
  if (context.args.size() > 1 || !known)
    return UsageError(context, "usage: instc help [COMMAND]; `instc help` lists the commands");
  context.out << Section(name) << '\n';
  return kExitOk;
}

}  // namespace instc
