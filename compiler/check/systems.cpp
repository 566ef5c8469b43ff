#include "compiler/check/systems.h"

#include "compiler/check/rule_checker.h"
#include "compiler/go/load/go_dir.h"
#include "compiler/go/load/semver.h"
#include "compiler/go/syntax/parser.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

namespace instc::check {

INSTC_DIAGNOSTIC(NotOnEverySystem, "E0309", Error, "`{0}` is not the same on every system: {1}", std::string,
                 std::string);

struct PackageOnSystems::System {
  llvm::StringLiteral goos, goarch;
};
struct PackageOnSystems::Declared {
  const go::FuncDecl* decl = nullptr;
  llvm::StringRef text;  ///< of its file
};

// The architectures of an operating system stand together; rules are checked over the files of the first.
const PackageOnSystems::System PackageOnSystems::kSystems[] = {{"linux", "amd64"},   {"linux", "arm64"},
                                                               {"darwin", "amd64"},  {"darwin", "arm64"},
                                                               {"windows", "amd64"}, {"windows", "arm64"}};

namespace {

std::string Enumerated(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return text;
}

/// The text of each type of a list.
std::vector<llvm::StringRef> Types(const go::ParamList& list, llvm::StringRef text) {
  std::vector<llvm::StringRef> types;
  for (const go::ParamGroup& group : list.groups)
    types.insert(types.end(), std::max<size_t>(group.names.size(), 1),
                 text.slice(group.type_range.begin, group.type_range.end));
  return types;
}

/// Whether a rule that gives these names takes both lists for the same.
bool SameFor(const std::vector<std::string>& names, const std::vector<llvm::StringRef>& a,
             const std::vector<llvm::StringRef>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (i < names.size() && names[i] != "_" && a[i] != b[i]) return false;
  return true;
}

}  // namespace

PackageOnSystems::PackageOnSystems(go::Program& program, const go::Package& package,
                                   llvm::StringRef go_version)
    : program_(program), package_(package), go_minor_(go::GoMinor(go_version.ltrim('v'))) {}

/// `linux` for all of its architectures, else `linux/arm64`.
std::string PackageOnSystems::Names(const Systems& systems) {
  std::vector<std::string> names;
  for (const System& system : kSystems) {
    auto same_os = [&](const System* other) { return other->goos == system.goos; };
    const bool whole = llvm::count_if(systems, same_os) ==
                       llvm::count_if(kSystems, [&](const System& s) { return s.goos == system.goos; });
    const std::string name =
        whole ? system.goos.str() : (system.goos + llvm::StringRef("/") + system.goarch).str();
    if (llvm::is_contained(systems, &system) && !llvm::is_contained(names, name)) names.push_back(name);
  }
  return Enumerated(names);
}

PackageOnSystems::Systems PackageOnSystems::Others(const Systems& systems) {
  Systems rest;
  for (const System& system : kSystems)
    if (!llvm::is_contained(systems, &system)) rest.push_back(&system);
  return rest;
}

bool PackageOnSystems::Takes(const System& system, llvm::StringRef path, llvm::StringRef text) const {
  go::BuildContext context;
  context.goos = system.goos.str();
  context.goarch = system.goarch.str();
  if (go_minor_ >= 0) context.go_minor = go_minor_;
  return go::FileTakesPart(llvm::sys::path::filename(path), text, context);
}

/// The systems that do not take the file.
PackageOnSystems::Systems PackageOnSystems::Without(llvm::StringRef path, llvm::StringRef text) const {
  Systems without;
  for (const System& system : kSystems)
    if (!Takes(system, path, text)) without.push_back(&system);
  return without;
}

const std::vector<go::SummaryFile>& PackageOnSystems::Files() {
  if (!files_.has_value()) files_ = program_.AllFiles(package_);
  return *files_;
}

/// Whether it is there at all: else no program for that system imports it.
bool PackageOnSystems::HasPackage(const System& system) {
  return llvm::any_of(Files(),
                      [&](const go::SummaryFile& file) { return Takes(system, file.name, file.text); });
}

PackageOnSystems::Declared PackageOnSystems::Find(const System& system, llvm::StringRef receiver,
                                                  llvm::StringRef name) {
  for (const go::SummaryFile& file : Files()) {
    if (!Takes(system, file.name, file.text)) continue;
    if (const go::FuncDecl* found = FindIn(file, receiver, name)) return {found, file.text};
  }
  return {};
}

const go::FuncDecl* PackageOnSystems::FindIn(const go::SummaryFile& file, llvm::StringRef receiver,
                                             llvm::StringRef name) {
  if (!llvm::StringRef(file.text).contains(name)) return nullptr;
  auto [parsed, added] = parsed_.try_emplace(&file);
  if (added) parsed->second = go::ParseText(file.text, [](uint32_t, uint32_t, llvm::StringRef) {});
  const go::File& tree = parsed->second;
  return tree.package_name.text == package_.name() ? tree.FindFunc(receiver, name) : nullptr;
}

std::string PackageOnSystems::Differences(const go::Func& func, const std::vector<std::string>& params,
                                          const std::vector<std::string>& results) {
  const go::File* file = func.file();
  const go::FuncDecl* decl = func.decl();
  if (file == nullptr || decl == nullptr) return "";
  const llvm::StringRef text = file->buffer->text();
  const Systems asked = Without(file->buffer->name(), text);
  if (asked.empty() || Files().empty()) return "";
  Systems missing, differing, without_package;
  for (const System* system : asked) {
    const Declared other = Find(*system, decl->receiver_type_name(), func.name());
    if (other.decl == nullptr) {
      (HasPackage(*system) ? missing : without_package).push_back(system);
      continue;
    }
    const go::FuncSignature& there = other.decl->signature;
    const bool same =
        decl->receiver_is_pointer() == other.decl->receiver_is_pointer() &&
        SameFor(params, Types(decl->signature.params, text), Types(there.params, other.text)) &&
        SameFor(results, Types(decl->signature.results, text), Types(there.results, other.text));
    if (!same) differing.push_back(system);
  }
  std::string how;
  if (!missing.empty()) {
    missing.insert(missing.end(), without_package.begin(), without_package.end());
    how = "it is on " + Names(Others(missing)) + ", not on " + Names(missing);
  }
  if (!differing.empty())
    how += (missing.empty() ? "it has" : ", and has") + (" another signature on " + Names(differing));
  return how;
}

std::string PackageOnSystems::Elsewhere(llvm::StringRef receiver, llvm::StringRef name) {
  for (const go::SummaryFile& file : Files()) {
    const Systems without = Without(file.name, file.text);
    if (!llvm::is_contained(without, &kSystems[0]) || FindIn(file, receiver, name) == nullptr) continue;
    const Systems with = Others(without);
    if (!with.empty()) return "it is on " + Names(with) + ", not on " + Names(without);
    return "it is in " + file.name + " alone, which a plain build for " + Names(without) + " leaves out";
  }
  return "";
}

namespace {

constexpr llvm::StringLiteral kWhy = "a program for a system without it could not be built with this rule";

PackageOnSystems SystemsOf(const PluginContext& plugin, const go::Package& package) {
  return {*plugin.target.program, package, plugin.target.go_version};
}

}  // namespace

void CheckSystems(PluginContext& plugin, const go::Package& package, const go::Func& func,
                  const rules::Hook& hook, Span span) {
  if (hook.at_call) return;  // who cannot call it is no caller
  const std::string how = SystemsOf(plugin, package).Differences(func, hook.params, hook.results);
  if (how.empty()) return;
  plugin.emitter.Emit(span, NotOnEverySystem, hook.Title(), how)
      .Note(func.declared_at(), "declared here")
      .Note(kWhy)
      .Help("hook what calls it, or what it calls, on all of them");
}

bool ReportOfOtherSystems(PluginContext& plugin, const go::Package& package, const std::string& receiver,
                          const ast::Name& name) {
  if (name.text == "init") return false;  // no name in Go
  const std::string how = SystemsOf(plugin, package).Elsewhere(receiver, name.text);
  if (how.empty()) return false;
  plugin.emitter.Emit(name.span, NotOnEverySystem, receiver + (receiver.empty() ? "" : ".") + name.text, how)
      .Note(kWhy)
      .Help("hook a function that all of them have");
  return true;
}

}  // namespace instc::check
