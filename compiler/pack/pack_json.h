// JSON of the structs that the pack and the plan share. Private to this folder.
#ifndef INSTC_COMPILER_PACK_PACK_JSON_H
#define INSTC_COMPILER_PACK_PACK_JSON_H

#include "compiler/pack/json_reader.h"
#include "compiler/pack/pack.h"

namespace instc::pack {

[[nodiscard]] nlohmann::json Write(const SourceFile& source);
[[nodiscard]] nlohmann::json Write(const Field& field);
[[nodiscard]] nlohmann::json Write(const Hook& hook);
[[nodiscard]] nlohmann::json Write(const Variant& variant);
[[nodiscard]] nlohmann::json Write(const Plugin& plugin);
[[nodiscard]] nlohmann::json Write(const PatchEdit& edit);
[[nodiscard]] nlohmann::json Write(const PatchFile& file);
[[nodiscard]] nlohmann::json Write(const Patch& patch);

[[nodiscard]] SourceFile ReadSource(JsonReader& in);
[[nodiscard]] Field ReadField(JsonReader& in);
[[nodiscard]] Hook ReadHook(JsonReader& in);
[[nodiscard]] Variant ReadVariant(JsonReader& in);
[[nodiscard]] Plugin ReadPlugin(JsonReader& in);
[[nodiscard]] VersionBound ReadBound(JsonReader& in);
[[nodiscard]] PatchEdit ReadPatchEdit(JsonReader& in);
[[nodiscard]] PatchFile ReadPatchFile(JsonReader& in);
[[nodiscard]] Patch ReadPatch(JsonReader& in);

template <typename T>
nlohmann::json ListOf(const std::vector<T>& elements) {
  nlohmann::json list = nlohmann::json::array();
  for (const T& element : elements) list.push_back(Write(element));
  return list;
}

/// The one way in which documents are written: sorted keys, one value a line, repaired UTF-8, a newline at
/// the end.
[[nodiscard]] std::string Dump(const nlohmann::json& value);

}  // namespace instc::pack

#endif  // INSTC_COMPILER_PACK_PACK_JSON_H
