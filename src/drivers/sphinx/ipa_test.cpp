// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/ipa.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace entente::sphinx {
namespace {

std::string phones(std::string_view ipa) { return fmt::format("{}", fmt::join(arpabet_from_ipa(ipa), " ")); }

TEST(Ipa, TurnsEnglishWordsIntoTheirPhones) {
  EXPECT_EQ(phones("jɛs"), "Y EH S");
  EXPECT_EQ(phones("tʃɛɹi"), "CH EH R IY");
  EXPECT_EQ(phones("bɜːd"), "B ER D");
  EXPECT_EQ(phones("fɔːɹ"), "F AO R");
  EXPECT_EQ(phones("haʊs"), "HH AW S");
}

TEST(Ipa, IgnoresStressLengthAndWhatItDoesNotKnow) { EXPECT_EQ(phones("ˈlaɪː t5"), "L AY T"); }

TEST(Ipa, GivesForeignSoundsTheirNeighbour) { EXPECT_EQ(phones("ɲyx"), "N Y UW K"); }

TEST(Ipa, HasNoPhonesForNoSound) { EXPECT_EQ(phones("ˈ…\xFF"), ""); }

}  // namespace
}  // namespace entente::sphinx
