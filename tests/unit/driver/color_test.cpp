// What only a terminal gets.
#include "compiler/driver/color.h"

#include "gtest/gtest.h"

namespace instc {
namespace {

TEST(Color, FollowsTheTerminal) {
  EXPECT_TRUE(WantsColor(true, nullptr, nullptr));
  EXPECT_FALSE(WantsColor(false, nullptr, nullptr));
}

TEST(Color, NoColorWinsWhenNotEmpty) {
  EXPECT_FALSE(WantsColor(true, "1", nullptr));
  EXPECT_FALSE(WantsColor(true, "0", "1"));
  EXPECT_TRUE(WantsColor(true, "", nullptr));
}

TEST(Color, ForceCountsWithoutATerminal) {
  EXPECT_TRUE(WantsColor(false, nullptr, "1"));
  EXPECT_FALSE(WantsColor(false, nullptr, "0"));
  EXPECT_FALSE(WantsColor(false, nullptr, ""));
}

TEST(StatusLine, IsForPeopleWhoWait) {
  EXPECT_TRUE(WantsStatusLine(true, "xterm", nullptr));
  EXPECT_TRUE(WantsStatusLine(true, "xterm", "false"));
  EXPECT_FALSE(WantsStatusLine(false, "xterm", nullptr));
  EXPECT_FALSE(WantsStatusLine(true, "xterm", "true"));
  EXPECT_FALSE(WantsStatusLine(true, "dumb", nullptr));
  EXPECT_FALSE(WantsStatusLine(true, nullptr, nullptr));
}

}  // namespace
}  // namespace instc
