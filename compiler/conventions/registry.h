// The OpenTelemetry semantic conventions, as data a checker can ask.
//
// A rule says `db.query.text = ...`; whether that name exists, which type its value has, whether it was
// renamed and whether it belongs on a client span are facts of a published registry, not of instc. They are
// generated from the official packages into stdlib-rules/semconv/<version>.json; this file only reads that
// text and answers questions. The version that instc ships is embedded (see EmbeddedRegistry), so a lookup
// needs no file.
#ifndef INSTC_COMPILER_CONVENTIONS_REGISTRY_H
#define INSTC_COMPILER_CONVENTIONS_REGISTRY_H

#include <optional>
#include <string>
#include <vector>

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace instc::conventions {

enum class Stability { kDevelopment, kAlpha, kBeta, kReleaseCandidate, kStable };

/// The type of an attribute's value. kUnknown: only for names that were removed, whose type is no longer
/// published. kAny: the registry leaves the type open.
enum class ValueType {
  kUnknown,
  kAny,
  kString,
  kInt,
  kDouble,
  kBoolean,
  kStrings,
  kInts,
  kDoubles,
  kBooleans
};

enum class Requirement { kRequired, kConditionallyRequired, kRecommended, kOptIn };

/// The numbers are those of OTLP.
enum class SpanKind { kInternal = 1, kServer = 2, kClient = 3, kProducer = 4, kConsumer = 5 };

enum class Instrument { kCounter, kUpDownCounter, kHistogram, kGauge };

/// A name that must not be used any more. renamed_to is empty when nothing takes its place one to one;
/// note is the registry's one-line advice either way.
struct Deprecation {
  std::string renamed_to;
  std::string note;
};

struct EnumMember {
  std::string value;  ///< as it travels; for an int attribute its decimal text
  bool deprecated = false;
};

struct Attribute {
  std::string name;  ///< of a template attribute: without `.<key>`
  ValueType type = ValueType::kUnknown;
  bool is_template = false;  ///< `http.request.header`: used as `http.request.header[k]`
  std::vector<EnumMember>
      members;  ///< well-known values; empty: not an enum. Other values stay allowed by the conventions
  std::optional<Deprecation> deprecated;
  Stability stability = Stability::kDevelopment;
  std::string brief;  ///< one line, may be empty

  /// The member with this value, or null.
  const EnumMember* FindMember(llvm::StringRef value) const;
};

/// An attribute in a metric or on a span.
struct AttributeUse {
  std::string name;
  Requirement requirement = Requirement::kRecommended;
  bool sampling_relevant = false;  ///< must be set when the span starts
};

struct Metric {
  std::string name;
  Instrument instrument = Instrument::kHistogram;
  ValueType type = ValueType::kDouble;  ///< kInt or kDouble
  std::string unit;                     ///< UCUM: `s`, `By`, `{request}`
  std::vector<AttributeUse> attributes;
  std::optional<Deprecation> deprecated;
  Stability stability = Stability::kDevelopment;
  std::string brief;
};

/// What the conventions say about one kind of span: `http.server`, `db.client`, `messaging.send`, ...
struct SpanGroup {
  std::string id;
  std::vector<SpanKind> kinds;  ///< the usual kind first
  std::vector<AttributeUse> attributes;
  std::string metric;  ///< its duration metric; empty: none

  const AttributeUse* FindAttribute(llvm::StringRef name) const;
  bool Allows(SpanKind kind) const;
};

/// One version of the conventions. Immutable; lookups are by hash, lists are sorted by name.
class Registry {
 public:
  /// Reads the JSON text of one registry file. Fails with a message that names what is wrong in it.
  [[nodiscard]] static llvm::Expected<Registry> Load(llvm::StringRef text);

  llvm::StringRef version() const { return version_; }  ///< `v1.37.0`

  const Attribute* FindAttribute(llvm::StringRef name) const;
  const Metric* FindMetric(llvm::StringRef name) const;
  const SpanGroup* FindSpanGroup(llvm::StringRef id) const;

  /// The kinds of all span groups that know this attribute, sorted; empty: no group speaks of it, so any kind
  /// is right.
  std::vector<SpanKind> KindsOf(llvm::StringRef attribute) const;

  /// At most `count` current attribute names that look like `name`, best first: small edit distance, or the
  /// same segments in another order or number (`http.status_code` -> `http.response.status_code`). Empty when
  /// nothing is near.
  std::vector<std::string> NearestAttributes(llvm::StringRef name, unsigned count) const;
  std::vector<std::string> NearestMetrics(llvm::StringRef name, unsigned count) const;

  const std::vector<Attribute>& attributes() const { return attributes_; }
  const std::vector<Metric>& metrics() const { return metrics_; }
  const std::vector<SpanGroup>& span_groups() const { return span_groups_; }

 private:
  Registry() = default;
  void Index();

  std::string version_;
  std::vector<Attribute> attributes_;
  std::vector<Metric> metrics_;
  std::vector<SpanGroup> span_groups_;
  llvm::StringMap<size_t> attribute_index_, metric_index_, span_group_index_;
};

/// The text of the registry that this instc was built with, for Registry::Load. Version names have the form
/// `v1.37.0`; empty when that version is not embedded.
llvm::StringRef EmbeddedRegistry(llvm::StringRef version);

/// The versions that are embedded, sorted.
std::vector<std::string> EmbeddedVersions();

/// The bounds that the conventions advise for the buckets of a histogram; empty: none, the default ones do.
std::vector<double> AdvisedBounds(llvm::StringRef metric, llvm::StringRef unit);

/// `string`, `int`, `string[]`, ... as rules and messages spell them.
llvm::StringRef Name(ValueType type);
llvm::StringRef Name(SpanKind kind);
llvm::StringRef Name(Instrument instrument);

}  // namespace instc::conventions

#endif  // INSTC_COMPILER_CONVENTIONS_REGISTRY_H
