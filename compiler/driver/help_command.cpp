#include <algorithm>

#include "compiler/driver/command.h"
#include "llvm/Support/FormatVariadic.h"

namespace instc {

int RunHelp(CommandContext& context) {
  context.out << "instc: compile-time observability for Go\n\nusage: instc COMMAND [ARGS]\n\n";
  size_t width = 0;
  for (const Command& command : Commands()) width = std::max(width, command.name.size());
  for (const Command& command : Commands()) {
    context.out << "  " << llvm::left_justify(command.name, static_cast<unsigned>(width)) << "  "
                << command.summary << '\n';
  }
  context.out << "\nexit codes: 0 fine, 1 errors were found, 2 the command line is wrong\n";
  return kExitOk;
}

}  // namespace instc
