// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/scan.h"

#include <gtest/gtest.h>

namespace entente::language {
namespace {

std::string keys(std::string_view text, Spacing spacing = Spacing::words, std::string_view language = "en") {
  std::string joined;
  for (const auto& token : tokens(normalise(text), scan_rules(language, spacing))) {
    if (!joined.empty()) joined += '|';
    joined += token.key;
  }
  return joined;
}

TEST(Scan, CutsWordsAndFoldsCase) { EXPECT_EQ(keys("Turn ON  the\tLights"), "turn|on|the|lights"); }
TEST(Scan, DropsPunctuationAndHyphens) { EXPECT_EQ(keys("¿Turn-on, the \"lights\"?!"), "turn|on|the|lights"); }
TEST(Scan, KeepsApostrophesInsideWordsOnly) { EXPECT_EQ(keys("what's the boys' 'lamp'"), "what's|the|boys|lamp"); }
TEST(Scan, ReadsTheCurlyApostropheAsThePlainOne) { EXPECT_EQ(keys("what’s"), "what's"); }
TEST(Scan, SplitsNumbersFromLettersAndSymbols) { EXPECT_EQ(keys("50% lamp2 20°C 5th"), "50|%|lamp|2|20|°|c|5|th"); }
TEST(Scan, KeepsDecimalsTogether) { EXPECT_EQ(keys("21.5 21,5 -3 7:30"), "21.5|21.5|-3|7|30"); }
TEST(Scan, ReadsDigitsOfEveryScript) { EXPECT_EQ(keys("٥٠ ５０"), "50|50"); }
TEST(Scan, JoinsInitialisms) { EXPECT_EQ(keys("the A.C. at 5 p.m."), "the|ac|at|5|pm"); }
TEST(Scan, LeavesASentenceEndAfterOneLetterAlone) { EXPECT_EQ(keys("vitamin C. Now"), "vitamin|c|now"); }
TEST(Scan, CutsChineseJapaneseAndThaiIntoCharacters) {
  EXPECT_EQ(keys("打开TV灯"), "打|开|tv|灯");
  EXPECT_EQ(keys("ライトを"), "ラ|イ|ト|を");
  EXPECT_EQ(keys("เปิดไฟ"), "เ|ปิ|ด|ไ|ฟ");
}
TEST(Scan, CutsEverythingIntoCharactersWhereWhiteSpaceDoesNotCount) {
  EXPECT_EQ(keys("打开 TV 50%", Spacing::characters), "打|开|t|v|50|%");
}
TEST(Scan, ComposesCombiningCharacters) { EXPECT_EQ(keys("Cafe\u0301"), "café"); }
TEST(Scan, IgnoresInvisibleCharacters) { EXPECT_EQ(keys("la\u200Bmp\u00AD"), "lamp"); }
TEST(Scan, FoldsTurkishLetters) { EXPECT_EQ(keys("IŞIK İki", Spacing::words, "tr"), "ışık|iki"); }
TEST(Scan, PlacesTokensInTheText) {
  const auto found = tokens("set 'lamp' now", scan_rules("en", Spacing::words));
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[1].begin, 5U);
  EXPECT_EQ(found[1].end, 9U);
}
TEST(Scan, ReadsThousandsBothWays) {
  const auto found = tokens("2,700", scan_rules("en", Spacing::words));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_DOUBLE_EQ(found[0].value, 2.7);
  EXPECT_DOUBLE_EQ(found[0].grouped, 2700);
}

}  // namespace
}  // namespace entente::language
