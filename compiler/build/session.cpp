#include "compiler/build/session.h"

#include "compiler/assets/assets.h"
#include "compiler/build/files.h"
#include "compiler/build/wiring.h"
#include "compiler/pack/digest.h"
#include "compiler/pack/json_reader.h"
#include "dsl/base/text.h"

namespace instc::build {
namespace {

/// Where the runtime seems to lie inside the main module, if it has to; the directory exists in the overlay
/// only.
/// The underscore keeps it out of `./...`.
constexpr llvm::StringRef kOverlaidRuntime = "_instc/rt";
constexpr llvm::StringRef kPortText = "port_target.go.txt";

std::string WiringFolderFile() {
  return "// Package instcwire connects instrumented packages with the runtime; instc go adds its "
         "content.\npackage " +
         kWiringName.str() + "\n";
}

/// The runtime that instc carries, by path below compiler/rt.
std::map<std::string, std::string> RuntimeFiles() {
  std::map<std::string, std::string> files;
  for (const assets::Asset& asset : assets::Runtime()) {
    llvm::StringRef path = asset.path;
    if (path.consume_front("compiler/rt/")) files[path.str()] = asset.text.str();
  }
  return files;
}

/// A Go file that may use what the module around it, whose go line may be older, must not: a build constraint
/// says so.
std::string WithOwnLanguage(llvm::StringRef text) {
  constexpr llvm::StringRef kConstraint = "//go:build ";
  std::string above;
  while (!text.startswith("package ") && !text.empty()) {
    auto [line, rest] = text.split('\n');
    if (line.consume_front(kConstraint))
      return (above + kConstraint + "(" + line + ") && go1.21\n" + rest).str();
    above += line.str() + "\n";
    text = rest;
  }
  return (kConstraint + "go1.21\n\n" + above + text).str();
}

/// The runtime as a directory of its own, with its imports moved when it lives inside another module.
std::map<std::string, std::string> RuntimeSource(llvm::StringRef runtime_path) {
  std::map<std::string, std::string> files = RuntimeFiles();
  files.erase(kPortText.str());
  files[(kWiringName + "/doc.go").str()] = WiringFolderFile();
  if (runtime_path == kRuntimePath) return files;
  files.erase("go.mod");
  for (auto& [name, text] : files) text = WithOwnLanguage(MovedImports(text, runtime_path));
  return files;
}

std::string DigestOf(const std::map<std::string, std::string>& files) {
  std::string all;
  for (const auto& [name, text] : files) {
    all += name + "\n" + std::to_string(text.size()) + "\n" + text;
  }
  return pack::ShortDigest(pack::Sha256(all));
}

class SessionWriter {
 public:
  SessionWriter(const Matched& matched, const SessionInput& input)
      : matched_(matched), input_(input), overlay_(input.user_overlay), runtime_path_(kRuntimePath.str()) {}

  Result<Session> Write() {
    if (input_.project.form == Form::kVendor)
      runtime_path_ = input_.module_path + "/" + kOverlaidRuntime.str();
    Session session;
    AddPlans(session);
    if (llvm::Error error = PlaceRuntime()) return error;
    if (llvm::Error error = EditModuleFile()) return error;
    if (llvm::Error error = Relocate()) return error;
    for (const LinkingFile& file : input_.linking_files) {
      std::string name = "link_" + file.package_name + ".go";
      files_[name] = LinkingText(file.package_name, runtime_path_ + "/" + wiring_name_);
      own_overlay_[file.path] = name;
    }
    return Publish(std::move(session));
  }

 private:
  void AddPlans(Session& session) {
    for (const pack::Plan& plan : MakePlans(matched_, RuntimeFiles()[kPortText.str()])) {
      std::string digest = pack::PlanDigest(plan);
      files_[digest + ".plan.json"] = pack::PlanToJson(plan);
      session.plans.push_back({plan.package, digest});
    }
  }

  llvm::Error PlaceRuntime() {
    std::map<std::string, std::string> source = RuntimeSource(runtime_path_);
    runtime_directory_ = JoinPath(input_.cache_directory, "rt/" + DigestOf(source));
    if (llvm::Error error = PublishDirectory(runtime_directory_, source)) return error;
    std::string seen = runtime_directory_;
    replacement_ = runtime_directory_;
    if (input_.project.form == Form::kVendor || HidesPaths()) {
      seen = JoinPath(input_.module_directory, kOverlaidRuntime);
      replacement_ = ("./" + kOverlaidRuntime).str();
      for (const auto& [name, text] : source)
        overlay_[JoinPath(seen, name)] = JoinPath(runtime_directory_, name);
    }
    std::string wiring = WiringText(matched_, MakeProvenance(matched_, input_.pack_digest, input_.go_version),
                                    runtime_path_, input_.linked_into);
    if (runtime_path_ != kRuntimePath) wiring = WithOwnLanguage(wiring);
    // Go takes two packages of one path for one package, and each plugin of a program has its own wiring.
    if (input_.linked_into == LinkedInto::kPlugin)
      wiring_name_ += "_" + pack::ShortDigest(pack::Sha256(wiring));
    files_["wire.go"] = std::move(wiring);
    own_overlay_[JoinPath(seen, wiring_name_ + "/wire.go")] = "wire.go";
    return llvm::Error::success();
  }

