// instc expand FILE[:RULE] [--at VERSION]: the Go that rules become. The backend itself fills the templates,
// from the real function; only the line breaks of the head are ours.
#include <map>

#include "compiler/driver/diagnostic_output.h"
#include "compiler/driver/go_layout.h"
#include "compiler/driver/rule_inputs.h"
#include "compiler/survey/survey.h"
#include "compiler/toolexec/rewrite.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc {
namespace {

constexpr const char* kUsage = "usage: instc expand [--offline] [--at VERSION] FILE[:RULE]";

/// What the command line asks for.
struct Wanted {
  std::string file;
  std::string rule;  ///< without the plugin's name; empty: every rule
  std::string version;
};

/// `nethttp.client.Do`: everything behind the plugin's name.
bool IsWanted(const pack::Hook& hook, const pack::Plugin& plugin, llvm::StringRef rule) {
  const std::string title = (hook.receiver ? hook.receiver->type + "." : "") + hook.func;
  return rule.empty() || hook.rule == rule || hook.rule == plugin.name + "." + rule.str() || title == rule;
}

std::string Spelled(const pack::Hook& hook) {
  if (!hook.receiver) return hook.func;
  return "(" + std::string(hook.receiver->pointer ? "*" : "") + hook.receiver->type + ")." + hook.func;
}

/// A function that stands for those under a directive, with what the hook asks for.
constexpr llvm::StringLiteral kAnyFile = "example.go";

std::vector<toolexec::GoFile> AnyFunction(const pack::Directive& directive) {
  auto has = [&](llvm::StringRef part) { return llvm::is_contained(directive.with, part); };
  std::string text = "package example\n\nimport \"context\"\n\n//" + directive.name + "\nfunc Function(";
  text += has("context") ? "ctx context.Context) " : ") ";
  return {{kAnyFile.str(), text + (has("error") ? "(err error) " : "") + "{\n}\n"}};
}

std::string Described(const pack::Directive& directive) {
  std::string text = "functions under //" + directive.name;
  for (const std::string& part : directive.with) text += " with " + part;
  for (const std::string& part : directive.without) text += " without " + part;
  return text;
}

/// What the backend changed in a file.
struct Change {
  std::string head;  ///< from `func` to the end of what was inserted
  std::string code;  ///< behind the file
};

/// Without `/*line :3:4*/`: every insertion is closed by one.
std::string WithoutLineComments(llvm::StringRef text) {
  std::string out;
  for (size_t at = text.find("/*line "); at != llvm::StringRef::npos; at = text.find("/*line ")) {
    out += text.take_front(at);
    text = text.drop_front(at);
    text = text.drop_front(std::min(text.size(), text.find("*/") + 2));
  }
  return out + text.str();
}

/// Code and wrapper stand behind each other at the end of the file.
Result<Change> CallChangeOf(const pack::Hook& hook, llvm::StringRef text, llvm::StringRef directive) {
  const std::string wrapper = "\n//line instc/" + hook.rule + ".call.go:1:1\n";
  const size_t code = text.rfind(directive), call = text.rfind(wrapper);
  if (code == llvm::StringRef::npos || call == llvm::StringRef::npos)
    return Fail("the backend wrote no code for {0}", hook.rule);
  return Change{text.drop_front(call + wrapper.size()).trim().str(),
                text.slice(code + directive.size(), call).trim().str()};
}

/// The head is the text from the function's declaration to the `/*line*/` comment that closes the insertion;
/// the code stands under the last line directive.
Result<Change> ChangeOf(const pack::Hook& hook, llvm::StringRef text) {
  const std::string directive = "\n//line instc/" + hook.rule + ".go:1:1\n";
  if (hook.call) return CallChangeOf(hook, text, directive);
  const size_t code = text.rfind(directive);
  if (hook.IsTypes() && code != llvm::StringRef::npos)
    return Change{"", text.drop_front(code + directive.size()).trim().str()};
  const size_t marker = text.find("instcEnter_" + hook.symbol + "(");
  if (code == llvm::StringRef::npos || marker == llvm::StringRef::npos)
    return Fail("the backend wrote no code for {0}", hook.rule);
  const size_t begin = text.take_front(marker).rfind("\nfunc ") + 1;
  const size_t end = text.find("/*line ", marker);
  return Change{WithoutLineComments(text.slice(begin, end)),
                text.drop_front(code + directive.size()).trim().str()};
}

class Expander {
 public:
  Expander(CommandContext& context, compile::Environment environment)
      : context_(context), environment_(std::move(environment)) {}

  /// Whether some hook was wanted.
  Result<bool> Show(const pack::Plugin& plugin, const pack::Variant& variant, llvm::StringRef rule) {
    bool any = false;
    for (const pack::Package& package : variant.packages) {
      for (const pack::Hook& hook : package.hooks) {
        if (!IsWanted(hook, plugin, rule)) continue;
        if (any) context_.out << '\n';
        any = true;
        if (llvm::Error error = ShowHook(plugin, variant, package, hook))
          return Result<bool>(std::move(error));
      }
    }
    return any;
  }

 private:
  Result<const std::vector<toolexec::GoFile>*> FilesOf(const pack::Plugin& plugin,
                                                       const pack::Variant& variant,
                                                       const std::string& package) {
    auto [entry, is_new] = files_.try_emplace(package);
    if (!is_new) return &entry->second;
    auto library =
        survey::Library::Open(environment_, plugin.library.is_std ? package : package + "@" + variant.last);
    if (!library) return library.takeError();
    for (const go::File& file : (*library)->package().files())
      entry->second.push_back({file.buffer->name().str(), file.buffer->text().str()});
    return &entry->second;
  }

