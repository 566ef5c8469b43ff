#include "compiler/conventions/registry.h"

#include <algorithm>
#include <set>

#include "llvm/Support/ErrorHandling.h"

namespace instc::conventions {
namespace {

template <typename Entry>
const Entry* Lookup(const llvm::StringMap<size_t>& index, const std::vector<Entry>& entries,
                    llvm::StringRef name) {
  auto found = index.find(name);
  return found == index.end() ? nullptr : &entries[found->second];
}

template <typename Entry>
llvm::StringMap<size_t> IndexByName(const std::vector<Entry>& entries, std::string Entry::*name) {
  llvm::StringMap<size_t> index(entries.size());
  for (size_t i = 0; i < entries.size(); ++i) index[entries[i].*name] = i;
  return index;
}

}  // namespace

const EnumMember* Attribute::FindMember(llvm::StringRef value) const {
  auto found =
      std::find_if(members.begin(), members.end(), [&](const EnumMember& m) { return m.value == value; });
  return found == members.end() ? nullptr : &*found;
}

const AttributeUse* SpanGroup::FindAttribute(llvm::StringRef name) const {
  auto found = std::find_if(attributes.begin(), attributes.end(),
                            [&](const AttributeUse& u) { return u.name == name; });
  return found == attributes.end() ? nullptr : &*found;
}

bool SpanGroup::Allows(SpanKind kind) const {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

void Registry::Index() {
  attribute_index_ = IndexByName(attributes_, &Attribute::name);
  metric_index_ = IndexByName(metrics_, &Metric::name);
  span_group_index_ = IndexByName(span_groups_, &SpanGroup::id);
}

const Attribute* Registry::FindAttribute(llvm::StringRef name) const {
  return Lookup(attribute_index_, attributes_, name);
}

const Metric* Registry::FindMetric(llvm::StringRef name) const {
  return Lookup(metric_index_, metrics_, name);
}

const SpanGroup* Registry::FindSpanGroup(llvm::StringRef id) const {
  return Lookup(span_group_index_, span_groups_, id);
}

std::vector<SpanKind> Registry::KindsOf(llvm::StringRef attribute) const {
  std::set<SpanKind> kinds;
  for (const SpanGroup& group : span_groups_)
    if (group.FindAttribute(attribute)) kinds.insert(group.kinds.begin(), group.kinds.end());
  return {kinds.begin(), kinds.end()};
}

llvm::StringRef Name(ValueType type) {
  switch (type) {
    case ValueType::kUnknown:
      return "unknown";
    case ValueType::kAny:
      return "any";
    case ValueType::kString:
      return "string";
    case ValueType::kInt:
      return "int";
    case ValueType::kDouble:
      return "double";
    case ValueType::kBoolean:
      return "boolean";
    case ValueType::kStrings:
      return "string[]";
    case ValueType::kInts:
      return "int[]";
    case ValueType::kDoubles:
      return "double[]";
    case ValueType::kBooleans:
      return "boolean[]";
  }
  llvm_unreachable("a value type outside its enum");
}

llvm::StringRef Name(SpanKind kind) {
  switch (kind) {
    case SpanKind::kInternal:
      return "internal";
    case SpanKind::kServer:
      return "server";
    case SpanKind::kClient:
      return "client";
    case SpanKind::kProducer:
      return "producer";
    case SpanKind::kConsumer:
      return "consumer";
  }
  llvm_unreachable("a span kind outside its enum");
}

llvm::StringRef Name(Instrument instrument) {
  switch (instrument) {
    case Instrument::kCounter:
      return "counter";
    case Instrument::kUpDownCounter:
      return "updowncounter";
    case Instrument::kHistogram:
      return "histogram";
    case Instrument::kGauge:
      return "gauge";
  }
  llvm_unreachable("an instrument outside its enum");
}

// The registry's data has no bounds; these are from the text of the conventions for database, generative AI
// and all other durations in seconds.
std::vector<double> AdvisedBounds(llvm::StringRef metric, llvm::StringRef unit) {
  if (metric == "db.client.operation.duration") return {0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10};
  if (metric.startswith("gen_ai.") && unit == "s")
    return {0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92};
  if (metric == "gen_ai.client.token.usage")
    return {1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864};
  if (unit == "s") return {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10};
  return {};
}

}  // namespace instc::conventions
