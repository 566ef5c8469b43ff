// JSON text -> Registry. Everything is read through typed pointers (get_ptr, find), which report a wrong type
// as null, so no exception is ever raised here and no fence is needed. The first fault wins; its message
// names the place.
#include <nlohmann/json.hpp>

#include "compiler/conventions/registry.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

namespace instc::conventions {
namespace {

using nlohmann::json;

constexpr int64_t kSchema = 1;

/// The words of a closed list, as the registry files spell them.
template <typename Enum>
struct Word {
  const char* text;
  Enum meaning;
};
template <typename Enum>
using Vocabulary = llvm::ArrayRef<Word<Enum>>;

constexpr Word<Stability> kStabilities[] = {{"development", Stability::kDevelopment},
                                            {"alpha", Stability::kAlpha},
                                            {"beta", Stability::kBeta},
                                            {"release_candidate", Stability::kReleaseCandidate},
                                            {"stable", Stability::kStable}};
constexpr Word<ValueType> kValueTypes[] = {
    {"unknown", ValueType::kUnknown},   {"any", ValueType::kAny},       {"string", ValueType::kString},
    {"int", ValueType::kInt},           {"double", ValueType::kDouble}, {"boolean", ValueType::kBoolean},
    {"string[]", ValueType::kStrings},  {"int[]", ValueType::kInts},    {"double[]", ValueType::kDoubles},
    {"boolean[]", ValueType::kBooleans}};
constexpr Word<Requirement> kRequirements[] = {
    {"required", Requirement::kRequired},
    {"conditionally_required", Requirement::kConditionallyRequired},
    {"recommended", Requirement::kRecommended},
    {"opt_in", Requirement::kOptIn}};
constexpr Word<SpanKind> kSpanKinds[] = {{"internal", SpanKind::kInternal},
                                         {"server", SpanKind::kServer},
                                         {"client", SpanKind::kClient},
                                         {"producer", SpanKind::kProducer},
                                         {"consumer", SpanKind::kConsumer}};
constexpr Word<Instrument> kInstruments[] = {{"counter", Instrument::kCounter},
                                             {"updowncounter", Instrument::kUpDownCounter},
                                             {"histogram", Instrument::kHistogram},
                                             {"gauge", Instrument::kGauge}};

/// Reads values and remembers the first fault. After a fault the results are meaningless and are thrown away.
class Reader {
 public:
  bool ok() const { return fault_.empty(); }
  const std::string& fault() const { return fault_; }
  void Fail(const llvm::Twine& message) {
    if (ok()) fault_ = (where_.empty() ? message : "in `" + llvm::Twine(where_) + "`: " + message).str();
  }
  void Enter(std::string where) { where_ = std::move(where); }

  const json* Member(const json& object, const char* key) {
    auto found = object.find(key);  // end() as well when it is no object
    return found == object.end() ? nullptr : &*found;
  }

  void Read(const json& value, std::string& out) {
    if (auto* text = value.get_ptr<const json::string_t*>())
      out = *text;
    else
      Fail("expected a string");
  }

  void Read(const json& value, bool& out) {
    if (auto* flag = value.get_ptr<const json::boolean_t*>())
      out = *flag;
    else
      Fail("expected true or false");
  }

  template <typename Enum>
  void ReadWord(const json* value, Enum& out, std::type_identity_t<Vocabulary<Enum>> words) {
    auto* text = value ? value->get_ptr<const json::string_t*>() : nullptr;
    if (!text) return Fail("expected a word");
    auto found = llvm::find_if(words, [&](const auto& word) { return *text == word.text; });
    if (found == words.end()) return Fail("unknown word `" + *text + "`");
    out = found->meaning;
  }

  template <typename Value>
  void ReadOptional(const json& object, const char* key, Value& out) {
    if (const json* value = Member(object, key)) Read(*value, out);
  }

  template <typename Value>
  void ReadRequired(const json& object, const char* key, Value& out) {
    if (const json* value = Member(object, key)) return Read(*value, out);
    Fail("`" + llvm::Twine(key) + "` is missing");
  }

