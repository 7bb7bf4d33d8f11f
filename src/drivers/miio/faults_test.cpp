// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace entente::miio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using Event = FaultScript::Event;
using Hearing = FaultScript::Hearing;

constexpr TimePoint start = TimePoint{} + 1h;

FaultScript play(std::string_view text) { return {Faults::parse(text).value(), start, 1}; }

TEST(Faults, AreWrittenAsTheyAreRead) {
  for (const std::string text :
       {"none", "drop=10%", "drop-in=3x, duplicate", "late=800ms:10%", "error=-9999:5%", "error=-30001:2x@30s",
        "broken-json=1x", "wrong-token", "mute@20s", "mute-after=5", "reboot@30s", "reboot/60s", "reboot@5s/60s",
        "stamp-reset@90s", "flood=500", "drop=2.5%"}) {
    const auto faults = Faults::parse(text);
    ASSERT_TRUE(faults.ok()) << faults.error().message;
    EXPECT_EQ(faults->to_text(), text);
  }
  EXPECT_EQ(Faults::parse(" drop=10% ,late=1m").value().to_text(), "drop=10%, late=60s");
  EXPECT_EQ(Faults::parse("").value(), Faults{});
}

TEST(Faults, WhatIsNotUnderstoodIsNamed) {
  for (const char* text :
       {"drop=", "drop=ten", "drop=101%", "drop=0x", "late", "late=5", "error", "error=x", "mute=3", "mute@soon",
        "reboot/0s", "flood=0", "flood=9999999", "what", "=3", "late=1s:", "mute-after=-1"}) {
    const auto faults = Faults::parse(text);
    ASSERT_FALSE(faults.ok()) << text;
    EXPECT_THAT(faults.error().message, HasSubstr(std::string("fault '") + text + "' is not understood"));
  }
}

TEST(Faults, NoneIsADeviceThatWorks) {
  auto script = play("none");
  EXPECT_EQ(script.hearing(start), Hearing::all);
  EXPECT_FALSE(script.error(start).has_value());
  const auto sending = script.sending(start);
  EXPECT_EQ(sending.copies, 1);
  EXPECT_FALSE(sending.broken);
  EXPECT_EQ(sending.delay, Duration::zero());
  EXPECT_FALSE(script.next_event().has_value());
}

TEST(Faults, AShareIsAboutThatManyAndACountIsExact) {
  auto script = play("drop-in=10%, error=-9999:3x");
  int lost = 0;
  for (int i = 0; i < 10'000; ++i) lost += script.hearing(start) == Hearing::nothing ? 1 : 0;
  EXPECT_NEAR(lost, 1000, 150);
  int errors = 0;
  for (int i = 0; i < 10; ++i) errors += script.error(start).has_value() ? 1 : 0;
  EXPECT_EQ(errors, 3);
}

TEST(Faults, AnswersAreLostDoubledLateAndBroken) {
  EXPECT_EQ(play("drop-out").sending(start).copies, 0);
  EXPECT_EQ(play("drop").sending(start).copies, 0);
  EXPECT_EQ(play("duplicate").sending(start).copies, 2);
  EXPECT_EQ(play("late=800ms").sending(start).delay, 800ms);
  EXPECT_TRUE(play("broken-json").sending(start).broken);
  EXPECT_EQ(play("error=-30001").error(start), -30001);
}

TEST(Faults, BeginWhenTheirTimeHasCome) {
  auto script = play("mute@20s");
  EXPECT_EQ(script.hearing(start + 19s), Hearing::all);
  EXPECT_EQ(script.hearing(start + 20s), Hearing::nothing);
  EXPECT_EQ(play("wrong-token").hearing(start), Hearing::hellos);
}

TEST(Faults, SilenceFallsAfterSoManyCommands) {
  auto script = play("mute-after=2");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(script.hearing(start), Hearing::all);
    script.command_heard();
  }
  EXPECT_EQ(script.hearing(start), Hearing::nothing);
}

TEST(Faults, EventsComeOnceOrAgainAndAgain) {
  auto script = play("reboot@30s, stamp-reset/20s");
  EXPECT_EQ(script.next_event(), start + 20s);
  EXPECT_THAT(script.due(start + 19s), testing::IsEmpty());
  EXPECT_THAT(script.due(start + 20s), ElementsAre(Event::stamp_reset));
  EXPECT_EQ(script.next_event(), start + 30s);
  EXPECT_THAT(script.due(start + 40s), ElementsAre(Event::reboot, Event::stamp_reset));
  EXPECT_EQ(script.next_event(), start + 60s);
}

TEST(Faults, AFloodIsSoManyASecond) {
  auto script = play("flood=1000");
  std::size_t sent = 0;
  for (TimePoint now = start; now < start + 1s; now = *script.next_event()) sent += script.due(now).size();
  EXPECT_NEAR(static_cast<double>(sent), 1000, 110);
}

}  // namespace
}  // namespace entente::miio
