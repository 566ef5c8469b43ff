#include "compiler/build/provenance.h"

#include <algorithm>
#include <map>

#include "compiler/pack/json_reader.h"

namespace instc::build {
namespace {

using nlohmann::json;

/// Then follow the number of bytes of the document, a blank and the document. Written in two pieces, so that
/// instc itself does not carry the text that it looks for.
constexpr llvm::StringRef kMark = "instc-prove";
constexpr llvm::StringRef kMarkEnd = "nance 1 ";

json ToJson(const AppliedPlugin& plugin) {
  return {{"name", plugin.name},
          {"library", plugin.library},
          {"version", plugin.version},
          {"rules", plugin.rules}};
}

std::optional<Provenance> Parse(llvm::StringRef text) {
  Result<json> document = pack::ParseJson(text, "provenance");
  if (!document) {
    llvm::consumeError(document.takeError());
    return std::nullopt;
  }
  pack::JsonProblem problem;
  pack::JsonReader in(*document, problem);
  Provenance provenance;
  provenance.instc = in.String("instc");
  provenance.rules = in.String("rules");
  provenance.go = in.String("go");
  provenance.plugins = in.List("plugins", [](pack::JsonReader& p) {
    return AppliedPlugin{p.String("name"), p.String("library"), p.String("version"), p.Strings("rules")};
  });
  if (problem.found()) return std::nullopt;
  return provenance;
}

}  // namespace

Provenance MakeProvenance(const Matched& matched, const std::string& pack_digest,
                          const std::string& go_version) {
  std::map<std::string, AppliedPlugin> plugins;
  for (const Target& target : matched.targets) {
    for (const TargetRule& rule : target.rules) {
      AppliedPlugin& plugin = plugins[rule.plugin->name];
      plugin.name = rule.plugin->name;
      plugin.library = rule.plugin->library.path;
      plugin.version = rule.plugin->library.is_std ? go_version : target.package->module.version;
      if (std::find(plugin.rules.begin(), plugin.rules.end(), rule.rule) == plugin.rules.end())
        plugin.rules.push_back(rule.rule);
    }
  }
  Provenance provenance{INSTC_VERSION, pack_digest, go_version, {}};
  for (auto& [name, plugin] : plugins) {
    std::sort(plugin.rules.begin(), plugin.rules.end());
    provenance.plugins.push_back(std::move(plugin));
  }
  return provenance;
}

std::string ProvenanceText(const Provenance& provenance) {
  json plugins = json::array();
  for (const AppliedPlugin& plugin : provenance.plugins) plugins.push_back(ToJson(plugin));
  const std::string document = json{
      {"instc", provenance.instc},
      {"rules", provenance.rules},
      {"go", provenance.go},
      {"plugins", plugins}}.dump(-1, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace);
  return (kMark + kMarkEnd).str() + std::to_string(document.size()) + " " + document;
}

std::optional<Provenance> FindProvenance(llvm::StringRef program) {
  const std::string mark = (kMark + kMarkEnd).str();
  for (size_t at = program.find(mark); at != llvm::StringRef::npos; at = program.find(mark, at + 1)) {
    llvm::StringRef rest = program.drop_front(at + mark.size());
    size_t size = 0;
    if (rest.consumeInteger(10, size) || !rest.consume_front(" ") || size > rest.size()) continue;
    if (std::optional<Provenance> found = Parse(rest.take_front(size))) return found;
  }
  return std::nullopt;
}

}  // namespace instc::build
