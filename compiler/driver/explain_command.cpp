// instc explain [CODE...]: what a diagnostic means, with an example and its remedy, as docs/diagnostics.md
// has it.
#include <algorithm>

#include "compiler/driver/command.h"
#include "compiler/driver/diagnostics_page.h"
#include "compiler/driver/options.h"

namespace instc {
namespace {

void ListCodes(llvm::raw_ostream& out) {
  for (const ExplainedCode& explained : ExplainedCodes())
    out << explained.code << "  " << explained.title << '\n';
}

// The codes that differ from `code` in the fewest letters.
std::string NearestCodes(llvm::StringRef code) {
  const std::string wanted = code.upper();
  unsigned best = 3;
  std::string near;
  for (const ExplainedCode& explained : ExplainedCodes()) {
    const unsigned distance = explained.code.edit_distance(wanted, /*AllowReplacements=*/true, best);
    if (distance > best || distance > 2) continue;
    if (distance < best) near.clear();
    best = distance;
    near += (near.empty() ? "`" : ", `") + explained.code.str() + "`";
  }
  return near;
}

}  // namespace

int RunExplain(CommandContext& context) {
  auto options = ParseOptions({}, context.args);
  if (!options) return UsageError(context, llvm::toString(options.takeError()));
  if (options->positional.empty()) ListCodes(context.out);
  bool first = true;
  for (const std::string& code : options->positional) {
    const ExplainedCode* explained = FindCode(code);
    if (explained == nullptr) {
      const std::string near = NearestCodes(code);
      return UsageError(context,
                        "there is no diagnostic `" + code + "`; " +
                            (near.empty() ? "`instc explain` lists them" : "the nearest are " + near));
    }
    context.out << (first ? "" : "\n") << explained->code << ": " << explained->title << "\n\n"
                << explained->text << '\n';
    first = false;
  }
  return kExitOk;
}

}  // namespace instc
