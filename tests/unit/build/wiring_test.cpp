#include "compiler/build/wiring.h"

#include "dsl/base/text.h"
#include "gtest/gtest.h"

namespace instc::build {
namespace {

struct World {
  pack::Plugin plugin;
  Listed package;
  Matched matched;
};

/// One target with one rule, an extern and options of every type.
std::unique_ptr<World> MakeWorld(std::vector<std::string> imports) {
  auto world = std::make_unique<World>();
  world->plugin.name = "demo";
  world->plugin.semconv = "v1.37.0";
  world->plugin.yields = {"example.com/otelx"};
  world->plugin.options = {{"b", true, ""},
                           {"s", std::string("q\"\n"), ""},
                           {"i", int64_t{-2}, ""},
                           {"l", std::vector<std::string>{"x"}, ""}};
  world->package.path = "example.com/p.v1";
  world->package.name = "p";
  world->package.imports = std::move(imports);
  Target target;
  target.package = &world->package;
  target.rules = {{&world->plugin, "demo.a"}};
  target.externs = {{"instcX_f", "func(string) string", "instc.dev/rt/text", "F"}};
  target.metrics = {{&world->plugin, {"demo.a", "m", "s", "d\n", "updowncounter", true, {"x"}, {0.5, 10}}},
                    {&world->plugin, {"demo.other", "no", "", "", "gauge", false, {}, {}}}};
  world->matched.targets = {target};
  return world;
}

TEST(WiringTest, WiringPackage) {
  auto world = MakeWorld({});
  world->matched.patches = {{"runtime", {}, {}, {}}, {"os/signal", {}, {}, {}}};
  EXPECT_EQ(WiringText(world->matched, {"0.1.0", "sha256:1", "v1.26.8", {}}, "instc.dev/rt"),
            R"(// Written by instc go: connects instrumented packages with the instc runtime.

package instcwire

import (
	"os/signal"
	"runtime"
	_ "unsafe" // for linkname

	rt "instc.dev/rt"
	x0 "instc.dev/rt/text"
)

//go:linkname port0 example.com/p%2ev1.instcPort
var port0 *rt.Port

//go:linkname extern0_0 example.com/p%2ev1.instcX_f
var extern0_0 func(string) string

func init() {
	rt.Start(rt.Build{Instc: "0.1.0", Rules: "sha256:1", Provenance: "instc-provenance 1 64 {\"go\":\"v1.26.8\",\"instc\":\"0.1.0\",\"plugins\":[],\"rules\":\"sha256:1\"}"}, rt.Host{Get: runtime.InstcGet, Set: runtime.InstcSet, PanicDepth: runtime.InstcPanicDepth, PanicValue: runtime.InstcPanicValue, AtExit: runtime.InstcAtExit, SignalWanted: signal.InstcWanted, })
	extern0_0 = x0.F
	port0 = rt.NewPort([]rt.RuleInfo{
		{Plugin: "demo", Rule: "demo.a", Version: "0.1.0", SchemaURL: "https://opentelemetry.io/schemas/1.37.0", Yields: []string{"example.com/otelx"}, Options: []rt.Option{{Name: "b", Value: true}, {Name: "s", Value: "q\"\x0a"}, {Name: "i", Value: int64(-2)}, {Name: "l", Value: []string{"x", }}, }, Metrics: []rt.Metric{{Name: "m", Unit: "s", Doc: "d\x0a", Kind: 3, Integer: true, Attributes: []string{"x"}, Bounds: []float64{0.5, 10}}, }},
	})
	rt.Wired()
}
)");
}

TEST(WiringTest, InsideAnotherModule) {
  auto world = MakeWorld({});
  std::string text = WiringText(world->matched, {}, "example.com/app/_instc/rt");
  EXPECT_NE(text.find("rt \"example.com/app/_instc/rt\"\n"), std::string::npos) << text;
  EXPECT_NE(text.find("x0 \"example.com/app/_instc/rt/text\"\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("\"runtime\""), std::string::npos);
}

TEST(WiringTest, PortFile) {
  for (bool context : {false, true}) {
    auto world = MakeWorld(context ? std::vector<std::string>{"context"} : std::vector<std::string>{});
    std::vector<pack::Plan> plans = MakePlans(world->matched, "f func(@{context}) @{context}\n");
    ASSERT_EQ(plans.size(), 1U);
    ASSERT_EQ(plans[0].files.size(), 1U);
    EXPECT_EQ(plans[0].files[0].text,
              std::string("//go:build go1.21\n\npackage p\n\nimport (\n") +
                  (context ? "\tinstcContext \"context\"\n" : "") + "\t\"unsafe\"\n)\n\n" +
                  (context ? "f func(instcContext.Context) instcContext.Context\n" : "f func(any) any\n") +
                  "\n//go:linkname instcX_f\nvar instcX_f func(string) string\n");
  }
}

TEST(WiringTest, OnlyImportsMove) {
  EXPECT_EQ(MovedImports("package rt\nimport (\n\tw "
                         "\"instc.dev/rt/internal/wire\"\n\t\"instc.dev/rtx\"\n)\nimport \"instc.dev/rt\"\n"
                         "const scope = \"instc.dev/rt\"\nf(\"instc.dev/rt\")\n",
                         "m/rt"),
            "package rt\nimport (\n\tw \"m/rt/internal/wire\"\n\t\"instc.dev/rtx\"\n)\nimport \"m/rt\"\n"
            "const scope = \"instc.dev/rt\"\nf(\"instc.dev/rt\")\n");
}

TEST(WiringTest, SymbolPathsAreTheLinkers) {
  EXPECT_EQ(SymbolPath("net/http"), "net/http");
  EXPECT_EQ(SymbolPath("gopkg.in/yaml.v3"), "gopkg.in/yaml%2ev3");
  EXPECT_EQ(SymbolPath("example.com"), "example%2ecom");
  EXPECT_EQ(SymbolPath("a%b/\xc3\xa4"), "a%25b/%c3%a4");
}

TEST(WiringTest, QuotesEveryByte) {
  EXPECT_EQ(GoQuoted("a\"\\\n\xff"), "\"a\\\"\\\\\\x0a\\xff\"");
}

}  // namespace
}  // namespace instc::build
