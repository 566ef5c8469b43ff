#include "compiler/gotest/gotest.h"

#include "compiler/assets/assets.h"
#include "compiler/build/wiring.h"
#include "compiler/go/edit/editor.h"
#include "compiler/go/edit/naming.h"
#include "compiler/go/syntax/parser.h"
#include "compiler/lower/lower.h"
#include "compiler/toolexec/rewrite.h"
#include "dsl/base/text.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

namespace instc::gotest {
namespace {

constexpr llvm::StringLiteral kRecorder(
#include "compiler/gotest/recorder.inc"
);

std::string Joined(llvm::StringRef directory, llvm::StringRef name) {
  llvm::SmallString<128> path(directory);
  llvm::sys::path::append(path, name);
  return path.str().str();
}

llvm::Error WriteFile(const std::string& path, llvm::StringRef text) {
  if (std::error_code code = llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path)))
    return Fail("cannot write {0}: {1}", path, code.message());
  std::error_code code;
  llvm::raw_fd_ostream out(path, code);
  if (!code) out << text;
  out.flush();
  if (code || out.has_error()) return Fail("cannot write {0}", path);
  return llvm::Error::success();
}

/// A copy that may be written to: modules in the cache are read-only.
llvm::Error CopyTree(const std::string& from, const std::string& to) {
  std::error_code code;
  for (llvm::sys::fs::recursive_directory_iterator it(from, code), end; it != end && !code;
       it.increment(code)) {
    if (it->type() != llvm::sys::fs::file_type::regular_file) continue;
    auto text = llvm::MemoryBuffer::getFile(it->path());
    if (!text) return Fail("cannot read {0}: {1}", it->path(), text.getError().message());
    if (llvm::Error error = WriteFile(to + it->path().substr(from.size()), (*text)->getBuffer()))
      return error;
  }
  return code ? Fail("cannot read {0}: {1}", from, code.message()) : llvm::Error::success();
}

/// The head of a double and its variables.
void WriteDouble(const ruletest::GoDouble& which, const go::FuncDecl& func, llvm::StringRef text,
                 go::Editor& editor) {
  const std::string key = which.Variables();
  const auto receiver = go::NameValues(func.receiver, text, "instcV", false, editor);
  const auto params = go::NameValues(func.signature.params, text, "instcP", true, editor);
  const auto results = go::ListValues(func.signature.results, text);
  std::string variables = "var " + key + "_body func()\n";
  std::string head = " if " + key + "_body != nil { ";
  std::vector<std::string> returned;
  auto take = [&](const std::vector<go::NamedValue>& values, const std::string& name, bool numbered) {
    for (size_t i = 0; i < values.size(); ++i) {
      const std::string variable = key + name + (numbered ? std::to_string(i) : "");
      variables += "var " + variable + " " + values[i].type + "\n";
      head += variable + " = " + values[i].name + "; ";
    }
  };
  take(receiver, "_r", false);
  take(params, "_p", true);
  for (size_t i = 0; i < results.size(); ++i) {
    returned.push_back(key + "_o" + std::to_string(i));
    variables += "var " + returned.back() + " " + results[i].type + "\n";
  }
  head += key + "_body(); return " + llvm::join(returned, ", ") + " };";
  editor.Insert(func.body->open + 1, head);
  editor.Append("instc/" + key + ".go", variables);
}

/// Packages that the port of a test is made of: it cannot stand in them.
bool IsBelowPort(llvm::StringRef path) {
  static const char* const kBelow[] = {
      "bytes",   "cmp",         "context",   "errors",  "fmt",     "io",     "io/fs",
      "iter",    "math",        "math/bits", "net/url", "os",      "path",   "net/netip",
      "reflect", "runtime",     "slices",    "strconv", "strings", "sync",   "syscall",
      "time",    "sync/atomic", "unicode",   "unique",  "weak",    "unsafe", "unicode/utf8"};
  return path.startswith("internal/") || llvm::is_contained(kBelow, path);
}

}  // namespace

