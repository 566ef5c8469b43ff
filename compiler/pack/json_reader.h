// Strict reading of JSON documents that others wrote.
//
// A JsonReader is a value and the place where it stands. The first thing that is not as it should be is kept
// in the JsonProblem that all readers of a document share; everything read after it is empty, so that code
// reading a document needs no check at each key, only one at the end.
#ifndef INSTC_COMPILER_PACK_JSON_READER_H
#define INSTC_COMPILER_PACK_JSON_READER_H

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "dsl/base/result.h"
#include "llvm/ADT/StringRef.h"
#include "nlohmann/json.hpp"

namespace instc::pack {

/// The first problem of a document: "`plugins[0].name`: not a string". Empty: none.
struct JsonProblem {
  std::string text;
  bool found() const { return !text.empty(); }
};

class JsonReader {
 public:
  JsonReader(const nlohmann::json& value, JsonProblem& problem, std::string place = {});

  /// Every key must be one of `known`; keys are required where they are read.
  void OnlyKeys(std::initializer_list<const char*> known);

  bool Has(const char* key) const;
  JsonReader At(const char* key);
  std::string String(const char* key);
  bool Bool(const char* key);
  int64_t Int(const char* key);
  uint32_t Line(const char* key);
  std::vector<std::string> Strings(const char* key);
  std::vector<double> Numbers(const char* key);

  /// One T per element of the list under `key`; `read` takes a JsonReader&.
  template <typename Read>
  auto List(const char* key, Read read) {
    std::vector<decltype(read(*this))> result;
    JsonReader list = At(key);
    for (size_t i = 0, n = list.ListSize(); i < n; ++i) {
      JsonReader element = list.Element(i);
      result.push_back(read(element));
    }
    return result;
  }

  const nlohmann::json& value() const { return *value_; }
  void Fail(llvm::StringRef what);

 private:
  size_t ListSize();
  JsonReader Element(size_t index);
  std::string AsString();
  double AsNumber();

  const nlohmann::json* value_;
  JsonProblem* problem_;
  std::string place_;
};

/// Parses text; a syntax error names `file`, the byte and the line.
[[nodiscard]] Result<nlohmann::json> ParseJson(llvm::StringRef text, llvm::StringRef file);

}  // namespace instc::pack

#endif  // INSTC_COMPILER_PACK_JSON_READER_H
