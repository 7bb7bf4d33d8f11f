// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/scan.h"

#include <gtest/gtest.h>

#include "services/language/script.h"

namespace entente::language {
namespace {

std::string keys(std::string_view text, Spacing spacing = Spacing::words) {
  std::string joined;
  for (const auto& token : tokens(normalise(text), ScanRules{spacing})) {
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
TEST(Scan, ReadsTheFourKindsOfIAsOne) { EXPECT_EQ(keys("IŞIK ışık İki iki"), "işik|işik|iki|iki"); }
TEST(Scan, PlacesTokensInTheText) {
  const auto found = tokens("set 'lamp' now", ScanRules{});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[1].begin, 5U);
  EXPECT_EQ(found[1].end, 9U);
}
TEST(Scan, ReadsThousandsBothWays) {
  const auto found = tokens("2,700", ScanRules{});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_DOUBLE_EQ(found[0].value, 2.7);
  EXPECT_DOUBLE_EQ(found[0].grouped, 2700);
}

TEST(Script, KnowsWhatIsWrittenWithoutSpaces) {
  for (const auto* text : {"灯", "ライト", "ไฟ", "ភ្លើង"}) EXPECT_TRUE(is_unspaced(text)) << text;
  for (const auto* text : {"lamp", "전등", "лампа", "5", ""}) EXPECT_FALSE(is_unspaced(text)) << text;
}

TEST(WildcardText, LosesPunctuationBesideSpacesAndAtTheEnds) {
  EXPECT_EQ(wildcard_text("Help! I need, somebody?", {}), "Help I need somebody");
  EXPECT_EQ(wildcard_text("at 7:30 p.m", {}), "at 7:30 p.m");
  EXPECT_EQ(wildcard_text("¿qué tal? 好。", {}), "qué tal 好");
}
TEST(WildcardText, LosesSpacesWhereCharactersAreWords) {
  EXPECT_EQ(wildcard_text("Love Story 给我", ScanRules{Spacing::characters}), "LoveStory给我");
}

}  // namespace
}  // namespace entente::language
