#include "compiler/driver/go_request.h"

#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "compiler/build/arguments.h"
#include "compiler/build/build.h"
#include "compiler/build/files.h"
#include "compiler/driver/rule_inputs.h"
#include "dsl/diagnostics/consumers.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace instc {
namespace {

struct GoOptions {
  std::string rules;
  std::string report;
  std::vector<std::string> allow_bypass;
  bool best_effort = false;
  std::vector<std::string> arguments;  ///< from the verb on
};

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// `json:FILE` is the only form of a report.
Result<std::string> ReportFile(llvm::StringRef value) {
  if (value.consume_front("json:") && !value.empty()) return value.str();
  return Fail("a report is asked for with json:FILE, not `{0}`", value);
}

/// Our own options stand before the verb; behind it every word is the go command's.
Result<GoOptions> ReadGoOptions(const std::vector<std::string>& args, const std::vector<std::string>& own,
                                std::vector<std::string>* taken) {
  auto is_own = [&](llvm::StringRef word) {
    return llvm::any_of(own, [&](const std::string& option) { return word.startswith(option); });
  };
  GoOptions options;
  options.rules = Variable("INSTC_RULES");
  std::string report = Variable("INSTC_REPORT");
  size_t at = 0;
  for (; at < args.size() && llvm::StringRef(args[at]).startswith("--"); ++at) {
    llvm::StringRef word = args[at];
    if (word.consume_front("--rules="))
      options.rules = word.str();
    else if (word.consume_front("--instc-report="))
      report = word.str();
    else if (word.consume_front("--allow-bypass="))
      options.allow_bypass.push_back(word.str());
    else if (word == "--best-effort")
      options.best_effort = true;
    else if (is_own(word))
      taken->push_back(word.str());
    else
      return Fail("unknown option `{0}` of instc; flags of the go command have one dash", word);
  }
  options.arguments.assign(args.begin() + static_cast<ptrdiff_t>(at), args.end());
  if (report.empty()) return options;
  Result<std::string> file = ReportFile(report);
  if (!file) return file.takeError();
  options.report = std::move(*file);
  return options;
}

/// Rules that the pack was not compiled for are checked against the source of this very build.
build::Specialise MakeSpecialise(CommandContext& context, const std::vector<pack::SourceFile>& sources) {
  return [&context, &sources](const pack::Plugin& plugin,
                              const build::SpecialiseInput& input) -> Result<build::Specialised> {
    diag::CollectingConsumer collected;
    diag::Emitter emitter(collected);
    compile::Compilation compilation(HostEnvironment(context, /*offline=*/true), emitter);
    for (const pack::SourceFile& source : sources) compilation.AddSource(source.file, source.text);
    compilation.Parse();
    auto variant = compilation.Specialise(plugin.name, {input.packages, input.go_version, input.version});
    if (!variant) return variant.takeError();
    std::string reason = "does not have what the rules need";
    if (!collected.diagnostics.empty()) reason += ": " + collected.diagnostics.front().message;
    return build::Specialised{std::move(*variant), reason};
  };
}

std::vector<std::string> Environment() {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) entries.push_back(*entry);
  return entries;
}

std::string Beside(llvm::StringRef program, const llvm::Twine& name) {
  llvm::SmallString<256> path(llvm::sys::path::parent_path(program));
  llvm::sys::path::append(path, name);
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  return path.str().str();
}

Result<build::BuildRequest> Request(CommandContext& context, GoOptions options) {
  llvm::SmallString<256> directory;
  if (std::error_code error = llvm::sys::fs::current_path(directory))
    return Fail("cannot tell the current directory: {0}", error.message());
  build::BuildRequest request;
  request.arguments = build::DirectoryBehindVerb(std::move(options.arguments));
  request.environment = Environment();
  request.directory = directory.str().str();
  request.instc = llvm::sys::fs::getMainExecutable(nullptr, nullptr);
  request.toolexec = Beside(request.instc, "instc-toolexec");
  request.pack_file = options.rules.empty() ? Beside(request.instc, "../share/instc/rules.pack.json")
                                            : build::AbsolutePath(request.directory, options.rules);
  request.report_file = options.report;
  request.allow_bypass = options.allow_bypass;
  request.best_effort = options.best_effort;
  request.make_specialise = [&context](const std::vector<pack::SourceFile>& sources) {
    return MakeSpecialise(context, sources);
  };
  return request;
}

}  // namespace

Result<build::BuildRequest> MakeGoRequest(CommandContext& context) {
  Result<GoOptions> options = ReadGoOptions(context.args, {}, nullptr);
  if (!options) return options.takeError();
  if (options->arguments.empty())
    return Fail("which go command? `instc go build`, `run`, `test` or `install`");
  return Request(context, std::move(*options));
}

Result<build::BuildRequest> MakeExamineRequest(CommandContext& context, const std::vector<std::string>& own,
                                               std::vector<std::string>* taken) {
  Result<GoOptions> options = ReadGoOptions(context.args, own, taken);
  if (!options) return options.takeError();
  options->arguments.insert(options->arguments.begin(), "build");
  return Request(context, std::move(*options));
}

}  // namespace instc