// ------------------------------------------------------------------------------------------------ translate

void GoRun::Add(const compile::TestedPlugin& tested) {
  if (!seen_.insert(tested.description.name).second) return;
  std::map<std::string, size_t> by_path;
  const size_t first = programs_.size();
  for (const ruletest::Test& test : tested.tests) {
    const std::string shown = tested.description.name + " " + test.name;
    if (shown.find(filter_) == std::string::npos) continue;
    const rules::Hook& hook = *test.hook;
    Planned planned;
    planned.rule = hook.rule;
    planned.verdict = {
        tested.description.name, test.name, hook.Title(), tested.target.version, test.at, "", {}};
    planned.test = ruletest::TranslateToGo(test, number_++, tested.target, tested.description);
    planned.verdict.refused = planned.test.refused;
    if (tested.description.library.is_std && IsBelowPort(hook.package))
      planned.verdict.refused = "package " + hook.package + " is one that the program of a test is made of";
    if (!planned.verdict.refused.empty()) {
      refused_.push_back(std::move(planned.verdict));
      continue;
    }
    auto [entry, fresh] = by_path.emplace(hook.package, programs_.size());
    if (fresh) {
      Program program;
      program.path = hook.package;
      program.name = test.package->name();
      const auto& imports = test.package->ImportPaths();
      program.imports_context = llvm::is_contained(imports, "context");
      if (const go::PackageSource* source = tested.target.program->SourceOf(*test.package)) {
        program.dir = source->dir;
      }
      if (!tested.description.library.is_std) {
        program.module_path = tested.description.library.path;
        program.module_version = tested.target.version;
      }
      programs_.push_back(std::move(program));
    }
    programs_[entry->second].tests.push_back(std::move(planned));
  }
  for (size_t i = first; i < programs_.size(); ++i)
    if (llvm::Error error = Prepare(programs_[i], tested)) error_ += llvm::toString(std::move(error)) + " ";
}

/// What rules are checked against need not be whole: here the module's own files are wanted.
llvm::Error GoRun::FindModule(Program& program) const {
  std::vector<std::string> variables = {"GOWORK=off", "GOFLAGS="};
  if (!environment_.allow_network) variables.push_back("GOPROXY=off");
  const std::string module = program.module_path + "@" + program.module_version;
  auto done = environment_.run({environment_.go, "mod", "download", "-json", module}, "/", variables);
  if (!done) return done.takeError();
  auto answer = llvm::json::parse(done->out);
  if (!answer) return answer.takeError();
  const llvm::json::Object* object = answer->getAsObject();
  const auto directory = object == nullptr ? llvm::None : object->getString("Dir");
  if (!directory) return Fail("cannot get {0}: {1}", module, llvm::StringRef(done->out).trim());
  program.dir = directory->str() + program.path.substr(program.module_path.size());
  return llvm::Error::success();
}