  void Read(const json& value, Deprecation& out) {
    ReadRequired(value, "note", out.note);
    ReadOptional(value, "renamed_to", out.renamed_to);
  }

  void Read(const json& value, std::optional<Deprecation>& out) { Read(value, out.emplace()); }

  void Read(const json& value, SpanKind& out) { ReadWord(&value, out, kSpanKinds); }

  void Read(const json& value, AttributeUse& out) {
    ReadRequired(value, "name", out.name);
    ReadWord(Member(value, "requirement"), out.requirement, kRequirements);
    ReadOptional(value, "sampling", out.sampling_relevant);
  }

  template <typename Element>
  void Read(const json& value, std::vector<Element>& out) {
    auto* array = value.get_ptr<const json::array_t*>();
    if (!array) return Fail("expected a list");
    out.resize(array->size());
    for (size_t i = 0; i < array->size(); ++i) Read((*array)[i], out[i]);
  }

  void Read(const json& value, Attribute& out) {
    std::vector<std::string> members, old;
    ReadWord(Member(value, "type"), out.type, kValueTypes);
    ReadWord(Member(value, "stability"), out.stability, kStabilities);
    ReadOptional(value, "brief", out.brief);
    ReadOptional(value, "template", out.is_template);
    ReadOptional(value, "deprecated", out.deprecated);
    ReadOptional(value, "members", members);
    ReadOptional(value, "deprecated_members", old);
    for (std::string& member : members) {
      bool deprecated = llvm::is_contained(old, member);
      out.members.push_back({std::move(member), deprecated});
    }
  }

  void Read(const json& value, Metric& out) {
    ReadWord(Member(value, "type"), out.type, kValueTypes);
    ReadWord(Member(value, "instrument"), out.instrument, kInstruments);
    ReadWord(Member(value, "stability"), out.stability, kStabilities);
    ReadRequired(value, "unit", out.unit);
    ReadRequired(value, "attributes", out.attributes);
    ReadOptional(value, "brief", out.brief);
    ReadOptional(value, "deprecated", out.deprecated);
  }

  void Read(const json& value, SpanGroup& out) {
    ReadRequired(value, "kinds", out.kinds);
    ReadRequired(value, "attributes", out.attributes);
    ReadOptional(value, "metric", out.metric);
    if (out.kinds.empty()) Fail("`kinds` is empty");
  }

  /// A section maps names to entries. JSON objects are sorted maps here, so the result is sorted whatever the
  /// text was.
  template <typename Entry>
  void ReadSection(const json& document, const char* section, std::string Entry::*name,
                   std::vector<Entry>& out) {
    const json* value = Member(document, section);
    auto* entries = value ? value->get_ptr<const json::object_t*>() : nullptr;
    if (!entries) return Fail("`" + llvm::Twine(section) + "` must be an object");
    out.resize(entries->size());
    size_t next = 0;
    for (const auto& [key, entry] : *entries) {
      Enter(section + ("." + key));
      out[next].*name = key;
      Read(entry, out[next++]);
    }
    Enter("");
  }

  void CheckSchema(const json& document) {
    const json* schema = Member(document, "schema");
    if (!schema || *schema != kSchema)
      Fail("`schema` is not 1: the file was written for another version of instc");
  }

 private:
  std::string where_, fault_;
};

llvm::Error Failure(const llvm::Twine& cause) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 "not a semantic-convention registry: " + cause);
}

}  // namespace

llvm::Expected<Registry> Registry::Load(llvm::StringRef text) {
  json document = json::parse(text.begin(), text.end(), /*cb=*/nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return Failure("the text is not JSON");
  Registry registry;
  Reader reader;
  reader.CheckSchema(document);
  reader.ReadRequired(document, "version", registry.version_);
  reader.ReadSection(document, "attributes", &Attribute::name, registry.attributes_);
  reader.ReadSection(document, "metrics", &Metric::name, registry.metrics_);
  reader.ReadSection(document, "spans", &SpanGroup::id, registry.span_groups_);
  if (!reader.ok()) return Failure(reader.fault());
  registry.Index();
  return registry;
}

}  // namespace instc::conventions
