// Programs of tests: written, built, run, and held against what the interpreter has foretold.
//
// To build one costs seconds, most of them the linker's. So the packages of a module share a binary, and
// those of the standard library do; binaries are built side by side; and what a test has answered is kept as
// long as everything that it rests on is the same.
#include <atomic>
#include <set>
#include <thread>

#include "compiler/assets/assets.h"
#include "compiler/build/wiring.h"
#include "compiler/gotest/files.h"
#include "compiler/gotest/gotest.h"
#include "compiler/pack/digest.h"
#include "dsl/base/text.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/SHA256.h"

namespace instc::gotest {
namespace {

/// Builds that run side by side; each has compilers of its own.
constexpr size_t kMostBuilds = 4;

constexpr llvm::StringLiteral kRecorder(
#include "compiler/gotest/recorder.inc"
);

}  // namespace

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

std::string GoRun::MainText(const Group& group) {
  std::map<std::string, std::string> packages;
  std::string imports, runs, cases;
  for (size_t i = 0; i < group.programs.size(); ++i) {
    const Program& program = *group.programs[i];
    const std::string run = "run" + std::to_string(i);
    imports += "\t_ " + GoQuoted(program.path) + "\n";
    runs += "\n//go:linkname " + run + " " + build::SymbolPath(program.path) + ".instcRun\nfunc " + run +
            "(test int, externs map[string]any)\n";
    cases += "\tcase \"" + std::to_string(i) + "\":\n\t\t" + run + "(test, map[string]any{\n";
    for (const pack::Extern& entry : program.lowered.externs) {
      auto [name, fresh] = packages.emplace(entry.package, "x" + std::to_string(packages.size()));
      cases += "\t\t\t" + GoQuoted(entry.symbol) + ": " + name->second + "." + entry.func + ",\n";
    }
    cases += "\t\t})\n";
  }
  std::string text = "package main\n\nimport (\n\t\"os\"\n\t\"strconv\"\n\t_ \"unsafe\"\n\n" + imports;
  for (const auto& [path, name] : packages) text += "\t" + name + " " + GoQuoted(path) + "\n";
  return text + ")\n" + runs +
         "\nfunc main() {\n\ttest, _ := strconv.Atoi(os.Args[2])\n\tswitch os.Args[1] {\n" + cases +
         "\t}\n}\n";
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

std::vector<GoRun::File> GoRun::FilesOf(const Program& program) {
  std::vector<File> files = program.files;
  files.push_back({"instc_ruletest.go", DriverText(program), ""});
  for (File& file : files)
    if (file.package.empty()) file.package = program.path;
  return files;
}

llvm::Error GoRun::WriteRuntime(const std::string& folder) {
  for (const assets::Asset& asset : assets::Runtime()) {
    llvm::StringRef name = asset.path;
    name.consume_front("compiler/rt/");
    if (name.endswith(".txt")) continue;
    if (llvm::Error error = WriteFile(Joined(folder, name), asset.text)) return error;
  }
  return llvm::Error::success();
}

/// Packages of the standard library stay where they are: their files are laid over.
llvm::Error GoRun::WriteStd(const Group& group, const std::string& scratch, const std::string& requirement,
                            std::vector<std::string>& flags) {
  llvm::json::Object replace;
  for (const Program* program : group.programs) {
    for (const File& file : FilesOf(*program)) {
      const std::string copy = Joined(Joined(scratch, "files"), file.package + "/" + file.name);
      if (llvm::Error error = WriteFile(copy, file.text)) return error;
      replace[Joined(program->dir, file.name)] = copy;
    }
  }
  std::string overlay;
  llvm::raw_string_ostream(overlay) << llvm::json::Value(llvm::json::Object{{"Replace", std::move(replace)}});
  const std::string path = Joined(scratch, "overlay.json");
  if (llvm::Error error = WriteFile(path, overlay)) return error;
  flags.push_back("-overlay=" + path);
  return WriteFile(Joined(Joined(scratch, "main"), "go.mod"),
                   "module instcruletest\n\ngo 1.23\n" + requirement);
}

/// A module is copied, since its files are changed; the program stands inside of it.
llvm::Error GoRun::WriteModule(const Group& group, const std::string& root, const std::string& requirement) {
  const Program& first = *group.programs.front();
  const std::string inside = first.path.substr(first.module_path.size());
  if (llvm::Error error = CopyTree(llvm::StringRef(first.dir).drop_back(inside.size()).str(), root))
    return error;
  for (const Program* program : group.programs) {
    for (const File& file : FilesOf(*program)) {
      const std::string folder = root + file.package.substr(program->module_path.size());
      if (llvm::Error error = WriteFile(folder + "/" + file.name, file.text)) return error;
    }
  }
  auto mod = llvm::MemoryBuffer::getFile(Joined(root, "go.mod"));
  const std::string before =
      mod ? WithoutNeighbours((*mod)->getBuffer()) : "module " + first.module_path + "\n";
  return WriteFile(Joined(root, "go.mod"), before + requirement);
}

llvm::Error GoRun::WriteGroup(const Group& group, const std::string& scratch, std::string& build_dir,
                              std::vector<std::string>& flags) {
  const std::string runtime = Joined(scratch, "rt");
  if (llvm::Error error = WriteRuntime(runtime)) return error;
  const std::string requirement =
      "\nrequire instc.dev/rt v0.0.0\n\nreplace instc.dev/rt => " + GoQuoted(runtime) + "\n";
  const bool is_std = group.programs.front()->module_path.empty();
  const std::string root = Joined(scratch, is_std ? "main" : "module");
  build_dir = is_std ? root : Joined(root, "instcruletest");
  if (llvm::Error error =
          is_std ? WriteStd(group, scratch, requirement, flags) : WriteModule(group, root, requirement))
    return error;
  if (llvm::Error error = WriteFile(Joined(build_dir, "empty.s"), "")) return error;
  return WriteFile(Joined(build_dir, "main.go"), MainText(group));
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

/// What the answers of a group's tests rest on, but for the sources of its library.
std::string GoRun::DigestOf(const Group& group) const {
  llvm::SHA256 hash;
  auto add = [&](llvm::StringRef text) {
    hash.update(std::to_string(text.size()));
    hash.update("\n");
    hash.update(text);
  };
  add(MainText(group));
  for (const Program* program : group.programs) {
    add(program->module_path + "@" + program->module_version + " " + go_version_ + " " + program->dir);
    for (const File& file : FilesOf(*program)) {
      add(file.package + "/" + file.name);
      add(file.text);
    }
  }
  for (const assets::Asset& asset : assets::Runtime()) add(asset.text);
  return llvm::toHex(hash.final(), /*LowerCase=*/true);
}

namespace {

/// Kept as `SIZE`, a newline and the text of each, behind the digest of all that.
std::string Packed(const std::vector<std::string>& answers) {
  std::string text;
  for (const std::string& answer : answers) text += std::to_string(answer.size()) + "\n" + answer;
  return pack::Sha256(text) + "\n" + text;
}

std::optional<std::vector<std::string>> Unpacked(llvm::StringRef stored, size_t count) {
  auto [digest, rest] = stored.split('\n');
  if (pack::Sha256(rest) != digest) return std::nullopt;
  std::vector<std::string> answers;
  while (!rest.empty()) {
    auto [size_text, text] = rest.split('\n');
    size_t size = 0;
    if (size_text.getAsInteger(10, size) || size > text.size()) return std::nullopt;
    answers.push_back(text.take_front(size).str());
    rest = text.drop_front(size);
  }
  return answers.size() == count ? std::optional(std::move(answers)) : std::nullopt;
}

}  // namespace

Result<std::string> GoRun::Build(const Group& group, const std::string& scratch) const {
  std::string build_dir;
  std::vector<std::string> command = {environment_.go, "build"};
  if (llvm::Error error = WriteGroup(group, scratch, build_dir, command)) return error;
  const std::string binary = Joined(scratch, "tests");
  command.insert(command.end(), {"-trimpath", "-ldflags=-s -w", "-mod=mod", "-o", binary, "."});
  std::vector<std::string> variables = {"GOWORK=off", "GOFLAGS="};
  if (!environment_.allow_network) variables.push_back("GOPROXY=off");
  auto built = environment_.run(command, build_dir, variables);
  if (!built) return built.takeError();
  if (built->exit_code == 0) return binary;
  return Fail("the tests of {0} do not compile as Go, which is a bug in instc:\n{1}",
              group.programs.front()->path, llvm::StringRef(built->err).trim());
}

/// An answer is what the test's run has written, or behind a `!` how it ended.
Result<GoRun::Answers> GoRun::Ask(const Group& group) const {
  llvm::SmallString<128> scratch;
  if (std::error_code code = llvm::sys::fs::createUniqueDirectory("instc-ruletest", scratch))
    return Fail("cannot make a directory: {0}", code.message());
  auto remove = llvm::make_scope_exit([&] { llvm::sys::fs::remove_directories(scratch); });
  auto binary = Build(group, scratch.str().str());
  if (!binary) return binary.takeError();
  Answers answers;
  for (size_t i = 0; i < group.programs.size(); ++i) {
    for (size_t test = 0; test < group.programs[i]->tests.size(); ++test) {
      auto ran =
          environment_.run({*binary, std::to_string(i), std::to_string(test)}, scratch.str().str(), {});
      if (!ran) return ran.takeError();
      answers.push_back(ran->exit_code == 0 ? ran->out
                                            : "!the program ends with " + std::to_string(ran->exit_code) +
                                                  ": " + llvm::StringRef(ran->err).split('\n').first.str());
    }
  }
  return answers;
}

/// The answers of runs before, as long as nothing that they rest on is another one.
Result<GoRun::Answers> GoRun::AnswersOf(const Group& group) const {
  size_t count = 0;
  for (const Program* program : group.programs) count += program->tests.size();
  const std::string folder = environment_.cache_dir.empty() ? "" : environment_.cache_dir + "/gotest";
  const std::string path = folder.empty() ? "" : folder + "/" + DigestOf(group);
  if (auto buffer = path.empty() ? nullptr : llvm::MemoryBuffer::getFile(path))
    if (auto known = Unpacked((*buffer)->getBuffer(), count)) return std::move(*known);
  auto answers = Ask(group);
  if (!answers || path.empty() || llvm::sys::fs::create_directories(folder)) return answers;
  llvm::consumeError(llvm::writeFileAtomically(path + ".%%%%%%%%", path, Packed(*answers)));
  return answers;
}

/// Programs of one module, or of the standard library, are one binary, as long as each file is changed by one
/// of them.
std::vector<GoRun::Group> GoRun::Groups() {
  struct Open {
    std::string module;
    Group group;
    std::set<std::string> files;
  };
  std::vector<Open> open;
  for (Program& program : programs_) {
    if (program.tests.empty()) continue;
    const std::string module = program.module_path + "@" + program.module_version;
    std::set<std::string> files = {program.path};
    for (const File& file : program.files)
      files.insert((file.package.empty() ? program.path : file.package) + "/" + file.name);
    auto fits = [&](const Open& other) {
      return other.module == module &&
             llvm::none_of(files, [&](const std::string& file) { return other.files.count(file) > 0; });
    };
    auto found = llvm::find_if(open, fits);
    if (found == open.end()) found = open.insert(open.end(), Open{module, {}, {}});
    found->group.programs.push_back(&program);
    found->files.insert(files.begin(), files.end());
  }
  std::vector<Group> groups;
  for (Open& one : open) groups.push_back(std::move(one.group));
  return groups;
}

/// What does not build together may build alone: two plugins may double the same function.
llvm::Error GoRun::Run(const Group& group, std::vector<GoVerdict>& verdicts) const {
  auto answers = AnswersOf(group);
  if (!answers && group.programs.size() > 1) {
    llvm::consumeError(answers.takeError());
    for (Program* program : group.programs)
      if (llvm::Error error = Run({{program}}, verdicts)) return error;
    return llvm::Error::success();
  }
  if (!answers) return answers.takeError();
  size_t next = 0;
  for (Program* program : group.programs) {
    for (Planned& planned : program->tests) {
      llvm::StringRef answer = (*answers)[next++];
      if (answer.consume_front("!"))
        planned.verdict.differences.push_back(answer.str());
      else
        planned.verdict.differences = Differences(planned.test, answer);
      verdicts.push_back(std::move(planned.verdict));
    }
  }
  return llvm::Error::success();
}

Result<std::vector<GoVerdict>> GoRun::Finish() {
  if (!error_.empty()) return Fail("{0}", error_);
  std::vector<Group> groups = Groups();
  // The linker uses one processor: programs are built side by side.
  std::atomic<size_t> next = 0;
  std::vector<std::vector<GoVerdict>> verdicts(groups.size());
  std::vector<std::string> problems(groups.size());
  auto work = [&] {
    for (size_t i = next++; i < groups.size(); i = next++)
      if (llvm::Error error = Run(groups[i], verdicts[i])) problems[i] = llvm::toString(std::move(error));
  };
  std::vector<std::thread> workers;
  const size_t wanted = std::min<size_t>(std::max(1U, std::thread::hardware_concurrency()), kMostBuilds);
  for (size_t i = 1; i < std::min(wanted, groups.size()); ++i) workers.emplace_back(work);
  work();
  for (std::thread& worker : workers) worker.join();
  std::vector<GoVerdict> all = std::move(refused_);
  for (size_t i = 0; i < groups.size(); ++i) {
    if (!problems[i].empty()) return Fail("{0}", problems[i]);
    llvm::move(verdicts[i], std::back_inserter(all));
  }
  return all;
}

}  // namespace instc::gotest
