// instc version [PROGRAM]: of instc itself, or what a program was built with.
#include "compiler/build/provenance.h"
#include "compiler/driver/command.h"
#include "llvm/Support/MemoryBuffer.h"

namespace instc {
namespace {

void Print(const build::Provenance& provenance, llvm::StringRef program, llvm::raw_ostream& out) {
  out << program << ": instc " << provenance.instc << ", " << provenance.go << ", rules " << provenance.rules
      << "\n";
  for (const build::AppliedPlugin& plugin : provenance.plugins) {
    out << "  " << plugin.name << "  " << plugin.library
        << (plugin.version.empty() ? "" : " " + plugin.version) << ":";
    for (const std::string& rule : plugin.rules) out << " " << rule;
    out << "\n";
  }
  if (provenance.plugins.empty()) out << "  no rule applied\n";
}

}  // namespace

int RunVersion(CommandContext& context) {
  if (context.args.size() > 1) return UsageError(context, "usage: instc version [PROGRAM]");
  if (context.args.empty()) {
    context.out << "instc " << INSTC_VERSION << '\n';
    return kExitOk;
  }
  const std::string& path = context.args.front();
  auto program = context.files.getBufferForFile(path, /*FileSize=*/-1, /*RequiresNullTerminator=*/false);
  if (!program) return Failure(context, Fail("cannot read {0}: {1}", path, program.getError().message()));
  auto provenance = build::FindProvenance((*program)->getBuffer());
  if (!provenance) return Failure(context, Fail("{0} was not built with `instc go`", path));
  Print(*provenance, path, context.out);
  return kExitOk;
}

}  // namespace instc
