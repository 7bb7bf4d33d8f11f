// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wake/phrase.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/wake/network.h"

namespace entente::wake {
namespace {

std::vector<std::string> small_dictionary(std::string_view word, std::string_view) {
  if (word == "hey") return {"HH EY1"};
  if (word == "tomato") return {"T AH M EY T OW", "T AH M AA T OW"};
  if (word == "a") return {"AH", "EY"};
  if (word == "don't") return {"D OW N T"};
  return {};
}

std::string text_of(const Chain& chain) {
  std::string text;
  for (const auto phone : chain.phones) text.append(text.empty() ? "" : " ").append(phone_name(phone));
  return text;
}

TEST(Phrase, IsItsWordsWithPausesThatMayBe) {
  const auto chains = chains_of("Hey, tomato!", "en", small_dictionary);
  ASSERT_TRUE(chains) << chains.error().message;
  ASSERT_EQ(chains->size(), 2U);
  EXPECT_EQ(text_of(chains->at(0)), "HH EY SIL T AH M EY T OW");
  EXPECT_EQ(text_of(chains->at(1)), "HH EY SIL T AH M AA T OW");
  EXPECT_EQ(chains->at(0).sounding(), 8U);
}

TEST(Phrase, KeepsApostrophes) {
  const auto chains = chains_of("don't", "en", small_dictionary);
  ASSERT_TRUE(chains);
  EXPECT_EQ(text_of(chains->at(0)), "D OW N T");
}

TEST(Phrase, IsRefusedWithTheWordThatNobodyKnows) {
  const auto chains = chains_of("hey xyzzy", "en", small_dictionary);
  ASSERT_FALSE(chains);
  EXPECT_EQ(chains.error().code, ErrorCode::invalid);
  EXPECT_THAT(chains.error().message, testing::HasSubstr("\"xyzzy\""));
}

TEST(Phrase, IsRefusedWhenTooShort) {
  const auto chains = chains_of("a", "en", small_dictionary);
  ASSERT_FALSE(chains);
  EXPECT_THAT(chains.error().message, testing::HasSubstr("too short"));
}

TEST(Phrase, IsRefusedWhenThereIsNothingToSay) {
  EXPECT_FALSE(chains_of("", "en", small_dictionary));
  EXPECT_FALSE(chains_of("?! --", "en", small_dictionary));
}

TEST(Phrase, IsRefusedWhenTooLong) {
  EXPECT_FALSE(chains_of("hey hey hey hey hey hey hey hey hey", "en", small_dictionary));
  EXPECT_FALSE(chains_of(std::string(5000, 'x'), "en", small_dictionary));
}

TEST(Phrase, HasBoundedWaysToBeSaid) {
  const auto chains = chains_of("tomato tomato tomato tomato tomato", "en", small_dictionary);
  ASSERT_TRUE(chains);
  EXPECT_LE(chains->size(), 12U);
}

}  // namespace
}  // namespace entente::wake
