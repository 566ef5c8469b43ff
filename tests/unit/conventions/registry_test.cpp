// What rule checking asks the registry, asked of the registry that is shipped, plus the ways a foreign file
// can be wrong.
#include "compiler/conventions/registry.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace instc::conventions {
namespace {

const Registry& Shipped() {
  static const Registry registry = llvm::cantFail(Registry::Load(EmbeddedRegistry("v1.37.0")));
  return registry;
}

std::string LoadError(llvm::StringRef text) {
  llvm::Expected<Registry> registry = Registry::Load(text);
  return registry ? "no error" : llvm::toString(registry.takeError());
}

TEST(Embedded, KnowsItsVersions) {
  EXPECT_EQ(EmbeddedVersions(), std::vector<std::string>{"v1.37.0"});
  EXPECT_EQ(Shipped().version(), "v1.37.0");
  EXPECT_TRUE(EmbeddedRegistry("v0.0.1").empty());
}

TEST(Attributes, HaveTypeMembersAndStability) {
  const Attribute* method = Shipped().FindAttribute("http.request.method");
  ASSERT_TRUE(method);
  EXPECT_EQ(method->type, ValueType::kString);
  EXPECT_EQ(method->stability, Stability::kStable);
  EXPECT_TRUE(method->FindMember("PATCH"));
  EXPECT_FALSE(method->FindMember("patch"));
  EXPECT_EQ(Shipped().FindAttribute("http.response.status_code")->type, ValueType::kInt);
  EXPECT_EQ(Shipped().FindAttribute("gen_ai.request.temperature")->type, ValueType::kDouble);
  EXPECT_EQ(Shipped().FindAttribute("gen_ai.request.stop_sequences")->type, ValueType::kStrings);
  EXPECT_TRUE(Shipped().FindAttribute("messaging.operation.type")->FindMember("publish")->deprecated);
  EXPECT_FALSE(Shipped().FindAttribute("messaging.operation.type")->FindMember("send")->deprecated);
}

TEST(Attributes, TemplatesAreFoundWithoutTheirKey) {
  const Attribute* header = Shipped().FindAttribute("http.request.header");
  ASSERT_TRUE(header);
  EXPECT_TRUE(header->is_template);
  EXPECT_EQ(header->type, ValueType::kStrings);
  EXPECT_FALSE(Shipped().FindAttribute("http.request.method")->is_template);
}

TEST(Attributes, DeprecatedOnesSayWhatReplacedThem) {
  const Attribute* statement = Shipped().FindAttribute("db.statement");
  ASSERT_TRUE(statement && statement->deprecated);
  EXPECT_EQ(statement->deprecated->renamed_to, "db.query.text");
  const Attribute* peer = Shipped().FindAttribute("net.peer.name");
  ASSERT_TRUE(peer && peer->deprecated);
  EXPECT_EQ(peer->deprecated->renamed_to, "") << "two names replace it, so there is no rename to offer";
  EXPECT_NE(peer->deprecated->note.find("server.address"), std::string::npos);
  EXPECT_FALSE(Shipped().FindAttribute("db.query.text")->deprecated);
}

TEST(Attributes, EveryRenameLeadsToACurrentName) {
  for (const Attribute& attribute : Shipped().attributes()) {
    if (!attribute.deprecated || attribute.deprecated->renamed_to.empty()) continue;
    const Attribute* target = Shipped().FindAttribute(attribute.deprecated->renamed_to);
    if (!target)
      target = Shipped().FindAttribute(llvm::StringRef(attribute.deprecated->renamed_to).rsplit('.').first);
    ASSERT_TRUE(target) << attribute.name;
    EXPECT_FALSE(target->deprecated) << attribute.name;
  }
}

TEST(Attributes, OnlyRemovedNamesLackAType) {
  for (const Attribute& attribute : Shipped().attributes())
    EXPECT_TRUE(attribute.type != ValueType::kUnknown || attribute.deprecated) << attribute.name;
}

TEST(Metrics, HaveInstrumentUnitAndAttributes) {
  const Metric* duration = Shipped().FindMetric("http.server.request.duration");
  ASSERT_TRUE(duration);
  EXPECT_EQ(duration->instrument, Instrument::kHistogram);
  EXPECT_EQ(duration->type, ValueType::kDouble);
  EXPECT_EQ(duration->unit, "s");
  auto route = std::find_if(duration->attributes.begin(), duration->attributes.end(),
                            [](const AttributeUse& use) { return use.name == "http.route"; });
  EXPECT_NE(route, duration->attributes.end());
  EXPECT_EQ(Shipped().FindMetric("http.server.active_requests")->instrument, Instrument::kUpDownCounter);
  EXPECT_EQ(Shipped().FindMetric("messaging.publish.duration")->deprecated->renamed_to,
            "messaging.client.operation.duration");
  EXPECT_FALSE(Shipped().FindMetric("db.client.request.duration"));
}

TEST(SpanGroups, HaveKindsAndRequirements) {
  const SpanGroup* server = Shipped().FindSpanGroup("http.server");
  ASSERT_TRUE(server);
  EXPECT_TRUE(server->Allows(SpanKind::kServer));
  EXPECT_FALSE(server->Allows(SpanKind::kClient));
  EXPECT_EQ(server->metric, "http.server.request.duration");
  const AttributeUse* method = server->FindAttribute("http.request.method");
  ASSERT_TRUE(method);
  EXPECT_EQ(method->requirement, Requirement::kRequired);
  EXPECT_TRUE(method->sampling_relevant);
  EXPECT_FALSE(server->FindAttribute("http.route")->sampling_relevant);
  EXPECT_FALSE(server->FindAttribute("db.query.text"));
}

TEST(SpanGroups, TellTheKindsOfAnAttribute) {
  EXPECT_EQ(Shipped().KindsOf("http.route"), std::vector<SpanKind>{SpanKind::kServer});
  EXPECT_EQ(Shipped().KindsOf("db.system.name"),
            (std::vector<SpanKind>{SpanKind::kInternal, SpanKind::kClient}));
  EXPECT_TRUE(Shipped().KindsOf("process.pid").empty());
}

TEST(Nearest, FindsTypingSlips) {
  EXPECT_EQ(Shipped().NearestAttributes("http.respone.status_code", 1).at(0), "http.response.status_code");
  EXPECT_EQ(Shipped().NearestAttributes("db.namspace", 1).at(0), "db.namespace");
}

TEST(Nearest, FindsNamesByTheirSegments) {
  EXPECT_EQ(Shipped().NearestAttributes("http.response.code", 1).at(0), "http.response.status_code");
  EXPECT_EQ(Shipped().NearestAttributes("db.name.system", 1).at(0), "db.system.name");
  EXPECT_EQ(Shipped().NearestMetrics("db.client.request.duration", 1).at(0), "db.client.operation.duration");
}

TEST(Nearest, OffersNothingForSomethingElse) {
  EXPECT_TRUE(Shipped().NearestAttributes("shop.basket.colour", 3).empty());
  EXPECT_TRUE(Shipped().NearestAttributes(std::string(100'000, 'a'), 3).empty());
  EXPECT_LE(Shipped().NearestAttributes("http.request", 2).size(), 2u);
}

TEST(Nearest, OffersNoDeprecatedName) {
  for (const std::string& name : Shipped().NearestAttributes("db.statemen", 5))
    EXPECT_FALSE(Shipped().FindAttribute(name)->deprecated) << name;
}

TEST(Load, SaysWhatIsWrong) {
  EXPECT_EQ(LoadError("{"), "not a semantic-convention registry: the text is not JSON");
  EXPECT_NE(LoadError("[]").find("another version of instc"), std::string::npos);
  EXPECT_NE(LoadError(R"({"schema":2,"version":"v1"})").find("another version of instc"), std::string::npos);
  EXPECT_NE(LoadError(R"({"schema":1})").find("`version` is missing"), std::string::npos);
  EXPECT_NE(
      LoadError(R"({"schema":1,"version":"v1","attributes":[]})").find("`attributes` must be an object"),
      std::string::npos);
  EXPECT_NE(LoadError(R"({"schema":1,"version":"v1","attributes":{"a":7},"metrics":{},"spans":{}})")
                .find("`attributes.a`"),
            std::string::npos);
  EXPECT_NE(
      LoadError(R"({"schema":1,"version":"v1","attributes":{"a":{"type":"colour","stability":"stable"}},)"
                R"("metrics":{},"spans":{}})")
          .find("unknown word `colour`"),
      std::string::npos);
}

TEST(Load, SurvivesBottomlessNesting) {
  EXPECT_EQ(LoadError(std::string(100'000, '[')), "not a semantic-convention registry: the text is not JSON");
  EXPECT_NE(LoadError(std::string(100'000, '[') + std::string(100'000, ']')).find("another version of instc"),
            std::string::npos);
}

}  // namespace
}  // namespace instc::conventions
