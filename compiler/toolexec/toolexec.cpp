#include "compiler/toolexec/toolexec.h"

#include <algorithm>
#include <map>
#include <optional>

#include "compiler/pack/json_reader.h"
#include "compiler/pack/plan.h"
#include "compiler/pack/relocation.h"
#include "compiler/toolexec/rewrite.h"
#include "dsl/base/text.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace instc::toolexec {
namespace {

constexpr llvm::StringRef kPlanFlag = "-instc=";
constexpr llvm::StringRef kChainFlag = "--chain=";

std::string ToolName(llvm::StringRef tool) {
  llvm::StringRef name = llvm::sys::path::filename(tool);
  name.consume_back(".exe");
  return name.str();
}

Result<std::string> ReadText(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer) return Fail("cannot read {0}: {1}", path, buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

llvm::Error WriteText(llvm::StringRef path, llvm::StringRef text) {
  std::error_code error;
  llvm::raw_fd_ostream out(path, error);
  if (!error) {
    out << text;
    out.close();
    error = out.error();
    out.clear_error();
  }
  if (error) return Fail("cannot write {0}: {1}", path, error.message());
  return llvm::Error::success();
}

std::string Join(llvm::StringRef directory, const llvm::Twine& name) {
  llvm::SmallString<128> path(directory);
  llvm::sys::path::append(path, name);
  return path.str().str();
}

std::string Absolute(llvm::StringRef path) {
  llvm::SmallString<128> absolute(path);
  llvm::sys::fs::make_absolute(absolute);
  llvm::sys::path::remove_dots(absolute, /*remove_dot_dot=*/true);
  return absolute.str().str();
}

// ---- compile ----

/// The arguments of a `compile` call that matter here.
struct CompileCall {
  std::string digest;
  std::string output;
  std::string package;
  std::vector<size_t> go_files;  ///< indices into the arguments
  bool is_test_main = false;
};

/// Reads the call and removes our flag.
CompileCall TakeCompileCall(std::vector<std::string>& arguments) {
  CompileCall call;
  auto ours = [](const std::string& argument) { return llvm::StringRef(argument).startswith(kPlanFlag); };
  for (const std::string& argument : arguments) {
    if (ours(argument)) call.digest = argument.substr(kPlanFlag.size());
  }
  arguments.erase(std::remove_if(arguments.begin(), arguments.end(), ours), arguments.end());
  for (size_t i = 0; i < arguments.size(); ++i) {
    llvm::StringRef argument = arguments[i];
    if (argument == "-o" && i + 1 < arguments.size()) call.output = arguments[i + 1];
    if (argument == "-p" && i + 1 < arguments.size()) call.package = arguments[i + 1];
    if (!argument.startswith("-") && argument.endswith(".go")) call.go_files.push_back(i);
    call.is_test_main |= llvm::sys::path::filename(argument) == "_testmain.go";
  }
  return call;
}

Result<pack::Plan> LoadPlan(const std::string& session, llvm::StringRef digest) {
  if (session.empty()) {
    return Fail("the compile flag -instc={0} is given but INSTC_PLAN is not set; build with `instc go build`",
                digest);
  }
  if (digest.empty() || digest.find_first_not_of("0123456789abcdef") != llvm::StringRef::npos) {
    return Fail("-instc={0} is not the digest of a plan; build with `instc go build`", digest);
  }
  std::string path = Join(session, digest + ".plan.json");
  Result<std::string> text = ReadText(path);
  Result<pack::Plan> plan = text ? pack::PlanFromJson(*text, path) : text.takeError();
  if (plan) return plan;
  return Fail("{0}; remove the folder {1} and build again", llvm::toString(plan.takeError()), session);
}

/// The go command gives a package's flags to its tests in a package of their own and to the test binary too.
/// The tests are callers as the package is; the binary stays as it is.
bool IsExternalTest(const pack::Plan& plan, const CompileCall& call) {
  return call.package == plan.package + "_test";
}

void KeepCallsOnly(pack::Plan& plan) {
  plan.hooks.clear();
  plan.fields.clear();
  plan.edits.clear();
  plan.wrappers.clear();
  plan.files.clear();
}

bool IsTarget(const pack::Plan& plan, const CompileCall& call) {
  if (plan.is_main) return call.package == "main" ? !call.is_test_main : call.package == plan.package;
  return call.package == plan.package;
}

Result<std::vector<GoFile>> ReadGoFiles(const CompileCall& call, const std::vector<std::string>& arguments) {
  std::vector<GoFile> files;
  std::string object_directory = Absolute(llvm::sys::path::parent_path(call.output));
  for (size_t index : call.go_files) {
    Result<std::string> text = ReadText(arguments[index]);
    if (!text) return text.takeError();
    std::string path = Absolute(arguments[index]);
    bool generated = llvm::sys::path::parent_path(path) == object_directory;
    files.push_back({std::move(path), std::move(*text), generated});
  }
  return files;
}

/// Names of added files come from a plan; a name that is a path would write elsewhere.
llvm::Error CheckPlainName(llvm::StringRef name) {
  if (name.empty() || name.find_first_of("/\\") != llvm::StringRef::npos || !name.endswith(".go")) {
    return Fail("`{0}` is not a plain name of a Go file; write the pack anew with `instc compile`", name);
  }
  return llvm::Error::success();
}

/// In the standard library these comments name libraries and give words to the C linker, which loads what it
/// is told: with them a rule pack could run code while a program is built.
constexpr llvm::StringRef kCgoDirective = "go:cgo_";

llvm::Error CheckNoCgoDirectives(const pack::Plan& plan, llvm::StringRef before, llvm::StringRef after) {
  if (after.count(kCgoDirective) <= before.count(kCgoDirective)) return llvm::Error::success();
  return Fail(
      "the rule pack adds a comment `//{0}...` to package {1}, which no rule may; do not use this pack",
      kCgoDirective, plan.package);
}

llvm::Error AddFiles(const pack::Plan& plan, llvm::StringRef object_directory,
                     std::vector<std::string>& arguments) {
  for (const pack::PatchFile& file : plan.files) {
    if (llvm::Error error = CheckPlainName(file.name)) return error;
    if (llvm::Error error = CheckNoCgoDirectives(plan, "", file.text)) return error;
    std::string path = Join(object_directory, "instc_" + file.name);
    if (llvm::Error error = WriteText(path, "//line instc/" + file.name + ":1:1\n" + file.text)) return error;
    arguments.push_back(path);
  }
  return llvm::Error::success();
}

bool IsMarked(const ToolCall& call) {
  return std::any_of(call.arguments.begin(), call.arguments.end(), [](const std::string& argument) {
    return llvm::StringRef(argument).startswith(kPlanFlag);
  });
}

llvm::Error PrepareCompile(ToolCall& tool_call, const std::string& session) {
  std::vector<std::string>& arguments = tool_call.arguments;
  CompileCall call = TakeCompileCall(arguments);
  if (call.output.empty()) return llvm::Error::success();  // a question such as -V=full, not a compilation
  Result<pack::Plan> plan = LoadPlan(session, call.digest);
  if (!plan) return plan.takeError();
  if (IsExternalTest(*plan, call))
    KeepCallsOnly(*plan);
  else if (!IsTarget(*plan, call))
    return llvm::Error::success();
  Result<std::vector<GoFile>> files = ReadGoFiles(call, arguments);
  if (!files) return files.takeError();
  Result<std::vector<ChangedFile>> changed = Rewrite(*plan, *files);
  if (!changed) return changed.takeError();
  llvm::StringRef object_directory = llvm::sys::path::parent_path(call.output);
  for (const ChangedFile& file : *changed) {
    if (llvm::Error error = CheckNoCgoDirectives(*plan, (*files)[file.index].text, file.text)) return error;
    std::string& argument = arguments[call.go_files[file.index]];
    std::string path = Join(object_directory, "instc_" + llvm::sys::path::filename(argument));
    if (llvm::Error error = WriteText(path, file.text)) return error;
    argument = path;
  }
  return AddFiles(*plan, object_directory, arguments);
}

// ---- modules that are built from another place ----

bool HasRelocations(const std::string& session) {
  return !session.empty() && llvm::sys::fs::exists(Join(session, pack::kRelocationsFile));
}

/// In the linker's list of packages stands what `go version -m` will show: there the link is a replacement.
llvm::Error HideInBuildInfo(std::string& importcfg, const std::vector<pack::Relocation>& relocations) {
  Result<std::string> text = ReadText(importcfg);
  if (!text) return text.takeError();
  std::string changed = *text;
  for (const pack::Relocation& r : relocations) {
    const std::string replaced = "\\n=>\\t" + r.seen + "\\t(devel)\\t\\n";
    changed = ReplacedAll(changed, replaced, "\\t" + r.sum + "\\n");
  }
  if (changed == *text) return llvm::Error::success();
  importcfg = Join(llvm::sys::path::parent_path(importcfg), "instc_importcfg.link");
  return WriteText(importcfg, changed);
}

llvm::Error HideRelocations(ToolCall& call, const std::string& session) {
  const std::string path = Join(session, pack::kRelocationsFile);
  Result<std::string> text = ReadText(path);
  if (!text) return text.takeError();
  auto relocations = pack::RelocationsFromJson(*text, path);
  if (!relocations) return relocations.takeError();
  const bool links = ToolName(call.tool) == "link";
  for (size_t i = 0; i + 1 < call.arguments.size(); ++i) {
    std::string& value = call.arguments[i + 1];
    if (call.arguments[i] == "-trimpath") {
      for (const pack::Relocation& r : *relocations) value += ";" + r.seen + "=>" + r.directory;
    } else if (links && call.arguments[i] == "-importcfg") {
      if (llvm::Error error = HideInBuildInfo(value, *relocations)) return error;
    }
  }
  return llvm::Error::success();
}

// ---- cover, vet ----

/// Overlay entries: original path to replacement.
Result<std::map<std::string, std::string>> LoadOverlay(const std::string& session) {
  std::string path = Join(session, "overlay.json");
  Result<std::string> text = ReadText(path);
  if (!text) return text.takeError();
  Result<nlohmann::json> document = pack::ParseJson(*text, path);
  if (!document) return document.takeError();
  std::map<std::string, std::string> overlay;
  if (!document->is_object() || !document->contains("Replace")) return overlay;
  for (const auto& [original, replacement] : (*document)["Replace"].items()) {
    if (replacement.is_string()) overlay[original] = replacement.get<std::string>();
  }
  return overlay;
}

/// A path that exists in the overlay only.
std::optional<std::string> OverlayOnly(const std::map<std::string, std::string>& overlay,
                                       llvm::StringRef path) {
  auto found = overlay.find(Absolute(path));
  if (found == overlay.end() || llvm::sys::fs::exists(path)) return std::nullopt;
  return found->second;
}

llvm::Error PrepareCover(ToolCall& call, const std::string& session) {
  Result<std::map<std::string, std::string>> overlay = LoadOverlay(session);
  if (!overlay) return overlay.takeError();
  for (std::string& argument : call.arguments) {
    if (!llvm::StringRef(argument).endswith(".go")) continue;
    if (std::optional<std::string> replacement = OverlayOnly(*overlay, argument)) argument = *replacement;
  }
  return llvm::Error::success();
}

bool MapGoFiles(nlohmann::json& config, const std::map<std::string, std::string>& overlay) {
  bool changed = false;
  if (!config.is_object() || !config.contains("GoFiles")) return false;
  for (nlohmann::json& file : config["GoFiles"]) {
    if (!file.is_string()) continue;
    if (auto replacement = OverlayOnly(overlay, file.get<std::string>())) {
      file = *replacement;
      changed = true;
    }
  }
  return changed;
}

llvm::Error PrepareVet(ToolCall& call, const std::string& session) {
  if (call.arguments.empty() || !llvm::StringRef(call.arguments.back()).endswith("vet.cfg"))
    return llvm::Error::success();
  std::string& path = call.arguments.back();
  Result<std::string> text = ReadText(path);
  if (!text) return text.takeError();
  Result<nlohmann::json> config = pack::ParseJson(*text, path);
  if (!config) return config.takeError();
  Result<std::map<std::string, std::string>> overlay = LoadOverlay(session);
  if (!overlay) return overlay.takeError();
  if (!MapGoFiles(*config, *overlay)) return llvm::Error::success();
  std::string mapped = Join(llvm::sys::path::parent_path(path), "instc_vet.cfg");
  if (llvm::Error error =
          WriteText(mapped, config->dump(1, '\t', false, nlohmann::json::error_handler_t::replace))) {
    return error;
  }
  path = mapped;
  return llvm::Error::success();
}

}  // namespace

Result<ToolCall> ParseToolCall(const std::vector<std::string>& arguments) {
  ToolCall call;
  size_t at = 0;
  if (!arguments.empty() && llvm::StringRef(arguments[0]).startswith(kChainFlag)) {
    size_t words = 0;
    if (llvm::StringRef(arguments[0]).drop_front(kChainFlag.size()).getAsInteger(10, words)) {
      return Fail("malformed flag {0}", arguments[0]);
    }
    at = 1;
    for (; words > 0 && at < arguments.size(); --words) call.chain.push_back(arguments[at++]);
  }
  if (at >= arguments.size()) return Fail("no tool is given; instc-toolexec is run by `go build -toolexec`");
  call.tool = arguments[at];
  call.arguments.assign(arguments.begin() + static_cast<ptrdiff_t>(at) + 1, arguments.end());
  return call;
}

bool NeedsWork(const ToolCall& call, const std::string& session) {
  std::string name = ToolName(call.tool);
  if (HasRelocations(session)) return true;
  if (name == "cover" || name == "vet") return true;
  return name == "compile" && IsMarked(call);
}

llvm::Error Prepare(ToolCall& call, const std::string& session) {
  std::string name = ToolName(call.tool);
  if (HasRelocations(session)) {
    if (llvm::Error error = HideRelocations(call, session)) return error;
  }
  if (name == "compile") return IsMarked(call) ? PrepareCompile(call, session) : llvm::Error::success();
  if (session.empty()) return llvm::Error::success();
  if (name == "cover") return PrepareCover(call, session);
  return name == "vet" ? PrepareVet(call, session) : llvm::Error::success();
}

}  // namespace instc::toolexec
