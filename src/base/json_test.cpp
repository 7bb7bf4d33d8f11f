// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace entente {
namespace {

std::string nested(int depth) {
  const auto count = static_cast<std::size_t>(depth);
  return std::string(count, '[') + std::string(count, ']');
}

TEST(ParseJson, ReadsWhatToTextWrote) {
  const Json value = {{"name", "客厅灯"}, {"on", true}, {"level", 40}, {"parts", {1, 2.5, nullptr}}};
  const auto again = parse_json(to_text(value), "test");
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, value);
}

TEST(ParseJson, NamesTheSourceAndThePlace) {
  const auto result = parse_json("{\"a\": }", "lamp.json");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::invalid);
  EXPECT_TRUE(result.error().message.starts_with("lamp.json: not JSON: parse error at line 1, column 7"))
      << result.error().message;
}

TEST(ParseJson, RefusesEachOfTheseAsInvalid) {
  for (const auto* text : {"", " ", "{", "[1,]", "{\"a\":1,}", "nul", "01", "1 2", "'a'", "\"\\x\"", "\"\n\"", "1e999",
                           "NaN", "[}", "]", "\"\\ud800\""}) {
    const auto result = parse_json(text, "test");
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, ErrorCode::invalid) << text;
    EXPECT_EQ(result.error().message.find("json.exception"), std::string::npos) << result.error().message;
  }
}

TEST(ParseJson, RefusesTextThatIsNotUtf8WithAMessageThatIs) {
  const auto result = parse_json("{\"name\": \"\xC0\xAF\"}", "test");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::invalid);
  EXPECT_TRUE(text::is_valid_utf8(result.error().message));
}

TEST(ParseJson, CountsContainersNotBracketsInsideTexts) {
  EXPECT_TRUE(parse_json(nested(4), "test", 4));
  EXPECT_TRUE(parse_json(R"(["[[[[[", "\"[[[[["])", "test", 4));
  EXPECT_TRUE(parse_json("[[],[],[],[],[],[]]", "test", 2));
  const auto deep = parse_json(nested(5), "test", 4);
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, ErrorCode::exhausted);
  EXPECT_EQ(deep.error().message, "test: JSON nested deeper than 4");
}

TEST(ParseJson, AMillionBracketsAreRefusedBeforeAnyRecursion) {
  EXPECT_EQ(parse_json(std::string(1'000'000, '['), "test").error().code, ErrorCode::exhausted);
}

TEST(ParseJson, RefusesMoreThan16MiB) {
  std::string text((16U << 20U) - 2, ' ');
  text += "{}";
  EXPECT_TRUE(parse_json(text, "test"));
  text += ' ';
  const auto result = parse_json(text, "test");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::exhausted);
}

TEST(ParseJson, AHugeBadTokenDoesNotMakeAHugeMessage) {
  const auto result = parse_json("\"" + std::string(1'000'000, 'a'), "test");
  ASSERT_FALSE(result);
  EXPECT_LT(result.error().message.size(), 400U);
}

TEST(ToText, ReplacesWhatIsNotUtf8) { EXPECT_EQ(to_text(Json("a\xFFz")), "\"a\uFFFDz\""); }

TEST(ToText, IndentsWhenAsked) { EXPECT_EQ(to_text(Json{{"a", 1}}, 2), "{\n  \"a\": 1\n}"); }

TEST(JsonMember, IsTheFallbackWhenMissingOrOfAnotherType) {
  const Json object = {{"text", "on"}, {"number", 7}, {"flag", true}, {"real", 1.5}};
  EXPECT_EQ(string_or(object, "text", "off"), "on");
  EXPECT_EQ(string_or(object, "number", "off"), "off");
  EXPECT_EQ(string_or(object, "none", "off"), "off");
  EXPECT_EQ(integer_or(object, "number", 1), 7);
  EXPECT_EQ(integer_or(object, "real", 1), 1);
  EXPECT_EQ(integer_or(object, "text", 1), 1);
  EXPECT_TRUE(bool_or(object, "flag", false));
  EXPECT_FALSE(bool_or(object, "number", false));
}

TEST(JsonMember, OfWhatIsNoObjectIsTheFallback) {
  for (const Json& value : {Json(), Json(3), Json("text"), Json::array({1, 2})}) {
    EXPECT_EQ(find(value, "a"), nullptr);
    EXPECT_EQ(integer_or(value, "a", 5), 5);
  }
}

TEST(JsonMember, IntegerThatDoesNotFitIsTheFallback) {
  const auto object = parse_json(R"({"most": 9223372036854775807, "more": 9223372036854775808})", "test");
  ASSERT_TRUE(object);
  EXPECT_EQ(integer_or(*object, "most", 1), INT64_MAX);
  EXPECT_EQ(integer_or(*object, "more", 1), 1);
}

}  // namespace
}  // namespace entente
