#include "compiler/pack/relocation.h"

#include "compiler/pack/json_reader.h"

namespace instc::pack {

std::string RelocationsToJson(const std::vector<Relocation>& relocations) {
  nlohmann::json list = nlohmann::json::array();
  for (const Relocation& r : relocations)
    list.push_back({{"directory", r.directory}, {"seen", r.seen}, {"sum", r.sum}});
  return nlohmann::json{{"relocations", list}}.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

Result<std::vector<Relocation>> RelocationsFromJson(llvm::StringRef text, llvm::StringRef file) {
  Result<nlohmann::json> document = ParseJson(text, file);
  if (!document) return document.takeError();
  JsonProblem problem;
  JsonReader in(*document, problem);
  auto relocations = in.List("relocations", [](JsonReader& r) {
    return Relocation{r.String("directory"), r.String("seen"), r.String("sum")};
  });
  if (problem.found()) return Fail("{0}: {1}", file, problem.text);
  return relocations;
}

}  // namespace instc::pack
