#include "compiler/build/wiring.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "dsl/base/text.h"
#include "dsl/base/text_writer.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"

namespace instc::build {
namespace {

constexpr char kHex[] = "0123456789abcdef";

bool ImportsContext(const Listed& package) {
  return std::find(package.imports.begin(), package.imports.end(), "context") != package.imports.end();
}

/// The build constraint lets the file use `any` in packages whose go line is older than Go 1.18.
std::string PortText(const Target& target, llvm::StringRef port_text) {
  bool context = ImportsContext(*target.package);
  std::string text = "//go:build go1.21\n\n";
  text += "package " + target.package->name + "\n\nimport (\n";
  if (context) text += "\tinstcContext \"context\"\n";
  text += "\t\"unsafe\"\n)\n\n";
  text += ReplacedAll(port_text, "@{context}", context ? "instcContext.Context" : "any");
  for (const pack::Extern& entry : target.externs) {
    text += "\n//go:linkname " + entry.symbol + "\nvar " + entry.symbol + " " + entry.type + "\n";
  }
  return text;
}

/// Packages that only call hooked functions run no code of ours.
bool HasPort(const Target& target) {
  return !target.rules.empty();
}

pack::Plan TargetPlan(const Target& target, llvm::StringRef port_text) {
  pack::Plan plan;
  plan.package = target.package->path;
  plan.is_main = target.package->name == "main";
  plan.fields = target.fields;
  for (const TargetHook& hook : target.hooks) plan.hooks.push_back({hook.rule, hook.hook});
  plan.wrappers = target.wrappers;
  plan.calls = target.calls;
  if (HasPort(target)) plan.files.push_back({"port.go", PortText(target, port_text)});
  return plan;
}

void AddPatch(const pack::Patch& patch, std::map<std::string, pack::Plan>& plans) {
  pack::Plan& plan = plans[patch.package];
  plan.package = patch.package;
  plan.edits.insert(plan.edits.end(), patch.edits.begin(), patch.edits.end());
  plan.files.insert(plan.files.end(), patch.files.begin(), patch.files.end());
}

std::string OptionText(const pack::OptionValue& value) {
  struct Writer {
    std::string operator()(bool v) const { return v ? "true" : "false"; }
    std::string operator()(const std::string& v) const { return GoQuoted(v); }
    std::string operator()(int64_t v) const { return "int64(" + std::to_string(v) + ")"; }
    std::string operator()(const std::vector<std::string>& v) const {
      std::string text = "[]string{";
      for (const std::string& element : v) text += GoQuoted(element) + ", ";
      return text + "}";
    }
  };
  return std::visit(Writer(), value);
}

std::string ListText(const std::vector<std::string>& elements) {
  std::string text;
  for (const std::string& element : elements) text += (text.empty() ? "" : ", ") + GoQuoted(element);
  return text;
}

/// As rt.Metric numbers them.
int InstrumentNumber(llvm::StringRef instrument) {
  return llvm::StringSwitch<int>(instrument)
      .Case("histogram", 1)
      .Case("counter", 2)
      .Case("updowncounter", 3)
      .Default(4);
}

/// The shortest text that reads back as the same number.
std::string Shortest(double number) {
  char text[32];
  auto end = std::to_chars(text, text + sizeof text, number).ptr;
  return std::string(text, end);
}

std::string MetricText(const pack::Metric& metric) {
  std::string text = "{Name: " + GoQuoted(metric.name) + ", Unit: " + GoQuoted(metric.unit) +
                     ", Doc: " + GoQuoted(metric.doc) +
                     ", Kind: " + std::to_string(InstrumentNumber(metric.instrument));
  if (metric.integer) text += ", Integer: true";
  if (!metric.attributes.empty()) text += ", Attributes: []string{" + ListText(metric.attributes) + "}";
  std::string bounds;
  for (double bound : metric.bounds) bounds += (bounds.empty() ? "" : ", ") + Shortest(bound);
  return text + (bounds.empty() ? "}" : ", Bounds: []float64{" + bounds + "}}");
}

std::string MetricsText(const Target& target, const TargetRule& rule) {
  std::string text;
  for (const TargetMetric& metric : target.metrics) {
    if (metric.plugin == rule.plugin && metric.metric.rule == rule.rule)
      text += MetricText(metric.metric) + ", ";
  }
  return text.empty() ? "" : ", Metrics: []rt.Metric{" + text + "}";
}

std::string RuleText(const Target& target, const TargetRule& rule) {
  llvm::StringRef version = rule.plugin->semconv;
  version.consume_front("v");
  std::string text = "{Plugin: " + GoQuoted(rule.plugin->name) + ", Rule: " + GoQuoted(rule.rule) +
                     ", Version: \"" INSTC_VERSION "\"";
  if (!version.empty())
    text += ", SchemaURL: " + GoQuoted("https://opentelemetry.io/schemas/" + version.str());
  if (!rule.plugin->yields.empty()) text += ", Yields: []string{" + ListText(rule.plugin->yields) + "}";
  if (!rule.plugin->options.empty()) text += ", Options: []rt.Option{";
  for (const pack::Option& option : rule.plugin->options) {
    text += "{Name: " + GoQuoted(option.name) + ", Value: " + OptionText(option.default_value) + "}, ";
  }
  if (!rule.plugin->options.empty()) text += "}";
  return text + MetricsText(target, rule) + "},";
}

/// Import names of the packages that externs come from: x0, x1, ... by path.
std::map<std::string, std::string> ExternImports(const Matched& matched) {
  std::map<std::string, std::string> imports;
  for (const Target& target : matched.targets) {
    if (!HasPort(target)) continue;
    for (const pack::Extern& entry : target.externs) imports[entry.package];
  }
  size_t index = 0;
  for (auto& [path, name] : imports) name = "x" + std::to_string(index++);
  return imports;
}

bool HasPatch(const Matched& matched, llvm::StringRef package) {
  return std::any_of(matched.patches.begin(), matched.patches.end(),
                     [&](const pack::Patch& patch) { return patch.package == package; });
}

std::string MovedPath(llvm::StringRef path, llvm::StringRef runtime_path) {
  if (path == kRuntimePath || path.startswith((kRuntimePath + "/").str())) {
    return (runtime_path + path.drop_front(kRuntimePath.size())).str();
  }
  return path.str();
}

/// `import "instc.dev/rt/x"` or `name "instc.dev/rt/x"` inside an import declaration; any other line stays.
std::string MovedImportLine(llvm::StringRef line, llvm::StringRef runtime_path) {
  size_t quote = line.find('"');
  llvm::StringRef before = line.take_front(quote), quoted = line.drop_front(before.size()).rtrim();
  bool import = quoted.size() > 2 && quoted.endswith("\"") &&
                before.find_first_of("=(:,") == llvm::StringRef::npos &&
                quoted.drop_front().drop_back().find('"') == llvm::StringRef::npos;
  if (!import) return line.str();
  return before.str() + "\"" + MovedPath(quoted.drop_front().drop_back(), runtime_path) + "\"";
}

class WiringWriter {
 public:
  WiringWriter(const Matched& matched, llvm::StringRef runtime_path, LinkedInto linked_into)
      : matched_(matched),
        runtime_path_(runtime_path),
        linked_into_(linked_into),
        imports_(ExternImports(matched)),
        out_(text_),
        w_(out_, "\t") {}

