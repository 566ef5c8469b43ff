#include "compiler/build/match.h"

#include "compiler/build/report.h"
#include "gtest/gtest.h"

namespace instc::build {
namespace {

pack::Hook HookOf(const char* rule, int order) {
  pack::Hook hook;
  hook.rule = rule;
  hook.order = order;
  return hook;
}

pack::Plugin PluginOf(const char* name, const char* path, std::vector<pack::Hook> hooks) {
  pack::Plugin plugin;
  plugin.name = name;
  plugin.library = {path, false, {{">=", "v1.5.0"}}};
  plugin.variants = {{"v1.5.0", "v1.9.0", {{path, {}, {}, std::move(hooks), {}}}}};
  return plugin;
}

Listing ListingOf(const char* path, const char* version) {
  Listed package;
  package.path = package.module.path = path;
  package.module.version = version;
  package.name = "p";
  return {{path, package}};
}

Matched MatchOrFail(const pack::RulePack& pack, const Listing& listing, const Specialise& specialise = {}) {
  SpecialiseInput input;
  input.go_version = "v1.26.8";
  Result<Matched> matched = Match(pack, listing, input, specialise);
  if (matched) return std::move(*matched);
  ADD_FAILURE() << llvm::toString(matched.takeError());
  return {};
}

TEST(MatchTest, HooksAreOrderedAndRulesNumbered) {
  pack::RulePack pack;
  pack.plugins = {
      PluginOf("zed", "example.com/m", {HookOf("zed.b", 1), HookOf("zed.a", 0), HookOf("zed.b", 1)}),
      PluginOf("abc", "example.com/m", {HookOf("abc.x", 1)})};
  Listing listing = ListingOf("example.com/m", "v1.6.0");
  Matched matched = MatchOrFail(pack, listing);
  ASSERT_EQ(matched.targets.size(), 1U);
  std::string hooks, rules;
  for (const TargetHook& hook : matched.targets[0].hooks)
    hooks += hook.hook.rule + ":" + std::to_string(hook.rule) + " ";
  for (const TargetRule& rule : matched.targets[0].rules) rules += rule.rule + " ";
  EXPECT_EQ(hooks, "zed.a:1 abc.x:0 zed.b:2 zed.b:2 ");
  EXPECT_EQ(rules, "abc.x zed.a zed.b ");
}

std::string SkippedReason(const char* version, const Specialise& specialise = {}) {
  pack::RulePack pack;
  pack.plugins = {PluginOf("gin", "example.com/gin", {HookOf("gin.a", 1)})};
  Listing listing = ListingOf("example.com/gin", version);
  Matched matched = MatchOrFail(pack, listing, specialise);
  return ReportLine(MakeReport(matched, "v1.26.8"));
}

TEST(MatchTest, VersionsDecide) {
  EXPECT_EQ(SkippedReason("v1.5.0"), "instc: 1 rule in 1 package (example.com/gin)");
  EXPECT_EQ(SkippedReason("v1.3.0"),
            "instc: no rule applies to this build; 1 plugin not applied: gin v1.3.0 is not in [>= v1.5.0]");
  EXPECT_EQ(SkippedReason("v1.9.1"),
            "instc: no rule applies to this build; 1 plugin not applied: gin v1.9.1 is not among the "
            "versions that the pack was "
            "compiled for");
}

TEST(MatchTest, UnknownVersionsAreSpecialised) {
  std::string asked;
  Specialise specialise = [&](const pack::Plugin& plugin,
                              const SpecialiseInput& input) -> Result<Specialised> {
    asked = plugin.name + " " + input.version + " " + input.go_version;
    return Specialised{plugin.variants[0], ""};
  };
  EXPECT_EQ(SkippedReason("v1.9.1", specialise), "instc: 1 rule in 1 package (example.com/gin)");
  EXPECT_EQ(asked, "gin v1.9.1 v1.26.8");
  Specialise refuse = [](const pack::Plugin&, const SpecialiseInput&) -> Result<Specialised> {
    return Specialised{std::nullopt, "lacks `Foo`"};
  };
  EXPECT_EQ(SkippedReason("v1.9.1", refuse),
            "instc: no rule applies to this build; 1 plugin not applied: gin v1.9.1 lacks `Foo`");
}

TEST(MatchTest, AReplacedLibraryHasNoVersion) {
  pack::RulePack pack;
  pack.plugins = {PluginOf("gin", "example.com/gin", {HookOf("gin.a", 1)})};
  Listing listing = ListingOf("example.com/gin", "v1.3.0");
  listing.at("example.com/gin").module.is_replaced = true;
  std::string asked = "nothing";
  Specialise specialise = [&](const pack::Plugin& plugin,
                              const SpecialiseInput& input) -> Result<Specialised> {
    asked = "<" + input.version + ">";
    return Specialised{plugin.variants[0], ""};
  };
  EXPECT_EQ(MatchOrFail(pack, listing, specialise).targets.size(), 1U);
  EXPECT_EQ(asked, "<>");
}

TEST(MatchTest, ContextWithoutItsImportIsRefused) {
  pack::RulePack pack;
  pack::Hook hook = HookOf("gin.a", 1);
  hook.uses_context = true;
  pack.plugins = {PluginOf("gin", "example.com/gin", {hook})};
  Listing listing = ListingOf("example.com/gin", "v1.6.0");
  Result<Matched> matched = Match(pack, listing, {}, {});
  ASSERT_FALSE(static_cast<bool>(matched));
  EXPECT_EQ(llvm::toString(matched.takeError()),
            "rule `gin.a` changes a context in package example.com/gin, which does not import context");
}

TEST(MatchTest, GoVersions) {
  EXPECT_EQ(GoAsSemver("go1.26.8"), "v1.26.8");
  EXPECT_EQ(GoAsSemver("go1.26"), "v1.26.0");
  EXPECT_EQ(GoAsSemver("go1.27rc2"), "v1.27.0-rc2");
  EXPECT_EQ(GoAsSemver("go1.26.1 X:boringcrypto"), "v1.26.1");
  EXPECT_EQ(GoAsSemver("devel go1.27-abc"), "v");
  EXPECT_TRUE(InRange("v1.4.0", {{">=", "v1.4.0"}, {"<", "v2.0.0"}, {"!=", "v1.5.0"}}));
  EXPECT_FALSE(InRange("v1.5.0", {{">=", "v1.4.0"}, {"!=", "v1.5.0"}}));
  EXPECT_FALSE(InRange("v2.0.0", {{"<", "v2.0.0"}}));
  EXPECT_EQ(RangeText({{">=", "v1.4.0"}, {"<", "v2.0.0"}}), "[>= v1.4.0, < v2.0.0]");
}

TEST(ReportTest, JsonRoundTrip) {
  Report report{
      "v1.26.8", "p.json", "sha256:x", "/s", {{"a.b", "net/http", "v1.26.8"}}, {{"gin", "v1.0.0", "is old"}}};
  Result<Report> read = ReportFromJson(ReportJson(report, 1));
  ASSERT_TRUE(static_cast<bool>(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(ReportJson(*read, 1), ReportJson(report, 1));
  EXPECT_NE(ReportJson(report, 1).find("\"exit_code\": 1"), std::string::npos);
}

}  // namespace
}  // namespace instc::build
