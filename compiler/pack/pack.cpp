#include "compiler/pack/pack.h"

#include "compiler/pack/digest.h"
#include "compiler/pack/pack_json.h"

namespace instc::pack {
namespace {

using nlohmann::json;

/// Everything but the digest.
json Body(const RulePack& pack) {
  return {{"schema", kSchemaVersion},
          {"instc", pack.instc},
          {"sources", ListOf(pack.sources)},
          {"plugins", ListOf(pack.plugins)},
          {"patches", ListOf(pack.patches)}};
}

llvm::Error Refuse(llvm::StringRef file, const llvm::Twine& problem, const char* remedy) {
  return Fail("{0}: {1}; {2}", file, problem.str(), remedy);
}

constexpr const char* kRecompile = "write the pack anew with `instc compile`";

llvm::Error CheckHead(const json& document, llvm::StringRef file) {
  if (!document.is_object() || !document.contains("schema") || !document.contains("plugins")) {
    return Refuse(file, "not a rule pack: the keys `schema` and `plugins` are missing",
                  "name a file that `instc compile` wrote");
  }
  const json& schema = document["schema"];
  if (!schema.is_number_integer()) return Refuse(file, "`schema`: expected an integer", kRecompile);
  if (schema != kSchemaVersion) {
    return Refuse(file,
                  "`schema`: version " + schema.dump() + " is not one that this instc reads (" +
                      std::to_string(kSchemaVersion) + ")",
                  "compile the rules and build with the same version of instc");
  }
  return llvm::Error::success();
}

}  // namespace

std::string Digest(const RulePack& pack) {
  return Sha256(Dump(Body(pack)));
}

std::string ToJson(const RulePack& pack) {
  json body = Body(pack);
  body["digest"] = Sha256(Dump(body));
  return Dump(body);
}

Result<RulePack> FromJson(llvm::StringRef text, llvm::StringRef file) {
  Result<json> parsed = ParseJson(text, file);
  if (!parsed) return parsed.takeError();
  json document = std::move(*parsed);
  if (llvm::Error error = CheckHead(document, file)) return error;
  JsonProblem problem;
  JsonReader in(document, problem);
  in.OnlyKeys({"schema", "instc", "digest", "sources", "plugins", "patches"});
  RulePack pack;
  pack.instc = in.String("instc");
  pack.digest = in.String("digest");
  pack.sources = in.List("sources", ReadSource);
  pack.plugins = in.List("plugins", ReadPlugin);
  pack.patches = in.List("patches", ReadPatch);
  if (problem.found()) return Refuse(file, problem.text, kRecompile);
  document.erase("digest");
  std::string actual = Sha256(Dump(document));
  if (pack.digest != actual) {
    return Refuse(file,
                  "`digest`: the content has " + actual + ", so the file was changed by hand or damaged",
                  kRecompile);
  }
  return pack;
}

}  // namespace instc::pack
