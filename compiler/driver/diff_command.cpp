// instc diff [--rules=FILE] [--only=PACKAGE] [GO BUILD FLAGS] [PACKAGES]: what instrumentation changes in the
// files of a build, as a unified diff.
//
// Nothing is built: the same function that instc-toolexec calls is given the same plans and the files as they
// are on disk. Files that cgo translates are shown as they are written, not as cgo leaves them.
#include "compiler/build/files.h"
#include "compiler/driver/go_request.h"
#include "compiler/driver/line_diff.h"
#include "compiler/toolexec/rewrite.h"
#include "dsl/diagnostics/consumers.h"

namespace instc {
namespace {

constexpr llvm::StringRef kOnly = "--only=";

/// `diff` with the colours that people know.
std::string Coloured(llvm::StringRef diff) {
  std::string text;
  while (!diff.empty()) {
    auto [line, rest] = diff.split('\n');
    const char* colour = line.startswith("+++") || line.startswith("---") ? "\x1b[1m"
                         : line.startswith("@@")                          ? "\x1b[36m"
                         : line.startswith("+")                           ? "\x1b[32m"
                         : line.startswith("-")                           ? "\x1b[31m"
                                                                          : "";
    text += colour + line.str() + (*colour == 0 ? "\n" : "\x1b[0m\n");
    diff = rest;
  }
  return text;
}

llvm::Error Show(const build::PlannedPackage& package, bool color, llvm::raw_ostream& out) {
  std::vector<toolexec::GoFile> files;
  for (const std::string& name : package.files) {
    const std::string path = build::JoinPath(package.directory, name);
    Result<std::string> text = build::ReadFile(path);
    if (!text) return text.takeError();
    files.push_back({path, std::move(*text)});
  }
  Result<std::vector<toolexec::ChangedFile>> changed = toolexec::Rewrite(package.plan, files);
  if (!changed) return changed.takeError();
  for (const toolexec::ChangedFile& file : *changed) {
    const toolexec::GoFile& before = files[file.index];
    const std::string diff = LineDiff(before.path, before.text, file.text, "instrumented");
    out << (color ? Coloured(diff) : diff);
  }
  for (const pack::PatchFile& file : package.plan.files) {
    const std::string path = build::JoinPath(package.directory, "instc_" + file.name);
    const std::string diff = LineDiff(path, "", file.text, "added");
    out << (color ? Coloured(diff) : diff);
  }
  return llvm::Error::success();
}

}  // namespace

int RunDiff(CommandContext& context) {
  std::vector<std::string> own;
  Result<build::BuildRequest> request = MakeExamineRequest(context, {kOnly.str()}, &own);
  if (!request) return UsageError(context, llvm::toString(request.takeError()));
  diag::CaretConsumer consumer(context.err, context.color);
  diag::Emitter emitter(consumer);
  std::optional<build::Examined> examined = build::Examine(*request, emitter, context.err);
  if (!examined) return kExitErrors;
  bool any = false;
  for (const build::PlannedPackage& package : examined->packages) {
    if (!own.empty() && llvm::StringRef(own.back()).drop_front(kOnly.size()) != package.path) continue;
    any = true;
    if (llvm::Error error = Show(package, context.out_color, context.out))
      return Failure(context, std::move(error));
  }
  if (any || own.empty()) return kExitOk;
  return Failure(context, Fail("this build changes nothing in package {0}",
                               llvm::StringRef(own.back()).drop_front(kOnly.size())));
}

}  // namespace instc
