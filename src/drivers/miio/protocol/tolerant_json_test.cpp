// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/protocol/tolerant_json.h"

#include <gtest/gtest.h>

namespace entente::miio {
namespace {

using namespace std::string_literals;

struct Case {
  const char* what;
  std::string payload;
  std::string means;
};
const Case cases[] = {
    {"plain", R"({"id":1,"result":["ok"]})", R"({"id":1,"result":["ok"]})"},
    {"trailing NULs", "{\"id\":1}\0\0\0"s, R"({"id":1})"},
    {"bytes after a NUL", "{\"id\":1}\0garbage{"s, R"({"id":1})"},
    {"bytes after the last brace", R"({"id":1}}]xyz)", R"({"id":1})"},
    {"doubled comma", R"({"id":1,,"otu_stat":2})", R"({"id":1,"otu_stat":2})"},
    {"many commas with spaces", R"({"id":1, , ,"a":[1,,2]})", R"({"id":1,"a":[1,2]})"},
    {"comma before the end", R"({"id":1,"a":[1,],})", R"({"id":1,"a":[1]})"},
    {"comma at the start", R"({,"id":1})", R"({"id":1})"},
    {"key without a value", R"({"id":1,"result":,"exe_time":4})", R"({"id":1,"exe_time":4})"},
    {"key without a value at the end", R"({"id":1,"result":})", R"({"id":1})"},
    {"number 00", R"({"value":00})", R"({"value":0})"},
    {"number with zeros in front", R"({"value":-007,"b":1.05,"c":1e05,"d":100})",
     R"({"value":-7,"b":1.05,"c":1e5,"d":100})"},
    {"control characters",
     "{\"id\":\x01 1,\n\"a\":\"b\x02"
     "c\"}",
     R"({"id":1,"a":"bc"})"},
    {"quirks inside a string stay", R"({"a":"x,,y:,00\"}",,"b":1})", R"({"a":"x,,y:,00\"}","b":1})"},
    {"ill-formed UTF-8", "{\"a\":\"\xff\"}", "{\"a\":\"\xEF\xBF\xBD\"}"},
};

TEST(TolerantJson, MendsWhatDevicesAreKnownToSend) {
  for (const auto& one : cases) {
    const auto parsed = parse_tolerant(one.payload);
    ASSERT_TRUE(parsed.ok()) << one.what << ": " << parsed.error().message;
    EXPECT_EQ(*parsed, Json::parse(one.means)) << one.what;
  }
}

TEST(TolerantJson, RefusesWhatCannotBeMended) {
  for (const auto& payload :
       {""s, "\0\0"s, "  "s, "{"s, "nonsense"s, "{\"id\":1"s, "\"abc"s, "]"s, std::string(500, '[')}) {
    const auto parsed = parse_tolerant(payload);
    ASSERT_FALSE(parsed.ok()) << payload;
    EXPECT_EQ(parsed.error().code, ErrorCode::corrupt) << payload;
  }
}

}  // namespace
}  // namespace entente::miio