/// The package's files with doubles first, hooks in front of them.
llvm::Error GoRun::Prepare(Program& program, const compile::TestedPlugin& tested) {
  auto package = tested.target.program->Load(program.path);
  if (!package) return package.takeError();
  const go::PackageSource* source = tested.target.program->SourceOf(**package);
  if (source == nullptr) return Fail("package {0} has no files", program.path);
  if (!program.module_path.empty())
    if (llvm::Error error = FindModule(program)) return error;
  for (pack::Package& lowered : lower::Lower(tested.plugin))
    if (lowered.path == program.path) program.lowered = std::move(lowered);
  std::map<std::string, Doubles> by_package = {{"", {}}};
  for (const Planned& planned : program.tests)
    for (const ruletest::GoDouble& one : planned.test.doubles)
      by_package[one.package].emplace(one.Key(), one);
  auto doubled = WithDoubles(program.dir, source->files, std::move(by_package[""]));
  if (!doubled) return doubled.takeError();
  by_package.erase("");
  for (auto& [path, doubles] : by_package)
    if (llvm::Error error = PrepareOther(program, path, std::move(doubles), tested)) return error;
  std::vector<toolexec::GoFile> files;
  std::vector<bool> touched;
  for (const DoubledFile& file : *doubled) {
    files.push_back({Joined(program.dir, file.name), file.text, false});
    touched.push_back(file.changed);
  }
  pack::Plan plan;
  plan.package = program.path;
  plan.fields = program.lowered.fields;
  for (size_t i = 0; i < program.lowered.hooks.size(); ++i) {
    const pack::Hook& hook = program.lowered.hooks[i];
    plan.hooks.push_back({static_cast<uint32_t>(i), hook});
    if (hook.call)
      plan.wrappers.push_back(
          {ruletest::GoWrapperPrefix(hook.symbol), hook.func, {static_cast<uint32_t>(i)}});
  }
  auto changed = toolexec::Rewrite(plan, files);
  if (!changed) return changed.takeError();
  for (toolexec::ChangedFile& file : *changed) {
    files[file.index].text = std::move(file.text);
    touched[file.index] = true;
  }
  for (size_t i = 0; i < files.size(); ++i)
    if (touched[i]) program.files.push_back({source->files[i], std::move(files[i].text), ""});
  return llvm::Error::success();
}

/// The files of a directory with the doubles that are declared in them.
Result<std::vector<GoRun::DoubledFile>> GoRun::WithDoubles(const std::string& dir,
                                                           const std::vector<std::string>& names,
                                                           Doubles doubles) const {
  std::vector<DoubledFile> files;
  for (const std::string& name : names) {
    const std::string path = Joined(dir, name);
    auto text = environment_.fs->getBufferForFile(path);
    if (!text) return Fail("cannot read {0}: {1}", path, text.getError().message());
    const std::string original = (*text)->getBuffer().str();
    const go::File syntax = go::ParseText(original, [](uint32_t, uint32_t, llvm::StringRef) {});
    go::Editor editor(original);
    for (auto it = doubles.begin(); it != doubles.end();) {
      const go::FuncDecl* func = syntax.FindFunc(it->second.receiver, it->second.func);
      const bool here = func != nullptr && func->body.has_value();
      if (here) WriteDouble(it->second, *func, original, editor);
      it = here ? doubles.erase(it) : std::next(it);
    }
    files.push_back({name, editor.changed() ? editor.Render({"", false}) : original, editor.changed()});
  }
  if (!doubles.empty()) return Fail("{0} has no `{1}`", dir, doubles.begin()->second.func);
  return files;
}

/// Another package of the module, for what is doubled in it.
llvm::Error GoRun::PrepareOther(Program& program, const std::string& path, Doubles doubles,
                                const compile::TestedPlugin& tested) const {
  auto package = tested.target.program->Load(path);
  if (!package) return package.takeError();
  const go::PackageSource* source = tested.target.program->SourceOf(**package);
  if (source == nullptr) return Fail("package {0} has no files", path);
  const std::string root =
      llvm::StringRef(program.dir).drop_back(program.path.size() - program.module_path.size()).str();
  auto files = WithDoubles(root + path.substr(program.module_path.size()), source->files, std::move(doubles));
  if (!files) return files.takeError();
  for (DoubledFile& file : *files)
    if (file.changed) program.files.push_back({file.name, std::move(file.text), path});
  return llvm::Error::success();
}

// --------------------------------------------------------------------------------------------- the program

