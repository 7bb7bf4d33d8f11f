// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/classic/family.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "tests/support/temporary_folder.h"

namespace entente::miio {
namespace {

using testing::HasSubstr;

TEST(Pattern, AStarStandsForAnything) {
  EXPECT_TRUE(fits_pattern("yeelink.light.color1", "yeelink.light.*"));
  EXPECT_TRUE(fits_pattern("yeelink.light.color1", "*.light.*1"));
  EXPECT_TRUE(fits_pattern("a", "a"));
  EXPECT_TRUE(fits_pattern("", "*"));
  EXPECT_FALSE(fits_pattern("yeelink.switch.sw1", "yeelink.light.*"));
  EXPECT_FALSE(fits_pattern("ab", "a"));
  EXPECT_FALSE(fits_pattern("a", "ab*"));
}

constexpr const char* table = R"({
  "models": ["acme.light.*"], "known": ["acme.light.one"], "chunk": 5, "answers": "text",
  "properties": [
    {"of": "light/on", "get": "power", "as": "on-off", "set": ["set_power", "$", "smooth"]},
    {"of": "*/load", "get": ["get_load", 0], "scale": 0.01}
  ],
  "actions": [{"of": "light/toggle", "do": [["toggle"]]}],
  "variants": [{"models": ["acme.light.two"], "chunk": 1, "properties": [{"of": "light/on", "get": "p"}]}]
})";

TEST(Families, AreReadFromTheirTable) {
  const auto families = parse_families(table, "acme");
  ASSERT_TRUE(families.ok()) << families.error().message;
  const auto& family = families->back();
  EXPECT_EQ(family.chunk, 5U);
  EXPECT_TRUE(family.answers_text);
  ASSERT_EQ(family.properties.size(), 2U);
  EXPECT_EQ(family.properties[0].set->method, "set_power");
  EXPECT_EQ(family.properties[0].set->params, Json::array({"$", "smooth"}));
  EXPECT_EQ(family.properties[1].get->method, "get_load");
  EXPECT_EQ(family.properties[1].get->name, "0");
  EXPECT_EQ(family.actions[0].calls[0].method, "toggle");
}

TEST(Families, AVariantHasItsOwnFirstAndThenWhatTheFamilyHas) {
  const ClassicFamilies families(*parse_families(table, "acme"));
  const auto* two = families.find("acme.light.two");
  ASSERT_NE(two, nullptr);
  EXPECT_EQ(two->chunk, 1U);
  EXPECT_TRUE(two->answers_text);
  ASSERT_EQ(two->properties.size(), 3U);
  EXPECT_EQ(two->properties[0].get->name, "p");
  EXPECT_EQ(families.find("acme.light.three")->chunk, 5U);
  EXPECT_EQ(families.find("acme.plug.one"), nullptr);
  EXPECT_TRUE(ClassicFamilies::known_classic(*two, "acme.light.one"));
  EXPECT_FALSE(ClassicFamilies::known_classic(*two, "acme.light.two"));
}

TEST(Families, WhatIsWrongIsNamed) {
  const std::pair<const char*, const char*> wrong[] = {
      {"[]", "acme: not a JSON object"},
      {"{", "acme: not JSON"},
      {R"({"name": "x"})", "\"models\" is missing"},
      {R"({"models": ["a"], "properties": [{"of": "on", "get": "p"}]})",
       "property 0 (on): \"of\" has to be service/name"},
      {R"({"models": ["a"], "properties": [{"of": "light/on"}]})", "neither \"get\" nor \"set\""},
      {R"({"models": ["a"], "properties": [{"of": "light/on", "get": {}}]})", "\"get\" has to be"},
      {R"({"models": ["a"], "properties": [{"of": "light/on", "set": "p"}]})", "a call is a list"},
      {R"({"models": ["a"], "properties": [{"of": "light/on", "get": "p", "as": "yes"}]})", "\"as\" takes"},
      {R"({"models": ["a"], "properties": [{"of": "light/on", "get": "p", "when": "x"}]})", "\"when\" takes"},
      {R"({"models": ["a"], "properties": [{"of": "light/on", "get": "p", "scale": 0}]})", "\"scale\""},
      {R"({"models": ["a"], "properties": [{"of": "light/on", "get": "p", "span": [9, 1]}]})", "\"span\""},
      {R"({"models": ["a"], "properties": [{"of": "light/on", "get": "p", "words": [["x"]]}]})", "\"words\""},
      {R"({"models": ["a"], "actions": [{"of": "light/toggle"}]})", "action light/toggle: \"do\" is missing"}};
  for (const auto& [json, reason] : wrong) {
    const auto families = parse_families(json, "acme");
    ASSERT_FALSE(families.ok()) << json;
    EXPECT_THAT(families.error().message, HasSubstr(reason));
  }
}

TEST(Families, ABrokenFileLeavesTheOthersAndALaterFolderWins) {
  const test::TemporaryFolder first;
  const test::TemporaryFolder second;
  ASSERT_TRUE(write_file(first.path() / "acme.json", table).ok());
  ASSERT_TRUE(write_file(first.path() / "broken.json", "{").ok());
  ASSERT_TRUE(write_file(second.path() / "own.json", R"({"models": ["acme.light.*"], "chunk": 9})").ok());
  const std::filesystem::path folders[] = {first.path(), second.path(), first.path() / "missing"};
  const auto families = ClassicFamilies::load(folders);
  EXPECT_EQ(families.find("acme.light.three")->chunk, 9U);
  EXPECT_EQ(families.find("acme.light.two")->chunk, 1U);
}

}  // namespace
}  // namespace entente::miio
