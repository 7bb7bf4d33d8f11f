// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/time.h"

#include <gtest/gtest.h>

namespace entente {
namespace {

using namespace std::chrono_literals;

TEST(Iso8601, IsUtcWithMilliseconds) {
  EXPECT_EQ(to_iso8601(WallTime{}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_iso8601(WallTime{1'795'363'629'123ms}), "2026-11-22T16:07:09.123Z");
}

TEST(Iso8601, RoundsDownBeforeTheEpochToo) {
  EXPECT_EQ(to_iso8601(WallTime{-1ms}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_iso8601(WallTime{999'999us}), "1970-01-01T00:00:00.999Z");
}

TEST(InMilliseconds, KeepsTheFraction) { EXPECT_DOUBLE_EQ(in_milliseconds(1500us), 1.5); }

}  // namespace
}  // namespace entente
