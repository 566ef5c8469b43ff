#include "compiler/compile/versions.h"

#include <gtest/gtest.h>

namespace instc::compile {
namespace {

using Strings = std::vector<std::string>;

TEST(VersionsTest, PrereleasesOnlyWhenNamed) {
  const Strings released = {"v1.0.0-rc.1", "v1.0.0", "v1.1.0-beta.1", "v1.1.0-rc.1", "v1.1.0", "v2.0.0"};
  EXPECT_EQ(ClaimedVersions(released, {}), (Strings{"v1.0.0", "v1.1.0", "v2.0.0"}));
  EXPECT_EQ(ClaimedVersions(released, {{">=", "v1.1.0-beta.1"}, {"<", "v2.0.0"}}),
            (Strings{"v1.1.0-beta.1", "v1.1.0"}));
  EXPECT_EQ(ClaimedVersions(released, {{">", "v1.1.0-rc.1"}}), (Strings{"v1.1.0", "v2.0.0"}));
  EXPECT_EQ(ClaimedVersions(released, {{"=", "v1.0.0-rc.1"}}), (Strings{"v1.0.0-rc.1"}));
}

TEST(VersionsTest, EndsOfMinorVersions) {
  EXPECT_EQ(EndVersions({"v1.0.0", "v1.0.1", "v1.0.2", "v1.1.3", "v1.10.0", "v1.10.1", "v2.0.0"}),
            (Strings{"v1.0.0", "v1.0.2", "v1.1.3", "v1.10.0", "v1.10.1", "v2.0.0"}));
  EXPECT_EQ(EndVersions({}), Strings{});
}

TEST(VersionsTest, RangesAsRulesSpellThem) {
  EXPECT_EQ(RangeText({{">=", "v1.0.0"}, {"=", "v1.2.0"}}), ">= v1.0.0, == v1.2.0");
  EXPECT_EQ(RangeText({}), "");
}

}  // namespace
}  // namespace instc::compile
