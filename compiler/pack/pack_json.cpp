#include "compiler/pack/pack_json.h"

#include "compiler/pack/directive.h"
#include "compiler/pack/within.h"
#include "compiler/pack/yields.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::pack {

using nlohmann::json;

// ---- Writing ----

static json Write(const VersionBound& bound) {
  return {{"op", bound.op}, {"version", bound.version}};
}
json Write(const SourceFile& source) {
  return {{"file", source.file}, {"text", source.text}};
}
static json Write(const RuleRef& rule) {
  return {{"id", rule.id}, {"line", rule.line}};
}
json Write(const Field& field) {
  return {{"type", field.type}, {"text", field.text}};
}
static json Write(const Import& import) {
  return {{"alias", import.alias}, {"path", import.path}};
}
json Write(const PatchFile& file) {
  return {{"name", file.name}, {"text", file.text}};
}

static json Write(const Extern& entry) {
  return {{"symbol", entry.symbol}, {"type", entry.type}, {"package", entry.package}, {"func", entry.func}};
}

json Write(const PatchEdit& edit) {
  return {{"file", edit.file}, {"within", edit.within}, {"after", edit.after}, {"insert", edit.insert}};
}

static const char* OptionTypeName(const OptionValue& value) {
  static constexpr const char* kNames[] = {"bool", "string", "int", "[]string"};
  return kNames[value.index()];
}

static json Write(const Option& option) {
  return {{"name", option.name},
          {"type", OptionTypeName(option.default_value)},
          {"default", std::visit([](const auto& value) { return json(value); }, option.default_value)},
          {"doc", option.doc}};
}

static json Write(const Directive& directive) {
  return {{"name", directive.name},
          {"with", directive.with},
          {"without", directive.without},
          {"given", directive.given}};
}

json Write(const Hook& hook) {
  json receiver;
  if (hook.receiver) {
    receiver = {
        {"type", hook.receiver->type}, {"pointer", hook.receiver->pointer}, {"name", hook.receiver->name}};
  }
  json written = {{"rule", hook.rule},
                  {"symbol", hook.symbol},
                  {"order", hook.order},
                  {"origin", {{"file", hook.origin.file}, {"line", hook.origin.line}}},
                  {"receiver", receiver},
                  {"func", hook.func},
                  {"params", hook.params},
                  {"results", hook.results},
                  {"imports", ListOf(hook.imports)},
                  {"uses_context", hook.uses_context},
                  {"enter_writes", hook.enter_writes},
                  {"has_exit", hook.has_exit},
                  {"exit_writes", hook.exit_writes},
                  {"code", hook.code}};
  if (!hook.by_address.empty()) written["by_address"] = hook.by_address;
  if (hook.call) written["call"] = true;
  if (hook.bypass) written["bypass"] = true;
  if (hook.directive) written["directive"] = Write(*hook.directive);
  if (!hook.within.empty()) written["within"] = hook.within;
  if (!hook.before.empty()) written["before"] = hook.before;
  if (!hook.after.empty()) written["after"] = hook.after;
  return written;
}

static json Write(const Metric& metric) {
  return {{"rule", metric.rule},
          {"name", metric.name},
          {"unit", metric.unit},
          {"doc", metric.doc},
          {"instrument", metric.instrument},
          {"integer", metric.integer},
          {"attributes", metric.attributes},
          {"bounds", metric.bounds}};
}

static json Write(const Package& package) {
  return {{"path", package.path},
          {"fields", ListOf(package.fields)},
          {"externs", ListOf(package.externs)},
          {"hooks", ListOf(package.hooks)},
          {"metrics", ListOf(package.metrics)}};
}

json Write(const Variant& variant) {
  return {{"first", variant.first}, {"last", variant.last}, {"packages", ListOf(variant.packages)}};
}

json Write(const Plugin& plugin) {
  json written = {{"name", plugin.name},
                  {"title", plugin.title},
                  {"file", plugin.file},
                  {"semconv", plugin.semconv},
                  {"library",
                   {{"path", plugin.library.path},
                    {"std", plugin.library.is_std},
                    {"range", ListOf(plugin.library.range)}}},
                  {"go", ListOf(plugin.go)},
                  {"options", ListOf(plugin.options)},
                  {"rules", ListOf(plugin.rules)},
                  {"variants", ListOf(plugin.variants)}};
  if (!plugin.yields.empty()) written["yields"] = plugin.yields;
  return written;
}

json Write(const Patch& patch) {
  return {{"package", patch.package},
          {"go", ListOf(patch.go)},
          {"edits", ListOf(patch.edits)},
          {"files", ListOf(patch.files)}};
}

std::string Dump(const json& value) {
  return value.dump(1, ' ', /*ensure_ascii=*/false, json::error_handler_t::replace) + "\n";
}

