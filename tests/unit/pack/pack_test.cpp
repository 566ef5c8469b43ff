#include "compiler/pack/pack.h"

#include "compiler/pack/yields.h"

#include "compiler/pack/directive.h"
#include "compiler/pack/plan.h"
#include "compiler/pack/within.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace instc::pack {
namespace {

Hook SampleHook() {
  Hook hook;
  hook.rule = "nethttp.server";
  hook.symbol = "nethttp_server";
  hook.order = 1;
  hook.origin = {"nethttp.hook", 12};
  hook.receiver = Receiver{"serverHandler", false, "sh"};
  hook.func = "ServeHTTP";
  hook.params = {"rw", "req"};
  hook.imports = {{"instc_url", "net/url"}};
  hook.enter_writes = {"req"};
  hook.has_exit = true;
  hook.code = "func instcEnter_nethttp_server(@{params}) {}";
  return hook;
}

RulePack Sample() {
  Plugin plugin;
  plugin.name = "nethttp";
  plugin.title = "net/http";
  plugin.file = "nethttp.hook";
  plugin.semconv = "v1.37.0";
  plugin.library = {"net/http", true, {{">=", "v1.23.0"}}};
  plugin.go = {{">=", "v1.23.0"}};
  plugin.yields = {"example.com/otelhttp"};
  plugin.options = {{"capture", true, "d"},
                    {"name", std::string("x"), ""},
                    {"limit", int64_t{-5}, ""},
                    {"headers", std::vector<std::string>{"a", "b"}, ""}};
  plugin.rules = {{"nethttp.server", 12}};
  plugin.variants = {{"v1.26.0",
                      "v1.26.3",
                      {{"net/http",
                        {{"Request", "x int"}},
                        {{"instcX_a", "func()", "p", "F"}},
                        {SampleHook()},
                        {{"nethttp.server", "m", "s", "d", "histogram", false, {"a"}, {0.5, 1}}}}}}};
  RulePack pack;
  pack.instc = "0.1.0";
  pack.sources = {{"nethttp.hook", "plugin nethttp\n"}};
  pack.plugins = {plugin};
  pack.patches = {{"runtime",
                   {},
                   {{"runtime2.go", "type g struct", "labels unsafe.Pointer", "; x int"}},
                   {{"z.go", "package runtime\n"}}}};
  return pack;
}

std::string Refusal(const std::string& text) {
  Result<RulePack> pack = FromJson(text, "rules.pack.json");
  return pack ? "accepted" : llvm::toString(pack.takeError());
}

/// The sample with one change made to its JSON, digest included when `sign`.
template <typename Change>
std::string Changed(Change change) {
  nlohmann::json document = nlohmann::json::parse(ToJson(Sample()));
  change(document);
  return document.dump();
}

TEST(PackTest, RoundTripGivesTheSameBytes) {
  std::string text = ToJson(Sample());
  Result<RulePack> pack = FromJson(text, "p");
  ASSERT_TRUE(static_cast<bool>(pack)) << llvm::toString(pack.takeError());
  EXPECT_EQ(ToJson(*pack), text);
  EXPECT_EQ(pack->digest, Digest(Sample()));
  EXPECT_EQ(std::get<int64_t>(pack->plugins[0].options[2].default_value), -5);
  EXPECT_EQ(pack->plugins[0].variants[0].packages[0].hooks[0].receiver->type, "serverHandler");
}

TEST(PackTest, KeysAreSorted) {
  std::string text = ToJson(Sample());
  EXPECT_LT(text.find("\"digest\""), text.find("\"instc\""));
  EXPECT_LT(text.find("\"instc\""), text.find("\"patches\""));
}

TEST(PackTest, DigestFollowsContent) {
  RulePack pack = Sample();
  std::string before = Digest(pack);
  pack.plugins[0].variants[0].packages[0].hooks[0].code += " ";
  EXPECT_NE(Digest(pack), before);
}

TEST(PackTest, InvalidUtf8IsRepairedAndReadable) {
  RulePack pack = Sample();
  pack.plugins[0].title = "bad \xff";
  Result<RulePack> read = FromJson(ToJson(pack), "p");
  ASSERT_TRUE(static_cast<bool>(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(read->plugins[0].title, "bad \xef\xbf\xbd");
}

TEST(PackTest, YieldsToPackagesAlone) {
  for (const char* path : {"", "otelhttp", "a.b/v2", "a.b//c", "a.b/c d", "a.b/\"", "/a.b"}) {
    RulePack pack = Sample();
    pack.plugins[0].yields = {path};
    EXPECT_NE(Refusal(ToJson(pack)).find("yields to no package"), std::string::npos) << path;
  }
  EXPECT_TRUE(IsYieldedTo("a.b/c/v2", "a.b/c"));
  EXPECT_FALSE(IsYieldedTo("a.b/cd", "a.b/c"));
}

TEST(PackTest, RefusesWhatIsNotAPack) {
  EXPECT_EQ(Refusal("{"), "rules.pack.json:1: not a JSON document: syntax error at byte 1");
  EXPECT_NE(Refusal("").find("not a JSON document"), std::string::npos);
  EXPECT_EQ(Refusal("{\"name\": \"npm\"}"),
            "rules.pack.json: not a rule pack: the keys `schema` and `plugins` are missing; name a file that "
            "`instc "
            "compile` wrote");
  EXPECT_NE(Refusal("[1]").find("not a rule pack"), std::string::npos);
  EXPECT_NE(Refusal(std::string(100000, '[')).find("not a JSON document"), std::string::npos);
}

TEST(PackTest, RefusesOtherSchemas) {
  EXPECT_EQ(Refusal(Changed([](auto& d) { d["schema"] = 99; })),
            "rules.pack.json: `schema`: version 99 is not one that this instc reads (3); compile the rules "
            "and build with "
            "the same version of instc");
  EXPECT_NE(Refusal(Changed([](auto& d) { d["schema"] = "1"; })).find("`schema`: expected an integer"),
            std::string::npos);
}

TEST(PackTest, NamesTheOffendingKey) {
  auto has = [](const std::string& message, const char* part) {
    return message.find(part) != std::string::npos;
  };
  EXPECT_TRUE(
      has(Refusal(Changed([](auto& d) { d["plugins"][0].erase("name"); })), "`plugins[0].name`: missing"));
  EXPECT_TRUE(has(Refusal(Changed([](auto& d) { d["plugins"][0]["name"] = 7; })),
                  "`plugins[0].name`: expected a string, found number"));
  EXPECT_TRUE(has(Refusal(Changed([](auto& d) { d["extra"] = 7; })), "unknown key `extra`"));
  EXPECT_TRUE(has(Refusal(Changed([](auto& d) { d["plugins"][0]["go"][0]["op"] = "~"; })),
                  "`plugins[0].go[0].op`: not a comparison: `~`"));
  EXPECT_TRUE(has(Refusal(Changed([](auto& d) { d["plugins"][0]["options"][2]["default"] = "x"; })),
                  "`plugins[0].options[2].default`: expected an integer"));
  EXPECT_TRUE(
      has(Refusal(Changed([](auto& d) { d["plugins"][0]["rules"][0]["line"] = -1; })), "not a line number"));
  EXPECT_TRUE(has(Refusal(Changed([](auto& d) {
                    d["plugins"][0]["variants"][0]["packages"][0]["hooks"][0]["func"] = "";
                  })),
                  "declarations without a function have no signature"));
  EXPECT_TRUE(has(Refusal(Changed([](auto& d) { d["patches"][0]["package"] = "all=-asmhdr"; })),
                  "`patches[0].package`: not a package of the standard library"));
  EXPECT_TRUE(
      has(Refusal(Changed([](auto& d) { d["plugins"] = 1; })), "`plugins`: expected a list, found number"));
}

TEST(PackTest, RefusesChangedContent) {
  std::string message = Refusal(Changed([](auto& d) { d["plugins"][0]["title"] = "other"; }));
  EXPECT_NE(message.find("changed by hand or damaged"), std::string::npos) << message;
}

TEST(PlanTest, RoundTripAndDigest) {
  Plan plan;
  plan.package = "net/http";
  plan.fields = {{"Request", "x int"}};
  plan.hooks = {{3, SampleHook()}};
  plan.files = {{"instc_port.go", "package http\n"}};
  Result<Plan> read = PlanFromJson(PlanToJson(plan), "p");
  ASSERT_TRUE(static_cast<bool>(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(PlanToJson(*read), PlanToJson(plan));
  EXPECT_EQ(PlanDigest(plan).size(), 24U);
  std::string before = PlanDigest(plan);
  plan.hooks[0].rule = 4;
  EXPECT_NE(PlanDigest(plan), before);
}

TEST(PlanTest, RefusesAnotherBackend) {
  std::string text = PlanToJson({});
  size_t at = text.find("\"backend\": 1");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 12, "\"backend\": 9");
  Result<Plan> read = PlanFromJson(text, "p");
  ASSERT_FALSE(static_cast<bool>(read));
  EXPECT_NE(llvm::toString(read.takeError()).find("another version of instc"), std::string::npos);
}

TEST(PlanTest, WrappersAndCalls) {
  Plan plan;
  plan.hooks = {{0, SampleHook()}, {1, SampleHook()}};
  plan.hooks[1].hook.call = true;
  plan.hooks[1].hook.receiver.reset();
  plan.hooks[1].hook.within = {"in $root/**", "not"};
  plan.wrappers = {{"InstcCall_1_", plan.hooks[1].hook.func, {1}}};
  plan.calls = {{"net/http", "http", "Get", "InstcCall_1_"}};
  Result<Plan> read = PlanFromJson(PlanToJson(plan), "p");
  ASSERT_TRUE(static_cast<bool>(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(PlanToJson(*read), PlanToJson(plan));
  auto refused = [](const Plan& plan) {
    Result<Plan> read = PlanFromJson(PlanToJson(plan), "p");
    bool failed = !read;
    llvm::consumeError(read.takeError());
    return failed;
  };
  Plan wrong = plan;
  wrong.wrappers[0].hooks = {0};  // not for calls
  EXPECT_TRUE(refused(wrong));
  wrong.wrappers[0].hooks = {7};
  EXPECT_TRUE(refused(wrong));
  wrong = plan;
  wrong.calls[0].prefix = "x() // ";
  EXPECT_TRUE(refused(wrong));
  wrong = plan;
  wrong.hooks[1].hook.within = {"and"};
  EXPECT_TRUE(refused(wrong));
  wrong.hooks[1].hook.within = {};
  wrong.hooks[1].hook.receiver = Receiver{"T", false, "_"};
  EXPECT_TRUE(refused(wrong));
}

TEST(WithinTest, PatternsMatchElements) {
  auto in = [](const char* pattern, const char* path, std::optional<std::string> root = std::nullopt) {
    return Holds({"in " + std::string(pattern)}, path, root);
  };
  EXPECT_TRUE(in("a/b", "a/b"));
  EXPECT_FALSE(in("a/b", "a/b/c"));
  EXPECT_TRUE(in("a/*", "a/b"));
  EXPECT_FALSE(in("a/*", "a"));
  EXPECT_FALSE(in("a/*", "a/b/c"));
  EXPECT_TRUE(in("a/**", "a") && in("a/**", "a/b") && in("a/**", "a/b/c"));
  EXPECT_TRUE(in("**/c", "c") && in("**/c", "a/b/c"));
  EXPECT_FALSE(in("**/c", "a/b/cc"));
  EXPECT_TRUE(in("a/**/x*z/**", "a/b/c/xyz/d"));
  EXPECT_FALSE(in("$root/**", "a/b"));
  EXPECT_TRUE(in("$root/**", "a/b", "a") && in("$root", "a", "a"));
  EXPECT_FALSE(in("$root", "a/b", "a"));
  std::string stars = "a";
  for (int i = 0; i < 60; ++i) stars += "/**/a*a*a*b";
  std::string path = "a";
  for (int i = 0; i < 2000; ++i) path += "/aaaaaaaa";
  EXPECT_FALSE(Holds({"in " + stars.substr(0, 500)}, path, std::nullopt));
}

TEST(WithinTest, FiltersAreConditionsInPostfixOrder) {
  EXPECT_TRUE(Holds({}, "a", std::nullopt));
  EXPECT_TRUE(Holds({"in a", "in b", "or"}, "b", std::nullopt));
  EXPECT_FALSE(Holds({"in a", "in b", "and"}, "b", std::nullopt));
  EXPECT_TRUE(Holds({"in a", "in b", "not", "and"}, "a", std::nullopt));
  EXPECT_TRUE(IsWithinFilter({}) && IsWithinFilter({"in a", "not", "in b", "or"}));
  for (const std::vector<std::string>& bad : std::vector<std::vector<std::string>>{
           {"and"}, {"in a", "and"}, {"not"}, {"in a", "in b"}, {"in "}, {"in a//b"}, {"in a/b**"}, {"x"}})
    EXPECT_FALSE(IsWithinFilter(bad)) << bad.front();
}

/// A hook for functions with a context under a comment.
nlohmann::json MarkedPlugin() {
  RulePack pack = Sample();
  Hook hook;
  hook.rule = "nethttp.server";
  hook.symbol = "marked";
  hook.params = {"ctx", "fn_title"};
  hook.directive = Directive{"x:span", {"context"}, {"error"}, {"title"}};
  hook.code = "func instcEnter_marked(@{params}) {}";
  pack.plugins[0].variants[0].packages = {{kAnyPackage.str(), {}, {}, {hook}, {}}};
  return nlohmann::json::parse(ToJson(pack));
}

TEST(DirectiveTest, SurvivesTheRoundTrip) {
  nlohmann::json document = MarkedPlugin();
  Result<RulePack> read = FromJson(document.dump(), "rules.pack.json");
  ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(nlohmann::json::parse(ToJson(*read)), document);
}

TEST(DirectiveTest, WhatDoesNotFitIsRefused) {
  auto refusal = [](const char* place, const nlohmann::json& value) {
    nlohmann::json document = MarkedPlugin();
    document[nlohmann::json::json_pointer(std::string("/plugins/0/variants/0/packages/0") + place)] = value;
    return Refusal(document.dump());
  };
  for (auto [place, value, said] : std::vector<std::tuple<const char*, nlohmann::json, const char*>>{
           {"/path", "net/http", "a directive is for the package `*`"},
           {"/fields", {{{"type", "T"}, {"text", "x int"}}}, "the package `*` has no types"},
           {"/hooks/0/directive/name", "go:linkname", "not a directive"},
           {"/hooks/0/directive/name", "x:span\n", "not a directive"},
           {"/hooks/0/directive/with", {"receiver"}, "not a part of a function"},
           {"/hooks/0/directive/given", {"body"}, "nothing is given as `body`"},
           {"/hooks/0/directive/given", {"name", "title"}, "does not fit the hook's signature"},
           {"/hooks/0/results", {"err"}, "does not fit the hook's signature"},
           {"/hooks/0/func", "F", "does not fit the hook's signature"}})
    EXPECT_NE(refusal(place, value).find(said), std::string::npos) << place << ": " << refusal(place, value);
}

TEST(DirectiveTest, IsAWordAColonAndAName) {
  for (const char* name : {"x:span", "instc:span", "x1:a.b-c_D"}) EXPECT_TRUE(IsDirective(name)) << name;
  for (const char* name :
       {"", "x", "x:", ":x", "X:span", "x:Span", "go:embed", "x:span ", "x:a/b", "export f"})
    EXPECT_FALSE(IsDirective(name)) << name;
}

TEST(DirectiveTest, IsFoundAtTheStartOfALine) {
  const std::set<std::string> found = DirectivesIn(
      "//a:one\npackage p // b:two\n\t//c:three x=y\r\n// d:four\nvar u = \"http://e:80\" "
      "//f:five\n//go:noinline\n//g:six");
  EXPECT_EQ(found, (std::set<std::string>{"a:one", "c:three", "g:six"}));
}

}  // namespace
}  // namespace instc::pack
