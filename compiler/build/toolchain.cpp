#include "compiler/build/toolchain.h"

#include "compiler/build/files.h"
#include "compiler/pack/json_reader.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace instc::build {

Result<GoEnvironment> AskGoEnvironment(const std::string& go, const std::string& directory,
                                       const EnvironmentList& environment) {
  Result<Captured> ran = RunCaptured({go, "env", "-json", "GOVERSION", "GOROOT", "GOMOD", "GOWORK", "GOFLAGS",
                                      "GOOS", "GOARCH", "CGO_ENABLED", "GOMODCACHE", "GO111MODULE", "GOENV"},
                                     directory, environment);
  if (!ran) return ran.takeError();
  if (ran->exit_code != 0) return Fail("`go env` failed: {0}", llvm::StringRef(ran->err).trim());
  Result<nlohmann::json> document = pack::ParseJson(ran->out, "go env");
  if (!document) return document.takeError();
  pack::JsonProblem problem;
  pack::JsonReader in(*document, problem);
  GoEnvironment result{
      in.String("GOVERSION"),  in.String("GOROOT"),      in.String("GOMOD"),  in.String("GOWORK"),
      in.String("GOFLAGS"),    in.String("GOOS"),        in.String("GOARCH"), in.String("CGO_ENABLED") == "1",
      in.String("GOMODCACHE"), in.String("GO111MODULE"), in.String("GOENV")};
  if (problem.found()) return Fail("`go env`: {0}", problem.text);
  return result;
}

static bool UsesVendor(const std::string& root, const std::optional<std::string>& mod) {
  if (mod) return *mod == "vendor";
  return llvm::sys::fs::is_directory(JoinPath(root, "vendor"));
}

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
  if (UsesVendor(project.root, mod)) {
    project.form = Form::kVendor;
    project.edited_file.clear();
  } else if (modfile && project.form == Form::kModule) {
    project.edited_file = AbsolutePath(directory, *modfile);
  }
  return project;
}

}  // namespace instc::build