// ---- Reading ----

VersionBound ReadBound(JsonReader& in) {
  in.OnlyKeys({"op", "version"});
  VersionBound bound{in.String("op"), in.String("version")};
  for (llvm::StringRef op : {"==", "!=", "<", "<=", ">", ">="}) {
    if (bound.op == op) return bound;
  }
  in.At("op").Fail("not a comparison: `" + bound.op + "`");
  return bound;
}

SourceFile ReadSource(JsonReader& in) {
  in.OnlyKeys({"file", "text"});
  return {in.String("file"), in.String("text")};
}

static RuleRef ReadRule(JsonReader& in) {
  in.OnlyKeys({"id", "line"});
  return {in.String("id"), in.Line("line")};
}

Field ReadField(JsonReader& in) {
  in.OnlyKeys({"type", "text"});
  return {in.String("type"), in.String("text")};
}

static Extern ReadExtern(JsonReader& in) {
  in.OnlyKeys({"symbol", "type", "package", "func"});
  return {in.String("symbol"), in.String("type"), in.String("package"), in.String("func")};
}

static Import ReadImport(JsonReader& in) {
  in.OnlyKeys({"alias", "path"});
  return {in.String("alias"), in.String("path")};
}

static Option ReadOption(JsonReader& in) {
  in.OnlyKeys({"name", "type", "default", "doc"});
  Option option{in.String("name"), {}, in.String("doc")};
  std::string type = in.String("type");
  if (type == "bool")
    option.default_value = in.Bool("default");
  else if (type == "string")
    option.default_value = in.String("default");
  else if (type == "int")
    option.default_value = in.Int("default");
  else if (type == "[]string")
    option.default_value = in.Strings("default");
  else
    in.At("type").Fail("not an option type: `" + type + "`");
  return option;
}

static std::optional<Receiver> ReadReceiver(JsonReader in) {
  if (in.value().is_null()) return std::nullopt;
  in.OnlyKeys({"type", "pointer", "name"});
  return Receiver{in.String("type"), in.Bool("pointer"), in.String("name")};
}

static Origin ReadOrigin(JsonReader in) {
  in.OnlyKeys({"file", "line"});
  return {in.String("file"), in.Line("line")};
}

static bool IsGiven(llvm::StringRef given) {
  for (llvm::StringRef known : {"name", "title", "symbol", "attributes", "attribute count"})
    if (given == known) return true;
  return given.startswith("argument ");
}

static Directive ReadDirective(JsonReader in) {
  in.OnlyKeys({"name", "with", "without", "given"});
  Directive directive{in.String("name"), in.Strings("with"), in.Strings("without"), in.Strings("given")};
  if (!IsDirective(directive.name)) in.At("name").Fail("not a directive: `" + directive.name + "`");
  for (const char* key : {"with", "without"}) {
    for (const std::string& part : key == std::string("with") ? directive.with : directive.without)
      if (part != "context" && part != "error") in.At(key).Fail("not a part of a function: `" + part + "`");
  }
  for (const std::string& given : directive.given)
    if (!IsGiven(given)) in.At("given").Fail("nothing is given as `" + given + "`");
  return directive;
}

/// The signature of a hook at a directive follows from what it asks for.
static bool Fits(const Hook& hook, const Directive& directive) {
  auto has = [&](llvm::StringRef part) { return llvm::is_contained(directive.with, part); };
  return !hook.receiver && hook.func.empty() && !hook.call && !hook.bypass &&
         hook.params.size() == directive.given.size() + (has("context") ? 1 : 0) &&
         hook.results.size() == (has("error") ? 1 : 0);
}

Hook ReadHook(JsonReader& in) {
  in.OnlyKeys({"rule",        "symbol",    "order",     "origin",       "receiver",     "func",
               "params",      "results",   "imports",   "uses_context", "enter_writes", "has_exit",
               "exit_writes", "code",      "call",      "bypass",       "within",       "before",
               "after",       "directive", "by_address"});
  Hook hook;
  hook.rule = in.String("rule");
  hook.symbol = in.String("symbol");
  hook.order = static_cast<int>(in.Line("order"));
  hook.origin = ReadOrigin(in.At("origin"));
  hook.receiver = ReadReceiver(in.At("receiver"));
  hook.func = in.String("func");
  hook.params = in.Strings("params");
  hook.results = in.Strings("results");
  hook.imports = in.List("imports", ReadImport);
  hook.uses_context = in.Bool("uses_context");
  hook.enter_writes = in.Strings("enter_writes");
  hook.has_exit = in.Bool("has_exit");
  hook.exit_writes = in.Strings("exit_writes");
  hook.code = in.String("code");
  if (in.Has("by_address")) hook.by_address = in.Strings("by_address");
  for (const std::string& name : hook.by_address)
    if (!llvm::is_contained(hook.params, name)) in.At("by_address").Fail("not one of the parameters");
  if (in.Has("call")) hook.call = in.Bool("call");
  if (in.Has("bypass")) hook.bypass = in.Bool("bypass");
  if (in.Has("directive")) hook.directive = ReadDirective(in.At("directive"));
  if (in.Has("within")) hook.within = in.Strings("within");
  if (in.Has("before")) hook.before = in.Strings("before");
  if (in.Has("after")) hook.after = in.Strings("after");
  if (!IsWithinFilter(hook.within)) in.At("within").Fail("not a filter over import paths");
  if (hook.call && hook.receiver.has_value()) in.At("call").Fail("not for methods");
  if (hook.directive) {
    if (!Fits(hook, *hook.directive)) in.At("directive").Fail("does not fit the hook's signature");
    return hook;
  }
  const bool at_site = hook.receiver || !hook.params.empty() || !hook.results.empty() || hook.has_exit ||
                       !hook.enter_writes.empty();
  if (hook.func.empty() && at_site) in.At("func").Fail("declarations without a function have no signature");
  return hook;
}

