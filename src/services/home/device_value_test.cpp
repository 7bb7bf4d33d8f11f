// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <cmath>

#include "services/home/traits.h"

namespace entente::home {
namespace {

using model::Format;
using model::Value;

Value number(std::int64_t value) { return Value{value}; }
Value word(std::string value) { return Value{std::move(value)}; }

struct Taker {
  model::Property property;

  Taker(std::string name, Format format, std::string unit = "") {
    property.type.name = std::move(name);
    property.format = format;
    property.unit = std::move(unit);
  }
  Taker& range(double low, double high, double step) {
    property.range = model::ValueRange{low, high, step};
    return *this;
  }
  Taker& list(std::vector<model::ListedValue> values) {
    property.list = std::move(values);
    return *this;
  }
  Value takes(const Value& wanted) const {
    const auto taken = to_device_value(property, wanted);
    return taken.ok() ? *taken : Value{"error: " + taken.error().message};
  }
};

const Taker brightness = Taker("brightness", Format::uint8, "percentage").range(1, 100, 1);
const Taker kelvin = Taker("color-temperature", Format::uint32, "kelvin").range(2700, 6500, 1);
const Taker four_levels =
    Taker("fan-level", Format::uint8).list({{1, "Level1"}, {2, "Level2"}, {3, "Level3"}, {4, "Level4"}});
const Taker modes = Taker("mode", Format::uint8).list({{0, "Auto"}, {1, "Sleep"}, {3, "Full Speed"}});

TEST(ToDeviceValue, ClampsToTheRange) {
  EXPECT_EQ(brightness.takes(number(0)), number(1));
  EXPECT_EQ(brightness.takes(number(500)), number(100));
  EXPECT_EQ(kelvin.takes(number(1000)), number(2700));
}

TEST(ToDeviceValue, RoundsToTheStepThatCountsFromTheLowEnd) {
  const Taker half = Taker("target-temperature", Format::real, "celsius").range(16, 31, 0.5);
  EXPECT_EQ(half.takes(Value{21.3}), Value{21.5});
  const Taker tenth = Taker("temperature", Format::real).range(-30, 100, 0.1);
  EXPECT_EQ(tenth.takes(Value{21.3}), Value{21.3});
  const Taker coarse = Taker("time", Format::uint8).range(10, 20, 5);
  EXPECT_EQ(coarse.takes(number(13)), number(15));
  const Taker uneven = Taker("time", Format::uint8).range(0, 10, 4);
  EXPECT_EQ(uneven.takes(number(10)), number(8));
}

TEST(ToDeviceValue, PercentGoesOntoLevels) {
  EXPECT_EQ(four_levels.takes(number(100)), number(4));
  EXPECT_EQ(four_levels.takes(number(50)), number(2));
  EXPECT_EQ(four_levels.takes(number(51)), number(3));
  EXPECT_EQ(four_levels.takes(number(0)), number(1));
}

TEST(ToDeviceValue, ANumberThatIsListedStaysAsItIs) { EXPECT_EQ(four_levels.takes(number(3)), number(3)); }

TEST(ToDeviceValue, LevelsLeaveOutWhatIsNoSpeed) {
  const Taker fan = Taker("fan-level", Format::uint8).list({{0, "Auto"}, {1, "Low"}, {2, "Medium"}, {3, "High"}});
  EXPECT_EQ(fan.takes(number(10)), number(1));
  const Taker heat = Taker("heat-level", Format::uint8).list({{1, "High"}, {2, "Low"}});
  EXPECT_EQ(heat.takes(number(10)), number(2));
}

TEST(ToDeviceValue, PercentGoesOntoARangeOfAnotherSpan) {
  const Taker speed = Taker("speed-level", Format::uint16).range(200, 2000, 10);
  EXPECT_EQ(speed.takes(number(50)), number(1100));
  EXPECT_EQ(speed.takes(number(500)), number(500));
  const Taker screen = Taker("brightness", Format::uint8).range(0, 2, 1);
  EXPECT_EQ(screen.takes(number(50)), number(1));
}

TEST(ToDeviceValue, DegreesAreNoPercent) {
  const Taker target = Taker("target-temperature", Format::uint8, "celsius").range(16, 30, 1);
  EXPECT_EQ(target.takes(number(50)), number(30));
}

TEST(ToDeviceValue, KelvinGoesOntoALampThatCountsToAHundred) {
  const Taker share = Taker("color-temperature", Format::uint32, "percentage").range(1, 100, 1);
  EXPECT_EQ(share.takes(number(2700)), number(1));
  EXPECT_EQ(share.takes(number(6500)), number(100));
  EXPECT_EQ(share.takes(number(30)), number(30));
}

TEST(ToDeviceValue, AModeIsTakenByItsName) {
  EXPECT_EQ(modes.takes(word("sleep")), number(1));
  EXPECT_EQ(modes.takes(word("full-speed")), number(3));
}

TEST(ToDeviceValue, AnUnknownModeIsRefusedWithTheKnownOnes) {
  EXPECT_EQ(modes.takes(word("turbo")), word("error: mode takes Auto, Sleep, Full Speed"));
  EXPECT_EQ(modes.takes(number(50)), word("error: mode takes Auto, Sleep, Full Speed"));
}

TEST(ToDeviceValue, ASwitchTakesEveryWayToSayOn) {
  const Taker on("on", Format::boolean);
  for (const auto& wanted : {Value{true}, number(1), word("on"), word("true")})
    EXPECT_EQ(on.takes(wanted), Value{true});
  EXPECT_EQ(on.takes(word("maybe")), word("error: on takes on or off"));
}

TEST(ToDeviceValue, ASwitchThatIsAnIntegerTakesOnToo) {
  EXPECT_EQ(Taker("on", Format::uint8).range(0, 1, 1).takes(Value{true}), number(1));
  EXPECT_EQ(Taker("on", Format::uint8).range(0, 1, 1).takes(word("off")), number(0));
  EXPECT_EQ(Taker("on", Format::uint8).list({{1, "Off"}, {2, "On"}}).takes(Value{true}), number(2));
}

TEST(ToDeviceValue, AColourMayBeWrittenAsOnTheWeb) {
  const Taker colour = Taker("color", Format::uint32, "rgb").range(1, 16777215, 1);
  EXPECT_EQ(colour.takes(word("#ff8000")), number(0xff8000));
  EXPECT_EQ(colour.takes(number(0)), number(1));
}

TEST(ToDeviceValue, WhatIsNoNumberIsRefusedWithTheRange) {
  EXPECT_EQ(brightness.takes(word("bright")), word("error: brightness takes 1 to 100"));
  EXPECT_EQ(brightness.takes(Value{}), word("error: brightness takes 1 to 100"));
  EXPECT_EQ(brightness.takes(Value{std::nan("")}), word("error: brightness takes 1 to 100"));
}

TEST(ToDeviceValue, NumbersWithoutARangeKeepToTheirFormat) {
  EXPECT_EQ(Taker("count", Format::uint8).takes(number(300)), number(255));
  EXPECT_EQ(Taker("count", Format::int8).takes(number(-300)), number(-128));
  EXPECT_EQ(Taker("count", Format::int64).takes(Value{1e300}), number(9223372036854774784));
  EXPECT_EQ(Taker("count", Format::uint8).takes(Value{7.0}), number(7));
}

TEST(ToDeviceValue, EndlessRangesDoNotOverflow) {
  const Taker endless = Taker("amount", Format::real).range(0, 3.4e38, 1);
  EXPECT_EQ(endless.takes(number(5)), Value{5.0});
}

}  // namespace
}  // namespace entente::home