  std::string Write(const Provenance& provenance) {
    w_.Line("// Written by instc go: connects instrumented packages with the instc runtime.");
    w_.Line();
    w_.Linef("package {0}", kWiringName);
    w_.Line();
    WriteImports();
    WriteVariables();
    WriteInit(provenance);
    return out_.str();
  }

 private:
  void WriteImports() {
    w_.Line("import (");
    {
      auto indent = w_.Indent();
      if (HasPatch(matched_, "os/signal")) w_.Line("\"os/signal\"");
      if (HasPatch(matched_, "runtime")) w_.Line("\"runtime\"");
      w_.Line("_ \"unsafe\" // for linkname");
      w_.Line();
      w_.Linef("rt {0}", GoQuoted(runtime_path_));
      for (const auto& [path, name] : imports_)
        w_.Linef("{0} {1}", name, GoQuoted(MovedPath(path, runtime_path_)));
    }
    w_.Line(")");
  }

  void WriteVariable(const std::string& name, const Target& target, llvm::StringRef symbol,
                     llvm::StringRef type) {
    w_.Line();
    std::string package = target.package->name == "main" ? "main" : SymbolPath(target.package->path);
    w_.Linef("//go:linkname {0} {1}.{2}", name, package, symbol);
    w_.Linef("var {0} {1}", name, type);
  }

  void WriteVariables() {
    for (size_t i = 0; i < matched_.targets.size(); ++i) {
      const Target& target = matched_.targets[i];
      if (!HasPort(target)) continue;
      WriteVariable("port" + std::to_string(i), target, "instcPort", "*rt.Port");
      for (size_t k = 0; k < target.externs.size(); ++k) {
        WriteVariable(ExternName(i, k), target, target.externs[k].symbol, target.externs[k].type);
      }
    }
  }

