// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/moment.h"

#include <gtest/gtest.h>

namespace entente::language {
namespace {

const WallTime moment{std::chrono::seconds(1'795'363'629)};  // 2026-11-22 16:07:09 UTC

TEST(Moment, SaysTheTimeInEachLanguageAndZone) {
  EXPECT_EQ(say_time(moment, "en", "UTC").value_or(""), "4:07 PM");
  EXPECT_EQ(say_time(moment, "de", "Europe/Berlin").value_or(""), "17:07");
  EXPECT_EQ(say_time(moment, "zh-CN", "Asia/Shanghai").value_or(""), "00:07");
}
TEST(Moment, SaysTheDateInEachLanguageAndZone) {
  EXPECT_EQ(say_date(moment, "en", "UTC").value_or(""), "Sunday, November 22, 2026");
  EXPECT_EQ(say_date(moment, "zh-CN", "Asia/Shanghai").value_or(""), "2026年11月23日星期一");
}
TEST(Moment, RefusesUnknownZones) {
  EXPECT_EQ(say_time(moment, "en", "Mars/Olympus").error().message, "'Mars/Olympus' is no time zone");
}

}  // namespace
}  // namespace entente::language
