#include "compiler/driver/command.h"

namespace instc {

int RunVersion(CommandContext& context) {
  if (!context.args.empty()) return UsageError(context, "usage: instc version");
  context.out << "instc " << INSTC_VERSION << '\n';
  return kExitOk;
}

}  // namespace instc