std::string GoRun::DriverText(const Program& program) {
  // Under names of their own: the package may call its things what it wants.
  const std::pair<const char*, const char*> imports[] = {
      {"instcContext", "context"}, {"instcErrors", "errors"},  {"instcFmt", "fmt"},
      {"instcMath", "math"},       {"instcNetURL", "net/url"}, {"instcOs", "os"},
      {"instcReflect", "reflect"}};
  std::string named;
  std::string declarations, tests;
  std::map<std::string, std::string> wanted;
  for (const Planned& planned : program.tests) {
    wanted.insert(planned.test.imports.begin(), planned.test.imports.end());
    declarations += planned.test.declarations;
    tests += "\tfunc() {\n\tinstcRule = " + GoQuoted(planned.rule) + "\n" + planned.test.body + "\t},\n";
  }
  std::string text = "//go:build go1.21\n\npackage " + program.name + "\n\nimport (\n";
  for (const auto& [name, path] : imports) text += std::string("\t") + name + " " + GoQuoted(path) + "\n";
  text += "\t\"unsafe\"\n";
  for (const auto& [path, name] : wanted) text += "\t" + name + " " + GoQuoted(path) + "\n";
  text += ")\n\nvar _ = instcErrors.New\n";
  for (const assets::Asset& asset : assets::Runtime()) {
    if (asset.path != "compiler/rt/port_target.go.txt") continue;
    llvm::StringRef port = asset.text;
    port.consume_front("//go:linkname instcPort\n");
    const std::string context = program.imports_context ? "instcContext.Context" : "any";
    text += ReplacedAll(port, "@{context}", context) + "\n";
  }
  text += kRecorder.str();
  text += "\nvar _ instcContext.Context\n";
  if (program.imports_context)
    text +=
        "\nfunc init() {\n\tinstcPort.context = func(parent instcContext.Context, _ unsafe.Pointer) "
        "instcContext.Context "
        "{\n\t\treturn &instcContextOf{parent, true}\n\t}\n"
        "\tinstcPort.detach = func(_ unsafe.Pointer, _ string, parent instcContext.Context, _ "
        "unsafe.Pointer) "
        "instcContext.Context {\n\t\treturn &instcContextOf{parent, true}\n\t}\n"
        "\tinstcPort.suppressIn = func(_ string, _ uint8, parent instcContext.Context) instcContext.Context "
        "{\n\t\treturn parent\n\t}\n}\n";
  std::string externs;
  for (const pack::Extern& entry : program.lowered.externs) {
    text += "\nvar " + entry.symbol + " " + entry.type + "\n";
    externs += "\t" + entry.symbol + " = externs[" + GoQuoted(entry.symbol) + "].(" + entry.type + ")\n";
  }
  text += "\nfunc instcExterns(externs map[string]any) {\n" + externs + "}\n\n" + declarations;
  text +=
      "\n// The names of the rules in their order, empty for objects, and the one that is tested.\nvar "
      "instcRules = []string{";
  for (const pack::Hook& hook : program.lowered.hooks)
    text += GoQuoted(hook.IsTypes() ? "" : hook.rule) + ", ";
  text += "}\n\nvar instcRule string\n";
  text += "\nvar instcTests []func()\n\nfunc init() { instcTests = []func(){\n" + tests + "} }\n";
  return text;
}

std::string GoRun::MainText(const Program& program) {
  std::map<std::string, std::string> packages;
  std::string externs;
  for (const pack::Extern& entry : program.lowered.externs) {
    auto [name, fresh] = packages.emplace(entry.package, "x" + std::to_string(packages.size()));
    externs += "\t\t" + GoQuoted(entry.symbol) + ": " + name->second + "." + entry.func + ",\n";
  }
  std::string text = "package main\n\nimport (\n\t\"os\"\n\t\"strconv\"\n\t_ \"unsafe\"\n\n\t_ " +
                     GoQuoted(program.path) + "\n";
  for (const auto& [path, name] : packages) text += "\t" + name + " " + GoQuoted(path) + "\n";
  text += ")\n\n//go:linkname run " + build::SymbolPath(program.path) + ".instcRun\n";
  text +=
      "func run(test int, externs map[string]any)\n\nfunc main() {\n\ttest, _ := strconv.Atoi(os.Args[1])\n";
  return text + "\trun(test, map[string]any{\n" + externs + "\t})\n}\n";
}

