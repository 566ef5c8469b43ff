// instc parse FILE [--dump=ast]: the first phase alone.
#include "compiler/driver/diagnostic_output.h"
#include "dsl/ast/dump.h"
#include "dsl/parse/parse.h"

namespace instc {

int RunParse(CommandContext& context) {
  auto options = ParseOptions({{"dump", OptionSpec::Takes::Value}, DiagnosticOutput::Option()}, context.args);
  if (!options) return UsageError(context, llvm::toString(options.takeError()));
  std::string dump = options->Get("dump", "none");
  if (dump != "none" && dump != "ast") return UsageError(context, "--dump is `ast`, not `" + dump + "`");
  if (options->positional.size() != 1) return UsageError(context, "usage: instc parse [--dump=ast] FILE");

  auto output = DiagnosticOutput::Create(context, *options);
  if (!output) return UsageError(context, llvm::toString(output.takeError()));
  auto source = (*output)->ReadSource(options->positional.front());
  if (!source) return Failure(context, source.takeError());
  ast::File file = Parse(**source, (*output)->emitter());
  if (dump == "ast") context.out << ast::Dump(file);
  context.out.flush();
  return (*output)->Finish();
}

}  // namespace instc
