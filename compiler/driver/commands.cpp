#include "compiler/driver/command.h"

#include <algorithm>

#include "llvm/ADT/STLExtras.h"

namespace instc {

#define COMMAND(word, Name, summary) int Run##Name(CommandContext& context);
#include "compiler/driver/commands.def"
#undef COMMAND

llvm::ArrayRef<Command> Commands() {
  static constexpr Command kCommands[] = {
#define COMMAND(word, Name, summary) {#word, summary, Run##Name},
#include "compiler/driver/commands.def"
#undef COMMAND
  };
  return kCommands;
}

namespace {

llvm::StringRef NearestCommand(llvm::StringRef word) {
  llvm::StringRef nearest;
  unsigned best = 3;
  for (const Command& command : Commands()) {
    unsigned distance = word.edit_distance(command.name, /*AllowReplacements=*/true, best);
    if (distance < best) {
      best = distance;
      nearest = command.name;
    }
  }
  return nearest;
}

int UnknownCommand(CommandContext& context, llvm::StringRef word) {
  llvm::StringRef nearest = NearestCommand(word);
  std::string hint =
      nearest.empty() ? "; `instc help` lists them" : ("; did you mean `" + nearest + "`?").str();
  return UsageError(context, "unknown command `" + word + "`" + hint);
}

// `instc check --help`. What stands behind `go` belongs to the go command, but for the very first word.
bool AsksForHelp(const Command& command, llvm::ArrayRef<std::string> args) {
  auto is_help = [](llvm::StringRef arg) { return arg == "--help" || arg == "-h"; };
  if (command.name == "go" || command.name == "help") args = args.take_front(1);
  return llvm::any_of(args, is_help);
}

}  // namespace

int UsageError(CommandContext& context, const llvm::Twine& text) {
  context.err << "instc: " << text << '\n';
  return kExitUsage;
}

int Failure(CommandContext& context, llvm::Error error) {
  context.err << "instc: " << llvm::toString(std::move(error)) << '\n';
  return kExitErrors;
}

int RunInstc(CommandContext& context) {
  // Options may stand before the command: `instc --rules=FILE go build` is `instc go --rules=FILE build`.
  auto is_option = [](llvm::StringRef arg) {
    return arg.startswith("--") && arg != "--help" && arg != "--version";
  };
  auto command_at = std::find_if_not(context.args.begin(), context.args.end(), is_option);
  if (command_at == context.args.end()) return UsageError(context, "no command; `instc help` lists them");
  std::string word = *command_at;
  context.args.erase(command_at);
  if (word == "--help" || word == "-h") word = "help";
  if (word == "--version") word = "version";
  for (const Command& command : Commands()) {
    if (command.name != word) continue;
    if (!AsksForHelp(command, context.args)) return command.run(context);
    context.args = {word};
    return RunHelp(context);
  }
  return UnknownCommand(context, word);
}

}  // namespace instc
