// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/commands/bench_understanding_words.h"

#include <gtest/gtest.h>

namespace entente::apps {
namespace {

std::vector<std::string> texts(std::string_view sentence) {
  std::vector<std::string> all;
  for (const auto& word : words_of(sentence)) all.push_back(word.text);
  return all;
}

Damaged damaged(std::string_view sentence, Damage damage, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  const Vocabulary vocabulary{{"uh"}, {"the"}, {"radio"}};
  auto made = Damaged::make(sentence, damage, vocabulary, random);
  EXPECT_TRUE(made.has_value());
  return made ? *std::move(made) : Damaged();
}

TEST(Words, EndAtSpacesAndInSomeScriptsAfterEachCharacter) {
  EXPECT_EQ(texts("turn on  the lamp"), (std::vector<std::string>{"turn", "on", "the", "lamp"}));
  EXPECT_EQ(texts("打开TV吧"), (std::vector<std::string>{"打", "开", "TV", "吧"}));
  EXPECT_EQ(texts("불 켜 줘"), (std::vector<std::string>{"불", "켜", "줘"}));
}

TEST(Words, KeepCombiningMarksWithTheirLetter) { EXPECT_EQ(texts("เปิด"), (std::vector<std::string>{"เ", "ปิ", "ด"})); }

TEST(Words, MakeTheirSentenceAgain) {
  for (const std::string sentence : {"turn on the lamp", "打开TV吧", "把 TV 打开"}) {
    EXPECT_EQ(sentence_of(words_of(sentence)), sentence);
  }
}

TEST(Letters, HaveTheirCaseInEveryScript) {
  EXPECT_EQ(upper_case("für élan ж"), "FÜR ÉLAN Ж");
  EXPECT_EQ(lower_case("ÄÖ ΣΑΣ Ж 灯"), "äö σασ ж 灯");
}

TEST(Letters, ThatAreCutDoNotHurt) { EXPECT_EQ(lower_case("A\xE7"), "aç"); }

TEST(Damage, DoesWhatItsNameSays) {
  EXPECT_EQ(damaged("turn on the lamp", Damage::filler_prefix).sentence(), "uh turn on the lamp");
  EXPECT_EQ(damaged("turn on the lamp", Damage::drop_article).sentence(), "turn on lamp");
  EXPECT_EQ(damaged("turn on the lamp", Damage::double_article).sentence(), "turn on the the lamp");
  EXPECT_EQ(damaged("Turn on", Damage::upper).sentence(), "TURN ON");
  EXPECT_EQ(words_of(damaged("turn on the lamp", Damage::drop_word).sentence()).size(), 3U);
  EXPECT_NE(damaged("turn on the lamp", Damage::replace_word).sentence().find("radio"), std::string::npos);
  EXPECT_NE(damaged("kitchen", Damage::typo).sentence(), "kitchen");
}

TEST(Damage, IsTheSameForTheSameSeed) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_EQ(damaged("kitchen curtains", Damage::typo, seed).sentence(),
              damaged("kitchen curtains", Damage::typo, seed).sentence());
  }
}

TEST(Damage, IsNotDoneWhereThereIsNothingToDamage) {
  std::mt19937_64 random(1);
  const Vocabulary vocabulary{{}, {"the"}, {}};
  for (const auto kind :
       {Damage::drop_article, Damage::drop_word, Damage::typo, Damage::lower, Damage::filler_prefix}) {
    EXPECT_FALSE(Damaged::make("stop", kind, vocabulary, random).has_value());
  }
}

TEST(Damage, TellsWhatBecameOfAPart) {
  const auto dropped = damaged("add the milk to it", Damage::drop_article);
  EXPECT_EQ(dropped.part("The Milk"), "milk");
  EXPECT_EQ(dropped.part("milk to"), std::nullopt);
  EXPECT_EQ(dropped.part("bread"), std::nullopt);
}

}  // namespace
}  // namespace entente::apps
