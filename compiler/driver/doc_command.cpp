// instc doc [--write | --check] [PLUGIN | PATH]...: a page of Markdown about each plugin.
#include "compiler/driver/diagnostic_output.h"
#include "compiler/driver/line_diff.h"
#include "compiler/driver/rule_inputs.h"
#include "compiler/survey/plugin_page.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

namespace instc {
namespace {

constexpr const char* kUsage = "usage: instc doc [--write | --check] [PLUGIN | PATH]...";

/// The plugins that the words mean: names of shipped ones, and rule files.
struct Wanted {
  std::vector<std::string> names;
  std::vector<std::string> paths;
};

Result<Wanted> Sort(CommandContext& context, const std::vector<std::string>& words) {
  Wanted wanted;
  std::vector<std::string> paths;
  for (const std::string& word : words) (context.files.exists(word) ? paths : wanted.names).push_back(word);
  auto expanded = ExpandRulePaths(context.files, paths);
  if (!expanded) return expanded.takeError();
  wanted.paths = std::move(*expanded);
  return wanted;
}

Result<conventions::Registry> RegistryOf(const check::RuleFile& file) {
  const std::string version =
      file.semconv == nullptr ? conventions::EmbeddedVersions().back() : file.semconv->version.text;
  const llvm::StringRef text = conventions::EmbeddedRegistry(version);
  if (text.empty())
    return Fail("{0}: semantic conventions {1} are not known", file.ast->buffer->name(), version);
  return conventions::Registry::Load(text);
}

class Writer {
 public:
  enum class Mode { Print, Write, Check };
  Writer(CommandContext& context, const check::RuleSet& set, Mode mode)
      : context_(context), set_(set), mode_(mode) {}

  /// False: `--check` found another text.
  Result<bool> Run(const check::RuleFile& file) {
    auto registry = RegistryOf(file);
    if (!registry) return registry.takeError();
    const std::string page = survey::PluginPage(set_, file, *registry);
    if (mode_ == Mode::Print) {
      context_.out << (first_ ? "" : "\n") << page;
      first_ = false;
      return true;
    }
    llvm::SmallString<128> path(llvm::sys::path::parent_path(file.ast->buffer->name()));
    llvm::sys::path::append(path, "README.md");
    auto before = SourceBuffer::Read(context_.files, path);
    const std::string old = before ? (*before)->text().str() : "";
    if (!before) llvm::consumeError(before.takeError());
    if (old == page) return true;
    if (mode_ == Mode::Check) {
      context_.out << LineDiff(path, old, page, "as `instc doc` writes it");
      return false;
    }
    if (llvm::Error error = context_.write_file(path, page)) return Result<bool>(std::move(error));
    return true;
  }

 private:
  CommandContext& context_;
  const check::RuleSet& set_;
  Mode mode_;
  bool first_ = true;
};

/// Without a word: what there is.
int ListPlugins(CommandContext& context, const check::RuleSet& set) {
  for (const check::RuleFile& file : set.files)
    if (file.plugin != nullptr)
      context.out << file.PluginName() << "  "
                  << (file.plugin->summary.has_value() ? file.plugin->summary->value : "") << '\n';
  return kExitOk;
}

}  // namespace

int RunDoc(CommandContext& context) {
  auto options = ParseOptions({{"write"}, {"check"}, DiagnosticOutput::Option()}, context.args);
  if (!options) return UsageError(context, llvm::toString(options.takeError()));
  if (options->Has("write") && options->Has("check")) return UsageError(context, kUsage);
  auto wanted = Sort(context, options->positional);
  if (!wanted) return Failure(context, wanted.takeError());
  auto output = DiagnosticOutput::Create(context, *options);
  if (!output) return UsageError(context, llvm::toString(output.takeError()));
  compile::Compilation compilation(HostEnvironment(context, /*offline=*/true), (*output)->emitter());
  compilation.AddShippedRules();
  for (const std::string& path : wanted->paths)
    if (llvm::Error error = compilation.AddFile(path)) return Failure(context, std::move(error));
  compilation.Parse();
  if ((*output)->emitter().HasErrors()) return (*output)->Finish();
  diag::DiscardingConsumer quiet;  // what Collect has to say was said by Parse
  diag::Emitter again(quiet);
  const check::RuleSet set = check::Collect(compilation.files(), again);
  if (options->positional.empty()) return ListPlugins(context, set);
  const auto mode = options->Has("write")   ? Writer::Mode::Write
                    : options->Has("check") ? Writer::Mode::Check
                                            : Writer::Mode::Print;
  Writer writer(context, set, mode);
  bool current = true;
  for (const check::RuleFile& file : set.files) {
    const bool by_path = llvm::is_contained(wanted->paths, file.ast->buffer->name().str());
    auto name = llvm::find(wanted->names, file.PluginName());
    if (file.plugin == nullptr || (!by_path && name == wanted->names.end())) continue;
    if (name != wanted->names.end()) wanted->names.erase(name);
    auto same = writer.Run(file);
    if (!same) return Failure(context, same.takeError());
    current &= *same;
  }
  if (!wanted->names.empty())
    return Failure(context, Fail("there is no plugin and no file `{0}`; `instc doc` lists the plugins",
                                 wanted->names.front()));
  return current ? kExitOk : kExitErrors;
}

}  // namespace instc
