// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/classic/value.h"

#include <gtest/gtest.h>

namespace entente::miio {
namespace {

using model::Format;
using model::Property;
using model::Value;

Property property(Format format) {
  Property made;
  made.type.name = "thing";
  made.format = format;
  return made;
}

Property list(std::vector<model::ListedValue> values) {
  Property made = property(Format::uint8);
  made.list = std::move(values);
  return made;
}

Value read(const ClassicProperty& entry, const Property& of, const Json& said) {
  const auto value = from_classic(entry, of, said);
  return value.ok() ? *value : Value{value.error().message};
}
Json write(const ClassicProperty& entry, const Property& of, const Value& value) {
  const auto said = to_classic(entry, of, value);
  return said.ok() ? *said : Json(said.error().message);
}

TEST(ClassicValue, ASwitchIsReadHoweverItIsSaid) {
  for (const Json& said : {Json("on"), Json("true"), Json(1), Json("1"), Json(true), Json(2)}) {
    EXPECT_EQ(read({}, property(Format::boolean), said), Value{true}) << said;
  }
  for (const Json& said : {Json("off"), Json(0), Json("0"), Json(false)}) {
    EXPECT_EQ(read({}, property(Format::boolean), said), Value{false}) << said;
  }
  EXPECT_FALSE(from_classic({}, property(Format::boolean), Json("maybe")).ok());
  EXPECT_FALSE(from_classic({}, property(Format::boolean), Json()).ok());
}

TEST(ClassicValue, ASwitchIsSetInTheFamilysWords) {
  ClassicProperty entry;
  EXPECT_EQ(write(entry, property(Format::boolean), Value{true}), true);
  entry.words = ClassicProperty::Words::on_off;
  EXPECT_EQ(write(entry, property(Format::boolean), Value{false}), "off");
  entry.words = ClassicProperty::Words::zero_one;
  EXPECT_EQ(write(entry, property(Format::boolean), Value{true}), 1);
}

TEST(ClassicValue, NumbersMayComeAsTextAndInTenths) {
  EXPECT_EQ(read({}, property(Format::uint8), Json("60")), Value{std::int64_t{60}});
  ClassicProperty tenths;
  tenths.scale = 0.1;
  EXPECT_EQ(model::to_text(read(tenths, property(Format::real), Json(231))), "23.1");
  EXPECT_EQ(write(tenths, property(Format::real), Value{23.1}), 231);
  EXPECT_EQ(read({}, property(Format::uint8), Json("lots")), Value{"thing: 'lots' has no place in it"});
}

TEST(ClassicValue, WordsMeanWhatTheListDescribes) {
  ClassicProperty entry;
  entry.wordings = {{"silent", {"sleep", "silent"}}, {"auto", {"auto"}}, {3, {"auto"}}};
  const Property first = list({{0, "Auto"}, {1, "Sleep"}});
  const Property second = list({{4, "Silent mode"}, {5, "Auto"}});
  EXPECT_EQ(read(entry, first, Json("silent")), Value{std::int64_t{1}});
  EXPECT_EQ(read(entry, second, Json("Silent")), Value{std::int64_t{4}});
  EXPECT_EQ(read(entry, second, Json("3")), Value{std::int64_t{5}});
  EXPECT_EQ(write(entry, second, Value{std::int64_t{4}}), "silent");
  EXPECT_EQ(write(entry, first, Value{std::int64_t{0}}), "auto");
  EXPECT_FALSE(to_classic(entry, first, Value{std::int64_t{9}}).ok());
  EXPECT_FALSE(from_classic(entry, first, Json("wild")).ok());
}

TEST(ClassicValue, AWordThatIsTheWholeDescriptionComesBeforeOneThatIsPartOfIt) {
  ClassicProperty entry;
  entry.wordings = {{8, {"charging"}}, {6, {"go charging"}}, {"*", {"idle"}}};
  const Property status = list({{1, "Go Charging"}, {2, "Charging"}, {3, "Idle"}});
  EXPECT_EQ(read(entry, status, Json(8)), Value{std::int64_t{2}});
  EXPECT_EQ(read(entry, status, Json(6)), Value{std::int64_t{1}});
  EXPECT_EQ(read(entry, status, Json(77)), Value{std::int64_t{3}});
}

TEST(ClassicValue, WhatAWordMeansFirstIsWhatItIsSetWith) {
  ClassicProperty entry;
  entry.wordings = {{5, {"spot", "sweeping"}}, {1, {"sweeping"}}};
  EXPECT_EQ(write(entry, list({{1, "Sweeping"}}), Value{std::int64_t{1}}), 1);
  EXPECT_EQ(write(entry, list({{1, "Sweeping"}, {2, "Spot"}}), Value{std::int64_t{2}}), 5);
}

TEST(ClassicValue, ASpanIsSpreadOverLevelsAndRanges) {
  ClassicProperty entry;
  entry.span.emplace(1, 100);
  const Property levels = list({{1, "1"}, {2, "2"}, {3, "3"}, {4, "4"}});
  for (std::int64_t level = 1; level <= 4; ++level) {
    const Json said = write(entry, levels, Value{level});
    EXPECT_EQ(read(entry, levels, said), Value{level}) << said;
  }
  EXPECT_EQ(write(entry, levels, Value{std::int64_t{4}}), 100);
  EXPECT_EQ(read(entry, levels, Json(1)), Value{std::int64_t{1}});
  Property kelvin = property(Format::uint32);
  kelvin.range = model::ValueRange{3000, 5700, 1};
  EXPECT_EQ(write(entry, kelvin, Value{std::int64_t{3000}}), 1);
  EXPECT_EQ(write(entry, kelvin, Value{std::int64_t{5700}}), 100);
  EXPECT_EQ(read(entry, kelvin, Json(100)), Value{std::int64_t{5700}});
}

}  // namespace
}  // namespace entente::miio
