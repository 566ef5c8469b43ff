// instc go [--rules=FILE] [--instc-report=json:FILE] [--allow-bypass=PLUGIN] [--best-effort] VERB ARGS: runs
// the go command with instrumentation.
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "compiler/driver/color.h"
#include "compiler/driver/go_request.h"
#include "dsl/diagnostics/consumers.h"

namespace instc {

int RunGo(CommandContext& context) {
  Result<build::BuildRequest> request = MakeGoRequest(context);
  if (!request) return UsageError(context, llvm::toString(request.takeError()));
  std::optional<build::StatusLine> status;
  if (WantsStatusLine(isatty(STDERR_FILENO) != 0, std::getenv("TERM"), std::getenv("CI"))) {
    status.emplace(STDERR_FILENO);
    request->status = &*status;
  }
  llvm::raw_ostream& err = status ? *status : context.err;
  diag::CaretConsumer consumer(err, context.color);
  diag::Emitter emitter(consumer);
  return build::RunGo(*request, emitter, err);
}

}  // namespace instc