  bool HidesPaths() const { return input_.hide_paths && input_.project.form == Form::kModule; }

  /// Text of the user's go.mod or go.work as the user's build would see it.
  Result<std::string> OriginalText(const std::string& path) const {
    auto replaced = input_.user_overlay.find(path);
    return ReadFile(replaced == input_.user_overlay.end() ? path : replaced->second);
  }

  llvm::Error EditModuleFile() {
    const std::string& path = input_.project.edited_file;
    std::string quoted = GoQuoted(replacement_);
    std::string requires_runtime = "\nrequire " + kRuntimePath.str() + " v0.0.0\n\nreplace " +
                                   kRuntimePath.str() + " => " + quoted + "\n";
    if (input_.project.form == Form::kVendor) return llvm::Error::success();
    std::string text;
    if (input_.project.form == Form::kNoModule) {
      llvm::StringRef version = input_.go_version;
      version.consume_front("v");
      text = "module command-line-arguments\n\ngo " + version.split('-').first.str() + "\n";
    } else {
      Result<std::string> original = OriginalText(path);
      if (!original) return original.takeError();
      text = std::move(*original);
    }
    text += input_.project.form == Form::kWorkspace ? "\nuse " + quoted + "\n" : requires_runtime;
    for (const RelocatedModule& module : input_.relocated)
      text += "\nreplace " + module.path + " => " + GoQuoted(module.place.seen) + "\n";
    bool is_work = input_.project.form == Form::kWorkspace;
    files_[is_work ? "go.work" : "go.mod"] = text;
    own_overlay_[path] = is_work ? "go.work" : "go.mod";
    return llvm::Error::success();
  }

  /// See compiler/pack/relocation.h.
  llvm::Error Relocate() {
    std::vector<pack::Relocation> places;
    for (const RelocatedModule& module : input_.relocated) {
      const std::string& seen = module.place.seen;
      if (llvm::Error error = PublishLink(seen, module.place.directory)) return error;
      // Modules from before modules existed have none, and a directory must.
      if (!Exists(JoinPath(seen, "go.mod"))) {
        const std::string name = "mod_" + std::to_string(places.size());
        files_[name] = "module " + module.path + "\n";
        own_overlay_[JoinPath(seen, "go.mod")] = name;
      }
      places.push_back(module.place);
    }
    if (!places.empty()) files_[pack::kRelocationsFile.str()] = pack::RelocationsToJson(places);
    return llvm::Error::success();
  }

  /// The directory's name is a digest over its files and over the overlay, with our own files by their plain
  /// names.
  Result<Session> Publish(Session session) {
    std::map<std::string, std::string> content = files_;
    content["overlay.json"] = OverlayText("");
    session.directory = JoinPath(input_.cache_directory, "session/" + DigestOf(content));
    content["overlay.json"] = OverlayText(session.directory);
    if (llvm::Error error = PublishDirectory(session.directory, content)) return error;
    return session;
  }

  std::string OverlayText(llvm::StringRef directory) const {
    nlohmann::json replace = nlohmann::json::object();
    for (const auto& [original, replacement] : overlay_) replace[original] = replacement;
    for (const auto& [original, name] : own_overlay_) replace[original] = JoinPath(directory, name);
    return nlohmann::json{{"Replace", replace}}.dump(1, ' ', false,
                                                     nlohmann::json::error_handler_t::replace) +
           "\n";
  }

  const Matched& matched_;
  const SessionInput& input_;
  Overlay overlay_;                                 ///< to files outside the session
  std::map<std::string, std::string> own_overlay_;  ///< to names of session files
  std::map<std::string, std::string> files_;
  std::string runtime_path_;
  std::string wiring_name_ = kWiringName.str();  ///< of its folder
  std::string runtime_directory_;
  std::string replacement_;  ///< the runtime's directory as go.mod or go.work names it
};

}  // namespace

Result<Overlay> ReadOverlay(const std::string& path, const std::string& directory) {
  Result<std::string> text = ReadFile(AbsolutePath(directory, path));
  if (!text) return text.takeError();
  Result<nlohmann::json> document = pack::ParseJson(*text, path);
  if (!document) return document.takeError();
  Overlay overlay;
  if (!document->is_object() || !document->contains("Replace")) return overlay;
  const nlohmann::json& replace = (*document)["Replace"];
  if (!replace.is_object()) return Fail("{0}: `Replace` is not an object", path);
  for (const auto& [original, replacement] : replace.items()) {
    if (!replacement.is_string())
      return Fail("{0}: the replacement of `{1}` is not a string", path, original);
    std::string target = replacement.get<std::string>();
    overlay[AbsolutePath(directory, original)] = target.empty() ? "" : AbsolutePath(directory, target);
  }
  return overlay;
}

Result<Session> WriteSession(const Matched& matched, const SessionInput& input) {
  return SessionWriter(matched, input).Write();
}

}  // namespace instc::build
