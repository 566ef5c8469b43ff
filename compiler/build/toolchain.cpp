#include "compiler/build/toolchain.h"

#include "compiler/build/files.h"
#include "compiler/go/load/semver.h"
#include "compiler/pack/json_reader.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace instc::build {

Result<GoAnswer> AskGoEnvironment(const std::string& go, const std::string& directory,
                                  const EnvironmentList& environment) {
  Result<Captured> ran = RunCaptured({go, "env", "-json", "GOVERSION", "GOROOT", "GOMOD", "GOWORK", "GOFLAGS",
                                      "GOOS", "GOARCH", "CGO_ENABLED", "GOMODCACHE", "GO111MODULE", "GOENV"},
                                     directory, environment);
  if (!ran) return ran.takeError();
  if (ran->exit_code != 0) return GoAnswer{ran->exit_code, std::move(ran->err), {}};
  Result<nlohmann::json> document = pack::ParseJson(ran->out, "go env");
  if (!document) return document.takeError();
  pack::JsonProblem problem;
  pack::JsonReader in(*document, problem);
  GoEnvironment result{
      in.String("GOVERSION"),  in.String("GOROOT"),      in.String("GOMOD"),  in.String("GOWORK"),
      in.String("GOFLAGS"),    in.String("GOOS"),        in.String("GOARCH"), in.String("CGO_ENABLED") == "1",
      in.String("GOMODCACHE"), in.String("GO111MODULE"), in.String("GOENV")};
  if (problem.found()) return Fail("`go env`: {0}", problem.text);
  return GoAnswer{0, "", std::move(result)};
}

namespace {

/// Empty when it cannot be read.
std::string TextOf(const std::string& path) {
  Result<std::string> text = ReadFile(path);
  if (text) return std::move(*text);
  llvm::consumeError(text.takeError());
  return {};
}

/// Whether the go line of a go.mod or go.work is at least that of 1.14, which began to use vendor
/// directories.
bool IsFromTheAgeOfVendoring(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef, 32> lines;
  text.split(lines, '\n');
  for (llvm::StringRef line : lines) {
    line = line.trim();
    if (!line.consume_front("go ") && !line.consume_front("go\t")) continue;
    return go::CompareGoVersion(line.trim(), "1.14") >= 0;
  }
  return false;
}

bool IsOfWorkspace(llvm::StringRef modules_text) {
  auto [first, rest] = modules_text.split('\n');
  if (!first.consume_front("## ")) return false;
  llvm::SmallVector<llvm::StringRef, 4> notes;
  first.split(notes, ';');
  return llvm::any_of(notes, [](llvm::StringRef note) { return note.trim() == "workspace"; });
}

/// As the go command decides when it is not told.
bool UsesVendor(const Project& project, const std::optional<std::string>& mod) {
  if (mod) return *mod == "vendor";
  const std::string vendor = JoinPath(project.root, "vendor");
  return llvm::sys::fs::is_directory(vendor) && IsFromTheAgeOfVendoring(TextOf(project.edited_file)) &&
         IsOfWorkspace(TextOf(JoinPath(vendor, "modules.txt"))) == (project.form == Form::kWorkspace);
}

}  // namespace

Project FindProject(const GoEnvironment& go, const std::string& directory,
                    const std::optional<std::string>& mod, const std::optional<std::string>& modfile) {
  Project project;
  if (!go.gowork.empty() && go.gowork != "off") {
    project.form = Form::kWorkspace;
    project.edited_file = go.gowork;
  } else if (!go.gomod.empty() && go.gomod != "/dev/null") {
    project.form = Form::kModule;
    project.edited_file = go.gomod;
  } else {
    return {Form::kNoModule, directory, JoinPath(directory, "go.mod")};
  }
  project.root = llvm::sys::path::parent_path(project.edited_file).str();
  if (modfile && project.form == Form::kModule) project.edited_file = AbsolutePath(directory, *modfile);
  if (UsesVendor(project, mod)) {
    project.form = Form::kVendor;
    project.edited_file.clear();
  }
  return project;
}

}  // namespace instc::build
