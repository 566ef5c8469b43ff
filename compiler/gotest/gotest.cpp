// Tests translated, and the files of their packages with doubles and hooks. run.cpp makes programs of them.
#include "compiler/gotest/gotest.h"

#include "compiler/go/edit/editor.h"
#include "compiler/go/edit/naming.h"
#include "compiler/go/syntax/parser.h"
#include "compiler/gotest/files.h"
#include "compiler/lower/lower.h"
#include "compiler/toolexec/rewrite.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

namespace instc::gotest {
namespace {

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
  go_version_ = tested.target.go_version;
  if (!program.module_path.empty())
    if (llvm::Error error = FindModule(program)) return error;
  std::map<std::string, pack::Plan> others;
  for (pack::Package& lowered : lower::Lower(tested.plugin)) {
    if (lowered.path == program.path)
      program.lowered = std::move(lowered);
    else if (!lowered.fields.empty() && !HasProgramOf(lowered.path, program))
      others[lowered.path].fields = std::move(lowered.fields);
  }
  std::map<std::string, Doubles> by_package = {{"", {}}};
  for (const Planned& planned : program.tests)
    for (const ruletest::GoDouble& one : planned.test.doubles)
      by_package[one.package].emplace(one.Key(), one);
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
  auto changed = Changed(plan, program.dir, source->files, std::move(by_package[""]));
  if (!changed) return changed.takeError();
  for (DoubledFile& file : *changed) program.files.push_back({file.name, std::move(file.text), ""});
  by_package.erase("");
  for (const auto& [path, doubles] : by_package) others[path];
  for (auto& [path, other] : others) {
    other.package = path;
    if (llvm::Error error = PrepareOther(program, other, std::move(by_package[path]), tested)) return error;
  }
  return llvm::Error::success();
}

/// A package that has tests itself is changed with its own.
bool GoRun::HasProgramOf(const std::string& package, const Program& beside) const {
  return llvm::any_of(programs_, [&](const Program& other) {
    return other.path == package && other.module_version == beside.module_version;
  });
}

/// The files of a directory that are others with doubles and with what the plan adds.
Result<std::vector<GoRun::DoubledFile>> GoRun::Changed(const pack::Plan& plan, const std::string& dir,
                                                       const std::vector<std::string>& names,
                                                       Doubles doubles) const {
  auto doubled = WithDoubles(dir, names, std::move(doubles));
  if (!doubled) return doubled.takeError();
  std::vector<toolexec::GoFile> files;
  for (const DoubledFile& file : *doubled) files.push_back({Joined(dir, file.name), file.text, false});
  auto changed = toolexec::Rewrite(plan, files);
  if (!changed) return changed.takeError();
  for (toolexec::ChangedFile& file : *changed) {
    (*doubled)[file.index].text = std::move(file.text);
    (*doubled)[file.index].changed = true;
  }
  llvm::erase_if(*doubled, [](const DoubledFile& file) { return !file.changed; });
  return doubled;
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

/// Another package of the module, for what is doubled in it and for its hidden fields.
llvm::Error GoRun::PrepareOther(Program& program, const pack::Plan& plan, Doubles doubles,
                                const compile::TestedPlugin& tested) const {
  auto package = tested.target.program->Load(plan.package);
  if (!package) return package.takeError();
  const go::PackageSource* source = tested.target.program->SourceOf(**package);
  if (source == nullptr) return Fail("package {0} has no files", plan.package);
  const std::string root =
      llvm::StringRef(program.dir).drop_back(program.path.size() - program.module_path.size()).str();
  auto files = Changed(plan, root + plan.package.substr(program.module_path.size()), source->files,
                       std::move(doubles));
  if (!files) return files.takeError();
  for (DoubledFile& file : *files) program.files.push_back({file.name, std::move(file.text), plan.package});
  return llvm::Error::success();
}

}  // namespace instc::gotest
