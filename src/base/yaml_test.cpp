// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/yaml_document.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace entente::language {
namespace {

std::string read(std::string_view yaml) {
  const auto parsed = parse_yaml(yaml, "x.yaml");
  return parsed.ok() ? to_text(*parsed) : parsed.error().message;
}

TEST(YamlDocument, GivesScalarsTheTypesOfYaml11) {
  EXPECT_EQ(read("[on, No, 'on', \"5\", 5, -0x1f, 017, 1_000, 2.5, -.5, 1e3, ~, text, .]"),
            R"([true,false,"on","5",5,-31,15,1000,2.5,-0.5,"1e3",null,"text","."])");
}

TEST(YamlDocument, KeepsMapsAndSequences) {
  EXPECT_EQ(read("a: &x [1, {b: c}]\nd: *x\n"), R"({"a":[1,{"b":"c"}],"d":[1,{"b":"c"}]})");
  EXPECT_EQ(read(""), "null");
}

TEST(YamlDocument, SaysWhereItIsWrong) {
  EXPECT_EQ(read("a: 1\nb: [").rfind("x.yaml:2: not YAML", 0), 0U) << read("a: 1\nb: [");
  EXPECT_EQ(read("a: 1\n? [k]\n: v"), "x.yaml:2: a key that is not text");
  EXPECT_EQ(read("\xff"), "x.yaml: not UTF-8 text");
}

TEST(YamlDocument, RefusesAliasesThatBlowUp) {
  std::string bomb = "a: &a [1,2,3,4,5,6,7,8,9,10]\n";
  for (char name = 'b'; name < 'k'; ++name) {
    bomb += fmt::format("{0}: &{0} [*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1}]\n", name, static_cast<char>(name - 1));
  }
  EXPECT_NE(read(bomb).find("more than 1000000 values"), std::string::npos);
}

TEST(YamlDocument, RefusesDeepNesting) {
  EXPECT_NE(read(std::string(100, '[') + std::string(100, ']')).find("nested deeper than 64"), std::string::npos);
}

}  // namespace
}  // namespace entente::language