  llvm::Error ShowHook(const pack::Plugin& plugin, const pack::Variant& variant, const pack::Package& package,
                       const pack::Hook& hook) {
    std::vector<toolexec::GoFile> any;
    if (hook.directive) any = AnyFunction(*hook.directive);
    auto files = hook.directive ? &any : FilesOf(plugin, variant, package.path);
    if (!files) return files.takeError();
    pack::Plan plan;
    plan.package = hook.directive ? "example" : package.path;
    plan.hooks.push_back({0, hook});
    if (hook.call) plan.wrappers.push_back({"InstcCall_", hook.func, {0}});
    auto changed = toolexec::Rewrite(plan, **files);
    if (!changed) return changed.takeError();
    for (const toolexec::ChangedFile& file : *changed) {
      auto change = ChangeOf(hook, file.text);
      if (!change) return change.takeError();
      Write(hook, package, variant, *change);
    }
    return llvm::Error::success();
  }

  void Write(const pack::Hook& hook, const pack::Package& package, const pack::Variant& variant,
             const Change& change) {
    llvm::raw_ostream& out = context_.out;
    const bool object = hook.IsTypes();
    const std::string place =
        hook.directive ? Described(*hook.directive) : Spelled(hook) + " of " + package.path;
    out << "// " << hook.origin.file << ":" << hook.origin.line << ": "
        << (object ? "object " + hook.rule + " in " + package.path : "rule " + hook.rule + " at " + place)
        << ", " << variant.last << "\n\n";
    if (!object)
      out << LayOutGo(change.head) << (hook.call ? "\n" : "\t// ... the function as it was\n}\n\n");
    std::string beside;
    for (const pack::Import& import : hook.imports)
      beside += "import " + import.alias + " \"" + import.path + "\"\n";
    for (const pack::Field& field : package.fields)
      beside += "// struct " + field.type + " also has: " + field.text + "\n";
    for (const pack::Extern& used : package.externs)
      if (llvm::StringRef(hook.code).contains(used.symbol))
        beside += "var " + used.symbol + " " + used.type + " // " + used.package + "." + used.func + "\n";
    if (!beside.empty()) out << beside << '\n';
    out << change.code << '\n';
  }

  CommandContext& context_;
  compile::Environment environment_;
  std::map<std::string, std::vector<toolexec::GoFile>> files_;  // by package
};

/// The only plugin of the file.
Result<std::string> PluginIn(const compile::Compilation& compilation, const std::string& path) {
  for (const ast::File& file : compilation.files()) {
    if (file.buffer->name() != path) continue;
    for (const ast::DeclPtr& decl : file.decls)
      if (const auto* plugin = std::get_if<ast::PluginDecl>(&decl->node)) return plugin->name.Text();
  }
  return Fail("{0} holds no plugin", path);
}

/// The plugin with one variant: the wanted version, or the newest; none when the rules do not hold there.
Result<pack::Plugin> PluginAt(compile::Compilation& compilation, const std::string& name,
                              const std::string& version) {
  if (!version.empty()) {
    auto plugin = compilation.CompileAt(name, version);
    if (!plugin) return plugin.takeError();
    return plugin->value_or(pack::Plugin());
  }
  auto pack = compilation.Compile();
  if (!pack) return pack.takeError();
  for (pack::Plugin& plugin : pack->plugins) {
    if (plugin.name != name) continue;
    if (plugin.variants.size() > 1) plugin.variants.erase(plugin.variants.begin(), plugin.variants.end() - 1);
    return std::move(plugin);
  }
  return pack::Plugin();
}

/// A colon of the path itself is one only when such a file exists.
Wanted Ask(CommandContext& context, const ParsedOptions& options) {
  Wanted wanted{options.positional.front(), "", options.Get("at")};
  if (context.files.exists(wanted.file)) return wanted;
  auto [file, rule] = llvm::StringRef(options.positional.front()).rsplit(':');
  return {file.str(), rule.str(), wanted.version};
}

}  // namespace

int RunExpand(CommandContext& context) {
  auto options =
      ParseOptions({{"offline"}, {"at", OptionSpec::Takes::Value}, DiagnosticOutput::Option()}, context.args);
  if (!options) return UsageError(context, llvm::toString(options.takeError()));
  if (options->positional.size() != 1) return UsageError(context, kUsage);
  const Wanted wanted = Ask(context, *options);
  auto output = DiagnosticOutput::Create(context, *options);
  if (!output) return UsageError(context, llvm::toString(output.takeError()));
  compile::Environment environment = HostEnvironment(context, options->Has("offline"));
  compile::Compilation compilation(environment, (*output)->emitter());
  compilation.AddShippedRules(/*plugins=*/false);
  if (llvm::Error error = compilation.AddFile(wanted.file)) return Failure(context, std::move(error));
  compilation.Parse();
  auto name = PluginIn(compilation, wanted.file);
  if (!name && (*output)->emitter().HasErrors())
    return llvm::consumeError(name.takeError()), (*output)->Finish();
  if (!name) return Failure(context, name.takeError());
  auto plugin = PluginAt(compilation, *name, wanted.version);
  const int code = (*output)->Finish();
  if (!plugin) return Failure(context, plugin.takeError());
  if (code != kExitOk || plugin->variants.empty()) return kExitErrors;
  auto any = Expander(context, environment).Show(*plugin, plugin->variants.front(), wanted.rule);
  if (!any) return Failure(context, any.takeError());
  if (!*any) {
    std::vector<std::string> names;
    for (const pack::RuleRef& rule : plugin->rules) names.push_back(rule.id);
    return Failure(context, Fail("{0} has no rule `{1}`; it has {2}", wanted.file, wanted.rule,
                                 llvm::join(names, ", ")));
  }
  return kExitOk;
}

}  // namespace instc