namespace {

/// A go.mod without replacements by folders beside the module, which are not where its copy is; they count
/// for nobody but the module's authors.
std::string WithoutNeighbours(llvm::StringRef mod) {
  std::string kept;
  llvm::SmallVector<llvm::StringRef> lines;
  mod.split(lines, '\n');
  for (llvm::StringRef line : lines) {
    const llvm::StringRef to = line.split("=>").second.ltrim();
    if (!to.startswith("./") && !to.startswith("../")) kept += line.str() + "\n";
  }
  return kept;
}

}  // namespace

llvm::Error GoRun::WriteProgram(const Program& program, const std::string& scratch, std::string& build_dir,
                                std::vector<std::string>& flags) const {
  const std::string runtime = Joined(scratch, "rt");
  for (const assets::Asset& asset : assets::Runtime()) {
    llvm::StringRef name = asset.path;
    name.consume_front("compiler/rt/");
    if (name.endswith(".txt")) continue;
    if (llvm::Error error = WriteFile(Joined(runtime, name), asset.text)) return error;
  }
  const std::string requires_runtime =
      "\nrequire instc.dev/rt v0.0.0\n\nreplace instc.dev/rt => " + GoQuoted(runtime) + "\n";
  const bool is_std = program.module_path.empty();
  const std::string root = Joined(scratch, is_std ? "main" : "module");
  build_dir = is_std ? root : Joined(root, "instcruletest");
  std::vector<File> files = program.files;
  files.push_back({"instc_ruletest.go", DriverText(program), ""});
  if (is_std) {
    llvm::json::Object replace;
    for (const File& file : files) {
      const std::string copy = Joined(Joined(scratch, "files"), file.name);
      if (llvm::Error error = WriteFile(copy, file.text)) return error;
      replace[Joined(program.dir, file.name)] = copy;
    }
    std::string overlay;
    llvm::raw_string_ostream(overlay)
        << llvm::json::Value(llvm::json::Object{{"Replace", std::move(replace)}});
    const std::string path = Joined(scratch, "overlay.json");
    if (llvm::Error error = WriteFile(path, overlay)) return error;
    flags.push_back("-overlay=" + path);
    if (llvm::Error error =
            WriteFile(Joined(root, "go.mod"), "module instcruletest\n\ngo 1.23\n" + requires_runtime))
      return error;
  } else {
    const std::string inside = program.path.substr(program.module_path.size());
    const std::string module = llvm::StringRef(program.dir).drop_back(inside.size()).str();
    if (llvm::Error error = CopyTree(module, root)) return error;
    for (const File& file : files) {
      const std::string directory =
          file.package.empty() ? inside : file.package.substr(program.module_path.size());
      if (llvm::Error error = WriteFile(root + directory + "/" + file.name, file.text)) return error;
    }
    auto mod = llvm::MemoryBuffer::getFile(Joined(root, "go.mod"));
    const std::string before =
        mod ? WithoutNeighbours((*mod)->getBuffer()) : "module " + program.module_path + "\n";
    if (llvm::Error error = WriteFile(Joined(root, "go.mod"), before + requires_runtime)) return error;
  }
  if (llvm::Error error = WriteFile(Joined(build_dir, "empty.s"), "")) return error;
  return WriteFile(Joined(build_dir, "main.go"), MainText(program));
}

// -------------------------------------------------------------------------------------------------- the run

