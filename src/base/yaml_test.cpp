// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/yaml.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace entente {
namespace {

std::string read(std::string_view yaml) {
  const auto parsed = parse_yaml(yaml, "x.yaml");
  return parsed.ok() ? to_text(*parsed) : parsed.error().message;
}

TEST(Yaml, GivesScalarsTheTypesOfYaml11) {
  EXPECT_EQ(read("[on, No, 'on', \"5\", 5, -0x1f, 017, 1_000, 2.5, -.5, 1e3, ~, text, .]"),
            R"([true,false,"on","5",5,-31,15,1000,2.5,-0.5,"1e3",null,"text","."])");
}

TEST(Yaml, KeepsMapsAndSequences) {
  EXPECT_EQ(read("a: &x [1, {b: c}]\nd: *x\n"), R"({"a":[1,{"b":"c"}],"d":[1,{"b":"c"}]})");
  EXPECT_EQ(read(""), "null");
}

TEST(Yaml, SaysWhereItIsWrong) {
  EXPECT_EQ(read("a: 1\nb: [").rfind("x.yaml:2: not YAML", 0), 0U) << read("a: 1\nb: [");
  EXPECT_EQ(read("a: 1\n? [k]\n: v"), "x.yaml:2: a key that is not text");
  EXPECT_EQ(read("\xff"), "x.yaml: not UTF-8 text");
}

TEST(Yaml, RefusesAliasesThatBlowUp) {
  std::string bomb = "a: &a [1,2,3,4,5,6,7,8,9,10]\n";
  for (char name = 'b'; name < 'k'; ++name) {
    bomb += fmt::format("{0}: &{0} [*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1}]\n", name, static_cast<char>(name - 1));
  }
  EXPECT_NE(read(bomb).find("more than 1000000 values"), std::string::npos);
}

TEST(Yaml, RefusesAnAliasOfWhatItStandsIn) {
  EXPECT_EQ(read("a: 1\nb: &b [1, *b]\n"), "x.yaml:2: an alias inside of what it names");
}

TEST(Yaml, KnowsWhereEachValueStands) {
  const auto parsed = Yaml::parse("a: 1\nlist:\n  - one\n  - {b: two}\n", "x.yaml");
  ASSERT_TRUE(parsed.ok());
  const Yaml& two = (*parsed)["list"].items()[1]["b"];
  EXPECT_EQ(two.text(), "two");
  EXPECT_EQ(two.line(), 4);
  EXPECT_EQ(two.column(), 9);
  EXPECT_EQ(parsed->members()[1].key.line(), 2);
}

TEST(Yaml, GivesAMissingValueForWhatIsNotThere) {
  const auto parsed = Yaml::parse("a: [1]", "x.yaml");
  ASSERT_TRUE(parsed.ok());
  EXPECT_TRUE((*parsed)["b"]["c"].missing());
  EXPECT_TRUE((*parsed)["a"]["0"].missing());
  EXPECT_EQ((*parsed)["b"].line(), 0);
}

TEST(Yaml, KeepsAKeyThatStandsTwice) {
  const auto parsed = Yaml::parse("a: 1\na: 2\n", "x.yaml");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->members().size(), 2U);
  EXPECT_EQ((*parsed)["a"].text(), "1");
  EXPECT_EQ(read("a: 1\na: 2\n"), R"({"a":2})");
}

TEST(Yaml, TellsQuotedTextFromPlainText) {
  const auto parsed = Yaml::parse("['5', 5]", "x.yaml");
  ASSERT_TRUE(parsed.ok());
  EXPECT_TRUE(parsed->items()[0].quoted());
  EXPECT_FALSE(parsed->items()[1].quoted());
}

TEST(Yaml, RefusesDeepNesting) {
  EXPECT_NE(read(std::string(100, '[') + std::string(100, ']')).find("nested deeper than 64"), std::string::npos);
}

}  // namespace
}  // namespace entente
