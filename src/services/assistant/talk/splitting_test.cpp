// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/talk/splitting.h"

#include <gtest/gtest.h>

#include <set>

namespace entente::assistant {
namespace {

const std::vector<std::string> english = {"and", "then", "and then", "also"};

// "text [said]" for each piece, "?text" for what is no sentence.
std::string shown(const std::vector<Piece>& pieces) {
  std::string all;
  for (const auto& piece : pieces) {
    if (!all.empty()) all += " | ";
    all += (piece.understood ? "" : "?") + piece.text;
  }
  return all;
}

std::string pieces(std::string_view text, const std::set<std::string>& sentences,
                   const std::vector<std::string>& conjunctions = english) {
  return shown(split(text, conjunctions, [&](const std::string& piece) { return sentences.contains(piece); }));
}

TEST(Splitting, CutsAtConjunctionsAndCommas) {
  EXPECT_EQ(pieces("lamp on, fan off and then open it", {"lamp on", "fan off", "open it"}),
            "lamp on | fan off | open it");
}

TEST(Splitting, AConjunctionInsideANameDoesNotCut) {
  EXPECT_EQ(pieces("salt and pepper on and fan off", {"salt and pepper on", "fan off"}),
            "salt and pepper on | fan off");
}

TEST(Splitting, AWordThatOnlyBeginsLikeAConjunctionDoesNotCut) {
  EXPECT_FALSE(can_be_split("turn on andrews lamp", english));
}

TEST(Splitting, ANumbersCommaDoesNotCut) { EXPECT_FALSE(can_be_split("set it to 21,5 or 22.5 degrees", english)); }

TEST(Splitting, ALaterPartTakesTheBeginningOfTheOneBefore) {
  EXPECT_EQ(pieces("turn on the lamp and the fan", {"turn on the lamp", "turn on the fan"}),
            "turn on the lamp | turn on the fan");
}

TEST(Splitting, AnEarlierPartTakesTheEndOfTheOneAfter) {
  EXPECT_EQ(
      pieces("turn on the kitchen and bedroom lights", {"turn on the kitchen lights", "turn on the bedroom lights"}),
      "turn on the kitchen lights | turn on the bedroom lights");
}

TEST(Splitting, APartInTheMiddleTakesBoth) {
  EXPECT_EQ(pieces("dim the hall, kitchen and bedroom lights",
                   {"dim the hall lights", "dim the kitchen lights", "dim the bedroom lights"}),
            "dim the hall lights | dim the kitchen lights | dim the bedroom lights");
}

TEST(Splitting, WhatIsNoSentenceIsKeptAsItWasSaid) {
  EXPECT_EQ(pieces("lamp on and make me a sandwich", {"lamp on"}), "lamp on | ?make me a sandwich");
}

TEST(Splitting, ScriptsWithoutSpacesAreCutAnywhere) {
  EXPECT_EQ(pieces("打开台灯然后关闭风扇", {"打开台灯", "关闭风扇"}, {"然后", "和"}), "打开台灯 | 关闭风扇");
  EXPECT_EQ(pieces("打开台灯和风扇", {"打开台灯", "打开风扇"}, {"然后", "和"}), "打开台灯 | 打开风扇");
}

TEST(Splitting, ASentenceOfEndlessPartsIsLeftAlone) {
  std::string text = "lamp on";
  for (int i = 0; i < 100; ++i) text += " and lamp on";
  EXPECT_TRUE(split(text, english, [](const std::string&) { return true; }).empty());
}

TEST(Splitting, AsksABoundedNumberOfTimes) {
  std::string text = "a b c d e f g h i j k l m n o p";
  for (int i = 0; i < 14; ++i) text += " and a b c d e f g h i j k l m n o p";
  int asked = 0;
  const auto split_pieces = split(text, english, [&](const std::string&) {
    ++asked;
    return false;
  });
  EXPECT_EQ(split_pieces.size(), 15U);
  EXPECT_LE(asked, 600);
}

TEST(Splitting, ConjunctionsAtTheEndsCutNothing) {
  EXPECT_EQ(pieces("and lamp on and", {"and lamp on and"}), "and lamp on and");
}

}  // namespace
}  // namespace entente::assistant