static Metric ReadMetric(JsonReader& in) {
  in.OnlyKeys({"rule", "name", "unit", "doc", "instrument", "integer", "attributes", "bounds"});
  Metric metric{in.String("rule"),       in.String("name"),  in.String("unit"),        in.String("doc"),
                in.String("instrument"), in.Bool("integer"), in.Strings("attributes"), in.Numbers("bounds")};
  for (llvm::StringRef known : {"histogram", "counter", "updowncounter", "gauge"}) {
    if (metric.instrument == known) return metric;
  }
  in.At("instrument").Fail("not an instrument: `" + metric.instrument + "`");
  return metric;
}

static Package ReadPackage(JsonReader& in) {
  in.OnlyKeys({"path", "fields", "externs", "hooks", "metrics"});
  Package package{in.String("path"),
                  in.List("fields", ReadField),
                  in.List("externs", ReadExtern),
                  in.List("hooks", ReadHook),
                  {}};
  if (in.Has("metrics")) package.metrics = in.List("metrics", ReadMetric);
  const bool any = package.path == kAnyPackage;
  for (const Hook& hook : package.hooks)
    if (hook.directive.has_value() != any)
      in.At("hooks").Fail("a directive is for the package `*` and no other");
  if (any && !package.fields.empty()) in.At("fields").Fail("the package `*` has no types");
  return package;
}

Variant ReadVariant(JsonReader& in) {
  in.OnlyKeys({"first", "last", "packages"});
  return {in.String("first"), in.String("last"), in.List("packages", ReadPackage)};
}

static Library ReadLibrary(JsonReader in) {
  in.OnlyKeys({"path", "std", "range"});
  return {in.String("path"), in.Bool("std"), in.List("range", ReadBound)};
}

Plugin ReadPlugin(JsonReader& in) {
  in.OnlyKeys(
      {"name", "title", "file", "semconv", "library", "go", "yields", "options", "rules", "variants"});
  Plugin plugin;
  plugin.name = in.String("name");
  plugin.title = in.String("title");
  plugin.file = in.String("file");
  plugin.semconv = in.String("semconv");
  plugin.library = ReadLibrary(in.At("library"));
  plugin.go = in.List("go", ReadBound);
  if (in.Has("yields")) plugin.yields = in.Strings("yields");
  for (const std::string& path : plugin.yields)
    if (!IsYieldTarget(path)) in.Fail("yields to no package");
  plugin.options = in.List("options", ReadOption);
  plugin.rules = in.List("rules", ReadRule);
  plugin.variants = in.List("variants", ReadVariant);
  return plugin;
}

PatchEdit ReadPatchEdit(JsonReader& in) {
  in.OnlyKeys({"file", "within", "after", "insert"});
  return {in.String("file"), in.String("within"), in.String("after"), in.String("insert")};
}

PatchFile ReadPatchFile(JsonReader& in) {
  in.OnlyKeys({"name", "text"});
  return {in.String("name"), in.String("text")};
}

/// Patched packages get flags of the compiler by their path, with or without being in the build.
static bool IsPathOfStd(llvm::StringRef path) {
  return !path.empty() &&
         llvm::all_of(path, [](char c) { return llvm::isAlnum(c) || c == '/' || c == '_' || c == '.'; });
}

Patch ReadPatch(JsonReader& in) {
  in.OnlyKeys({"package", "go", "edits", "files"});
  if (!IsPathOfStd(in.String("package"))) in.At("package").Fail("not a package of the standard library");
  return {in.String("package"), in.List("go", ReadBound), in.List("edits", ReadPatchEdit),
          in.List("files", ReadPatchFile)};
}

}  // namespace instc::pack