/// Facts of a run, by what they are about.
std::vector<std::string> Differences(const ruletest::GoTest& test, llvm::StringRef output) {
  std::map<std::string, std::vector<std::string>> got;
  llvm::SmallVector<llvm::StringRef> lines;
  output.split(lines, '\n', -1, false);
  for (llvm::StringRef line : lines) {
    const auto [what, value] = line.split('\t');
    std::vector<std::string>& values = got[what.str()];
    const bool replaces = what.startswith("name ") || what.startswith("status ") ||
                          what.startswith("message ") || what.startswith("attribute ") ||
                          what.startswith("aside ");
    if (replaces) values.clear();
    values.push_back(value.str());
  }
  // What the runtime does at the end of a span.
  for (auto it = got.begin(); it != got.end();) {
    llvm::StringRef index = it->first;
    if (index.consume_front("exception ")) {
      got.try_emplace(("attribute " + index + " error.type").str(), it->second.end() - 1, it->second.end());
      it = got.erase(it);
      continue;
    }
    const bool nothing = (index.startswith("status ") && it->second.back() == "0") ||
                         (index.startswith("message ") && it->second.back() == "s:");
    it = nothing ? got.erase(it) : std::next(it);
  }
  std::vector<std::string> differences;
  for (const auto& [what, wanted] : test.facts) {
    const auto found = got.find(what);
    const std::vector<std::string> there = found == got.end() ? std::vector<std::string>() : found->second;
    const bool open = llvm::any_of(wanted, [](const auto& value) { return !value.has_value(); });
    bool same = open || there.size() == wanted.size();
    for (size_t i = 0; same && !open && i < wanted.size(); ++i) same = there[i] == *wanted[i];
    if (same) continue;
    std::string expected;
    for (const auto& value : wanted) expected += " " + value.value_or("?");
    differences.push_back(what + ": interpreted" + expected + ", Go " +
                          (there.empty() ? "nothing" : llvm::join(there, " ")));
  }
  for (const auto& [what, values] : got)
    if (test.facts.count(what) == 0 && llvm::none_of(test.open, [&, &name = what](const std::string& o) {
          return llvm::StringRef(name).startswith(o);
        }))
      differences.push_back(what + ": interpreted nothing, Go " + llvm::join(values, " "));
  return differences;
}

llvm::Error GoRun::Run(Program& program, std::vector<GoVerdict>& verdicts) {
  llvm::SmallString<128> scratch;
  if (std::error_code code = llvm::sys::fs::createUniqueDirectory("instc-ruletest", scratch))
    return Fail("cannot make a directory: {0}", code.message());
  auto remove = llvm::make_scope_exit([&] { llvm::sys::fs::remove_directories(scratch); });
  std::string build_dir;
  std::vector<std::string> command = {environment_.go, "build"};
  if (llvm::Error error = WriteProgram(program, scratch.str().str(), build_dir, command)) return error;
  const std::string binary = Joined(scratch, "tests");
  command.insert(command.end(), {"-trimpath", "-mod=mod", "-o", binary, "."});
  std::vector<std::string> variables = {"GOWORK=off", "GOFLAGS="};
  if (!environment_.allow_network) variables.push_back("GOPROXY=off");
  auto built = environment_.run(command, build_dir, variables);
  if (!built) return built.takeError();
  if (built->exit_code != 0)
    return Fail("the tests of {0} do not compile as Go, which is a bug in instc:\n{1}", program.path,
                llvm::StringRef(built->err).trim());
  for (size_t i = 0; i < program.tests.size(); ++i) {
    Planned& planned = program.tests[i];
    auto ran = environment_.run({binary, std::to_string(i)}, scratch.str().str(), {});
    if (!ran) return ran.takeError();
    if (ran->exit_code != 0)
      planned.verdict.differences.push_back("the program ends with " + std::to_string(ran->exit_code) + ": " +
                                            llvm::StringRef(ran->err).split('\n').first.str());
    else
      planned.verdict.differences = Differences(planned.test, ran->out);
    verdicts.push_back(std::move(planned.verdict));
  }
  return llvm::Error::success();
}

Result<std::vector<GoVerdict>> GoRun::Finish() {
  if (!error_.empty()) return Fail("{0}", error_);
  std::vector<GoVerdict> verdicts = std::move(refused_);
  for (Program& program : programs_)
    if (llvm::Error error = Run(program, verdicts)) return error;
  return verdicts;
}

}  // namespace instc::gotest
