// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"

#include <gtest/gtest.h>

namespace entente::text {
namespace {

using namespace std::string_view_literals;

TEST(Trim, TakesAsciiWhiteSpaceOffBothEnds) {
  EXPECT_EQ(trim(" \t\r\n a b \v\f"), "a b");
  EXPECT_EQ(trim("   "), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("\u00A0a"), "\u00A0a");
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

TEST(Join, IsTheReverseOfSplit) {
  const std::vector<std::string> parts{"a", "", "b"};
  EXPECT_EQ(join(parts, ", "), "a, , b");
  EXPECT_EQ(join({}, ", "), "");
}

TEST(ToLowerAscii, LeavesOtherLettersAlone) { EXPECT_EQ(to_lower_ascii("Zürich ÄB"), "zürich Äb"); }

TEST(ReplaceAll, DoesNotLookAtWhatItPutIn) {
  EXPECT_EQ(replace_all("aaa", "a", "aa"), "aaaaaa");
  EXPECT_EQ(replace_all("a--b--c", "--", ""), "abc");
  EXPECT_EQ(replace_all("abc", "", "x"), "abc");
}

struct Utf8Case {
  const char* name;
  std::string_view bytes;
  bool valid;
  std::string_view mended;
};

// The edges of Unicode 15, table 3-7.
const Utf8Case utf8_cases[] = {
    {"Ascii", "\0~\x7F"sv, true, "\0~\x7F"sv},
    {"FirstAndLastOfTwoBytes", "\xC2\x80\xDF\xBF", true, "\xC2\x80\xDF\xBF"},
    {"FirstAndLastOfThreeBytes", "\xE0\xA0\x80\xEF\xBF\xBF", true, "\xE0\xA0\x80\xEF\xBF\xBF"},
    {"FirstAndLastOfFourBytes", "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", true, "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"},
    {"AroundTheSurrogates", "\xED\x9F\xBF\xEE\x80\x80", true, "\xED\x9F\xBF\xEE\x80\x80"},
    {"ContinuationAlone", "\x80", false, "\uFFFD"},
    {"OverlongSlash", "\xC0\xAF", false, "\uFFFD\uFFFD"},
    {"OverlongThreeBytes", "\xE0\x9F\xBF", false, "\uFFFD\uFFFD\uFFFD"},
    {"OverlongFourBytes", "\xF0\x8F\xBF\xBF", false, "\uFFFD\uFFFD\uFFFD\uFFFD"},
    {"Surrogate", "\xED\xA0\x80", false, "\uFFFD\uFFFD\uFFFD"},
    {"AboveUnicode", "\xF4\x90\x80\x80", false, "\uFFFD\uFFFD\uFFFD\uFFFD"},
    {"NeverALead", "\xF5\xFF", false, "\uFFFD\uFFFD"},
    {"TruncatedAtTheEnd", "a\xE4\xBD", false, "a\uFFFD\uFFFD"},
    {"TruncatedBeforeAscii", "\xE4\xBD!", false, "\uFFFD\uFFFD!"},
};

class Utf8 : public testing::TestWithParam<Utf8Case> {};
TEST_P(Utf8, IsToldFromWhatIsNot) { EXPECT_EQ(is_valid_utf8(GetParam().bytes), GetParam().valid); }
TEST_P(Utf8, IsMendedByteByByte) { EXPECT_EQ(to_valid_utf8(GetParam().bytes), GetParam().mended); }
TEST_P(Utf8, IsWellFormedOnceMended) { EXPECT_TRUE(is_valid_utf8(to_valid_utf8(GetParam().bytes))); }
INSTANTIATE_TEST_SUITE_P(Table, Utf8, testing::ValuesIn(utf8_cases), [](const auto& one) { return one.param.name; });

TEST(Shorten, LeavesWhatFits) { EXPECT_EQ(shorten("lamp", 4), "lamp"); }

TEST(Shorten, CutsBetweenCharacters) {
  EXPECT_EQ(shorten("lamps", 4), "lamp…");
  EXPECT_EQ(shorten("你好", 4), "你…");
  EXPECT_EQ(shorten("你好", 2), "…");
}

TEST(Shorten, EndsOnBytesThatAreNoText) { EXPECT_EQ(shorten("\x80\x80\x80\x80", 2), "…"); }

TEST(Hex, GoesThereAndBack) {
  const std::vector<std::uint8_t> bytes{0x00, 0x21, 0xAB, 0xFF};
  EXPECT_EQ(to_hex(bytes), "0021abff");
  EXPECT_EQ(from_hex("0021abff"), bytes);
  EXPECT_EQ(from_hex("0021ABFF"), bytes);
  EXPECT_EQ(from_hex(""), std::vector<std::uint8_t>{});
}

TEST(Hex, RefusesOddLengthsAndOtherCharacters) {
  for (const auto* text : {"abc", "0g", "g0", "0 ", "0x12", "é"}) EXPECT_EQ(from_hex(text), std::nullopt) << text;
}

}  // namespace
}  // namespace entente::text
