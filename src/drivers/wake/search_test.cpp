// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wake/search.h"

#include <gtest/gtest.h>

#include <sstream>

namespace entente::wake {
namespace {

Chain chain_of(const std::string& names) {
  Chain chain;
  std::istringstream words(names);
  for (std::string name; words >> name;) chain.phones.push_back(static_cast<std::uint8_t>(find_phone(name)));
  return chain;
}

// Four frames of each phone, heard clearly.
std::vector<PhoneFrame> saying(const std::string& names) {
  std::vector<PhoneFrame> frames;
  for (const auto phone : chain_of(names).phones) {
    PhoneFrame frame;
    frame.fill(-7);
    frame[phone] = -0.04F;
    frames.insert(frames.end(), 4, frame);
  }
  return frames;
}

Match best_of(const std::vector<Chain>& chains, const std::vector<PhoneFrame>& frames) {
  Search search(chains);
  Match best{-100, 0, 0};
  for (const auto& frame : frames) {
    if (const auto match = search.take(fit_of(frame)); match && match->score > best.score) best = *match;
  }
  return best;
}

TEST(Search, FindsThePhraseWhereItIsSaid) {
  const auto match = best_of({chain_of("K AH M P")}, saying("SIL AA K AH M P IY SIL"));
  EXPECT_FLOAT_EQ(match.score, 0);
  EXPECT_EQ(match.begin, 8);
  EXPECT_GE(match.end, 22);
  EXPECT_LE(match.end, 24);
}

TEST(Search, ScoresOtherSpeechLow) {
  EXPECT_LT(best_of({chain_of("K AH M P")}, saying("SIL AA S IY T R OW SIL")).score, -4);
}

TEST(Search, OneWrongPhoneCostsItsShare) {
  const auto match = best_of({chain_of("K AH M P")}, saying("SIL K AH N P SIL"));
  EXPECT_LT(match.score, -1);
  EXPECT_GT(match.score, -2.5F);
}

TEST(Search, TakesPausesBetweenWordsOrNone) {
  const std::vector<Chain> phrase{chain_of("HH EY SIL B AA B")};
  EXPECT_FLOAT_EQ(best_of(phrase, saying("SIL HH EY B AA B SIL")).score, 0);
  EXPECT_FLOAT_EQ(best_of(phrase, saying("SIL HH EY SIL B AA B SIL")).score, 0);
}

TEST(Search, TakesAnyOfTheWaysToSayIt) {
  const std::vector<Chain> phrase{chain_of("T AH M EY T"), chain_of("T AH M AA T")};
  EXPECT_FLOAT_EQ(best_of(phrase, saying("SIL T AH M AA T SIL")).score, 0);
}

TEST(Picker, GivesOnlyTheBestOfMatchesThatOverlap) {
  Picker picker(-2);
  std::vector<Match> found;
  const std::vector<std::optional<Match>> matches{Match{-1.5F, 10, 30}, Match{-0.5F, 11, 33}, Match{-1, 10, 34}};
  for (int i = 0; i < 40; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (auto match = picker.take(at < matches.size() ? matches[at] : std::nullopt)) found.push_back(*match);
  }
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].end, 33);
}

TEST(Picker, GivesNothingBelowItsThreshold) {
  Picker picker(-1);
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(picker.take(Match{-1.2F, 0, 10}));
}

}  // namespace
}  // namespace entente::wake
