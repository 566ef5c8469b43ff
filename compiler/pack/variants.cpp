#include "compiler/pack/variants.h"

#include "compiler/pack/pack_json.h"

namespace instc::pack {

std::string VariantsToJson(const std::vector<Variant>& variants) {
  return Dump({{"variants", ListOf(variants)}});
}

Result<std::vector<Variant>> VariantsFromJson(llvm::StringRef text, llvm::StringRef file) {
  Result<nlohmann::json> parsed = ParseJson(text, file);
  if (!parsed) return parsed.takeError();
  JsonProblem problem;
  JsonReader in(*parsed, problem);
  in.OnlyKeys({"variants"});
  std::vector<Variant> variants = in.List("variants", ReadVariant);
  if (problem.found()) return Fail("{0}: {1}", file, problem.text);
  return variants;
}

}  // namespace instc::pack
