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
  Report report{"v1.26.8",
                "p.json",
                "sha256:x",
                "/s",
                {{"a.b", "net/http", "v1.26.8"}},
                {{"gin", "v1.0.0", "is old"}},
                {{"a.b", "net/http.Get", "a", true}}};
  Result<Report> read = ReportFromJson(ReportJson(report, 1));
  ASSERT_TRUE(static_cast<bool>(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(ReportJson(*read, 1), ReportJson(report, 1));
  EXPECT_NE(ReportJson(report, 1).find("\"exit_code\": 1"), std::string::npos);
}

std::string HooksOf(std::vector<pack::Hook> hooks) {
  pack::RulePack pack;
  pack.plugins = {PluginOf("p", "example.com/m", std::move(hooks))};
  std::string text;
  for (const TargetHook& hook : MatchOrFail(pack, ListingOf("example.com/m", "v1.6.0")).targets.at(0).hooks)
    text += hook.hook.rule + " ";
  return text;
}

TEST(MatchTest, OrderClausesDecideAtOneFunction) {
  pack::Hook a = HookOf("p.a", 1), b = HookOf("p.b", 1), c = HookOf("p.c", 2);
  a.after = {"p.c"};
  EXPECT_EQ(HooksOf({a, b, c}), "p.b p.c p.a ");
  c.before = {"p.b"};
  EXPECT_EQ(HooksOf({a, b, c}), "p.c p.a p.b ");
  b.func = "Other";
  EXPECT_EQ(HooksOf({a, b, c}), "p.b p.c p.a ");
  a.before = {"p.c"};
  pack::RulePack pack;
  pack.plugins = {PluginOf("p", "example.com/m", {a, b, c})};
  Result<Matched> circle = Match(pack, ListingOf("example.com/m", "v1.6.0"), {}, {});
  ASSERT_FALSE(circle);
  EXPECT_NE(llvm::toString(circle.takeError()).find("in a circle"), std::string::npos);
}

/// A library with callers: one in the main module, two in modules of versions.
Listing ListingWithCallers() {
  Listing listing = ListingOf("example.com/m", "v1.6.0");
  for (const char* path : {"example.com/app/cmd", "example.com/dep", "example.com/far"}) {
    Listed& caller = listing[path];
    caller.path = path;
    caller.name = "main";
    caller.imports = {"example.com/m"};
    caller.module.path = "example.com/app";
    caller.module.is_main = llvm::StringRef(path).startswith("example.com/app");
  }
  listing["example.com/far"].imports = {"fmt"};
  listing["example.com/dep"].import_map = {{"m.test/m", "example.com/m"}};
  return listing;
}

TEST(MatchTest, CallersAreThosePackagesThatImportTheFunction) {
  pack::Hook everywhere = HookOf("p.everywhere", 1), own = HookOf("p.own", 1), inside = HookOf("p.inside", 1);
  everywhere.call = own.call = true;
  everywhere.func = own.func = inside.func = "F";
  everywhere.symbol = "e";
  own.symbol = "o";
  own.within = {"in $root/**"};
  inside.within = {"in example.com/app/**"};
  pack::RulePack pack;
  pack.plugins = {PluginOf("p", "example.com/m", {everywhere, own, inside})};
  MatchOptions options;
  Result<Matched> matched = Match(pack, ListingWithCallers(), {}, {}, options);
  ASSERT_TRUE(static_cast<bool>(matched));
  ASSERT_EQ(matched->targets.size(), 3U);
  const Target &app = matched->targets[0], &dep = matched->targets[1], &library = matched->targets[2];
  EXPECT_EQ(library.hooks.size(), 2U);  // `inside` is for another package
  ASSERT_EQ(library.wrappers.size(), 2U);
  EXPECT_EQ(library.wrappers[0].hooks.size(), 2U);
  EXPECT_EQ(library.wrappers[1].hooks.size(), 1U);
  EXPECT_TRUE(app.hooks.empty() && app.rules.empty());
  ASSERT_EQ(app.calls.size(), 1U);
  EXPECT_EQ(app.calls[0].import, "example.com/m");
  EXPECT_EQ(app.calls[0].prefix, library.wrappers[0].prefix);
  ASSERT_EQ(dep.calls.size(), 1U);
  EXPECT_EQ(dep.calls[0].import, "m.test/m");
  EXPECT_EQ(dep.calls[0].prefix, library.wrappers[1].prefix);
  options.may_call = [](const Listed& package, const std::string& func) {
    return package.module.is_main && func == "F";
  };
  matched = Match(pack, ListingWithCallers(), {}, {}, options);
  ASSERT_TRUE(static_cast<bool>(matched));
  EXPECT_EQ(matched->targets.size(), 2U);
  options.may_call = [](const Listed&, const std::string&) { return false; };
  matched = Match(pack, ListingWithCallers(), {}, {}, options);
  ASSERT_TRUE(static_cast<bool>(matched));
  EXPECT_TRUE(matched->targets.empty());
}

TEST(MatchTest, BypassTakesConsent) {
  pack::Hook hook = HookOf("p.a", 1);
  hook.bypass = true;
  hook.func = "F";
  pack::RulePack pack;
  pack.plugins = {PluginOf("p", "example.com/m", {hook})};
  Listing listing = ListingOf("example.com/m", "v1.6.0");
  Matched refused = MatchOrFail(pack, listing);
  EXPECT_TRUE(refused.targets.empty());
  EXPECT_EQ(ReportLine(MakeReport(refused, "v1.26.8")),
            "instc: no rule applies to this build; p.a left out: it bypasses example.com/m.F, which takes "
            "--allow-bypass=p");
  Result<Matched> allowed = Match(pack, listing, {}, {}, {.allow_bypass = {"p"}});
  ASSERT_TRUE(static_cast<bool>(allowed));
  EXPECT_EQ(allowed->targets.at(0).hooks.size(), 1U);
  Result<Report> report = ReportFromJson(ReportJson(MakeReport(*allowed, "v1.26.8"), 0));
  ASSERT_TRUE(static_cast<bool>(report));
  EXPECT_EQ(ReportLine(*report),
            "instc: 1 rule in 1 package (example.com/m); bypassed: example.com/m.F by p.a");
}

}  // namespace
}  // namespace instc::build
