#include "compiler/pack/json_reader.h"

#include <algorithm>
#include <limits>

namespace instc::pack {
namespace {

const nlohmann::json& Null() {
  static const nlohmann::json null;
  return null;
}

}  // namespace

JsonReader::JsonReader(const nlohmann::json& value, JsonProblem& problem, std::string place)
    : value_(&value), problem_(&problem), place_(std::move(place)) {}

void JsonReader::Fail(llvm::StringRef what) {
  if (problem_->found()) return;
  problem_->text = place_.empty() ? what.str() : ("`" + place_ + "`: " + what).str();
}

void JsonReader::OnlyKeys(std::initializer_list<const char*> known) {
  if (problem_->found()) return;
  if (!value_->is_object()) return Fail("expected an object, found " + std::string(value_->type_name()));
  for (const auto& [key, unused] : value_->items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) return Fail("unknown key `" + key + "`");
  }
}

bool JsonReader::Has(const char* key) const {
  return value_->is_object() && value_->contains(key);
}

JsonReader JsonReader::At(const char* key) {
  std::string place = place_.empty() ? key : place_ + "." + key;
  if (!problem_->found() && !value_->is_object()) {
    Fail("expected an object, found " + std::string(value_->type_name()));
  }
  if (problem_->found()) return JsonReader(Null(), *problem_, std::move(place));
  auto found = value_->find(key);
  if (found == value_->end()) {
    JsonReader missing(Null(), *problem_, std::move(place));
    missing.Fail("missing");
    return missing;
  }
  return JsonReader(*found, *problem_, std::move(place));
}

std::string JsonReader::AsString() {
  if (problem_->found()) return {};
  if (value_->is_string()) return value_->get<std::string>();
  Fail("expected a string, found " + std::string(value_->type_name()));
  return {};
}

std::string JsonReader::String(const char* key) {
  return At(key).AsString();
}

bool JsonReader::Bool(const char* key) {
  JsonReader at = At(key);
  if (!problem_->found() && !at.value_->is_boolean()) {
    at.Fail("expected true or false, found " + std::string(at.value_->type_name()));
  }
  return !problem_->found() && at.value_->get<bool>();
}

int64_t JsonReader::Int(const char* key) {
  JsonReader at = At(key);
  if (!problem_->found() && (!at.value_->is_number_integer() ||
                             (at.value_->is_number_unsigned() &&
                              at.value_->get<uint64_t>() > uint64_t{std::numeric_limits<int64_t>::max()}))) {
    at.Fail("expected an integer");
  }
  return problem_->found() ? 0 : at.value_->get<int64_t>();
}

uint32_t JsonReader::Line(const char* key) {
  int64_t line = Int(key);
  if (line < 0 || line > std::numeric_limits<uint32_t>::max()) At(key).Fail("not a line number");
  return problem_->found() ? 0 : static_cast<uint32_t>(line);
}

std::vector<std::string> JsonReader::Strings(const char* key) {
  return List(key, [](JsonReader& element) { return element.AsString(); });
}

double JsonReader::AsNumber() {
  if (problem_->found()) return 0;
  if (value_->is_number()) return value_->get<double>();
  Fail("expected a number, found " + std::string(value_->type_name()));
  return 0;
}

std::vector<double> JsonReader::Numbers(const char* key) {
  return List(key, [](JsonReader& element) { return element.AsNumber(); });
}

size_t JsonReader::ListSize() {
  if (problem_->found()) return 0;
  if (value_->is_array()) return value_->size();
  Fail("expected a list, found " + std::string(value_->type_name()));
  return 0;
}

JsonReader JsonReader::Element(size_t index) {
  std::string place = place_ + "[" + std::to_string(index) + "]";
  if (problem_->found()) return JsonReader(Null(), *problem_, std::move(place));
  return JsonReader((*value_)[index], *problem_, std::move(place));
}

Result<nlohmann::json> ParseJson(llvm::StringRef text, llvm::StringRef file) {
  // One of the few places where exceptions are caught: nlohmann/json reports where it stopped by throwing.
  try {
    return nlohmann::json::parse(text.begin(), text.end());
  } catch (const nlohmann::json::parse_error& error) {
    size_t at = std::min(error.byte, text.size());
    size_t line = text.take_front(at).count('\n') + 1;
    return Fail("{0}:{1}: not a JSON document: syntax error at byte {2}", file, line, at);
  } catch (const nlohmann::json::exception& error) {
    return Fail("{0}: not a JSON document: {1}", file, error.what());
  }
}

}  // namespace instc::pack
