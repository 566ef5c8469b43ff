// instc go [--rules=FILE] [--instc-report=json:FILE] [--allow-bypass=PLUGIN] [--best-effort] VERB ARGS: runs
// the go command with instrumentation.
#include "compiler/driver/go_request.h"
#include "dsl/diagnostics/consumers.h"

namespace instc {

int RunGo(CommandContext& context) {
  Result<build::BuildRequest> request = MakeGoRequest(context);
  if (!request) return UsageError(context, llvm::toString(request.takeError()));
  diag::CaretConsumer consumer(context.err, context.color);
  diag::Emitter emitter(consumer);
  return build::RunGo(*request, emitter, context.err);
}

}  // namespace instc