  static std::string ExternName(size_t target, size_t index) {
    return "extern" + std::to_string(target) + "_" + std::to_string(index);
  }

  void WriteInit(const Provenance& provenance) {
    w_.Line();
    w_.Line("func init() {");
    {
      auto indent = w_.Indent();
      w_.Linef("rt.Start(rt.Build{{Instc: {0}, Rules: {1}, Provenance: {2}}, {3})",
               GoQuoted(provenance.instc), GoQuoted(provenance.rules), GoQuoted(ProvenanceText(provenance)),
               HostText());
      for (size_t i = 0; i < matched_.targets.size(); ++i) WriteTarget(i);
      w_.Line("rt.Wired()");
    }
    w_.Line("}");
  }

  std::string HostText() const {
    std::string text = "rt.Host{";
    if (HasPatch(matched_, "runtime")) {
      text +=
          "Get: runtime.InstcGet, Set: runtime.InstcSet, PanicDepth: runtime.InstcPanicDepth, PanicValue: "
          "runtime.InstcPanicValue, AtExit: runtime.InstcAtExit, ";
    }
    if (HasPatch(matched_, "os/signal")) text += "SignalWanted: signal.InstcWanted, ";
    return text + "}";
  }

  void WriteTarget(size_t index) {
    const Target& target = matched_.targets[index];
    if (!HasPort(target)) return;
    if (linked_into_ == LinkedInto::kPlugin) {
      w_.Linef("if port{0} == nil {{", index);
      {
        auto indent = w_.Indent();
        WriteConnection(index);
      }
      w_.Line("}");
      return;
    }
    WriteConnection(index);
  }

  void WriteConnection(size_t index) {
    const Target& target = matched_.targets[index];
    for (size_t k = 0; k < target.externs.size(); ++k) {
      w_.Linef("{0} = {1}.{2}", ExternName(index, k), imports_[target.externs[k].package],
               target.externs[k].func);
    }
    w_.Linef("port{0} = rt.NewPort([]rt.RuleInfo{{", index);
    {
      auto indent = w_.Indent();
      for (const TargetRule& rule : target.rules) w_.Line(RuleText(target, rule));
    }
    w_.Line("})");
  }

  const Matched& matched_;
  llvm::StringRef runtime_path_;
  const LinkedInto linked_into_;
  std::map<std::string, std::string> imports_;
  std::string text_;
  llvm::raw_string_ostream out_;
  TextWriter w_;
};

}  // namespace

std::vector<pack::Plan> MakePlans(const Matched& matched, llvm::StringRef port_text) {
  std::map<std::string, pack::Plan> plans;
  for (const Target& target : matched.targets) plans[target.package->path] = TargetPlan(target, port_text);
  for (const pack::Patch& patch : matched.patches) AddPatch(patch, plans);
  std::vector<pack::Plan> sorted;
  sorted.reserve(plans.size());
  for (auto& [path, plan] : plans) sorted.push_back(std::move(plan));
  return sorted;
}

std::string WiringText(const Matched& matched, const Provenance& provenance, llvm::StringRef runtime_path,
                       LinkedInto linked_into) {
  return WiringWriter(matched, runtime_path, linked_into).Write(provenance);
}

std::string LinkingText(llvm::StringRef package_name, llvm::StringRef wiring_path) {
  return ("// Written by instc go: links the instrumentation.\n\npackage " + package_name + "\n\nimport _ " +
          GoQuoted(wiring_path) + "\n")
      .str();
}

std::string MovedImports(llvm::StringRef text, llvm::StringRef runtime_path) {
  std::string out;
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    bool ended = line.size() < text.size();
    out += MovedImportLine(line, runtime_path) + (ended ? "\n" : "");
    text = rest;
  }
  return out;
}

std::string SymbolPath(llvm::StringRef import_path) {
  size_t last = import_path.rfind('/') + 1;  // 0 without a slash
  std::string out;
  for (size_t i = 0; i < import_path.size(); ++i) {
    unsigned char c = static_cast<unsigned char>(import_path[i]);
    if (c <= ' ' || (c == '.' && i >= last) || c == '%' || c == '"' || c >= 0x7f) {
      out += {'%', kHex[c >> 4], kHex[c & 15]};
    } else {
      out += static_cast<char>(c);
    }
  }
  return out;
}

}  // namespace instc::build
