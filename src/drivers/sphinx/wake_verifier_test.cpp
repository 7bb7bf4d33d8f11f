// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/wake_verifier.h"

#include <gtest/gtest.h>

#include "drivers/sphinx/engine_for_test.h"

namespace entente::sphinx {
namespace {

const speech::WakeVerifier& verifier() {
  static const auto opened = open_wake_verifier(Options{});
  if (!opened.ok()) throw std::runtime_error(opened.error().message);
  return **opened;
}

std::optional<double> likeness(const std::vector<std::int16_t>& sound, const std::string& phones) {
  const std::string pronunciations[] = {phones};
  return verifier().likeness(sound, 0, sound.size(), pronunciations);
}

TEST(WakeVerifier, FindsWordsThatWereSaidMoreAlikeThanOthers) {
  const auto sound = clip("turn_on_the_kitchen_light");
  const auto said = likeness(sound, "K IH CH AH N SIL L AY T");
  const auto other = likeness(sound, "EH L AH F AH N T SIL B EY");
  ASSERT_TRUE(said && other);
  EXPECT_GT(*said, *other + 1);
}

TEST(WakeVerifier, TakesTheBestOfSeveralPronunciations) {
  const auto sound = clip("turn_on_the_kitchen_light");
  const std::string both[] = {"EH L AH F AH N T SIL B EY", "K IH CH AH N SIL L AY T"};
  EXPECT_EQ(verifier().likeness(sound, 0, sound.size(), both), likeness(sound, both[1]));
}

TEST(WakeVerifier, CannotTellFromTooLittleSound) {
  EXPECT_FALSE(likeness(std::vector<std::int16_t>(3000, 100), "L AY T"));
  EXPECT_FALSE(likeness({}, "L AY T"));
}

TEST(WakeVerifier, FindsNoWordInSilenceOrClipping) {
  const auto silence = likeness(std::vector<std::int16_t>(32000, 0), "K IH CH AH N");
  const auto clipping = likeness(std::vector<std::int16_t>(32000, 32767), "K IH CH AH N");
  ASSERT_TRUE(silence && clipping);
  EXPECT_LT(*silence, -3);
  EXPECT_LT(*clipping, -3);
}

TEST(WakeVerifier, PassesOverPhonesThatTheModelLacks) {
  const auto sound = clip("turn_on_the_kitchen_light");
  EXPECT_FALSE(likeness(sound, "XX YY"));
  EXPECT_FALSE(likeness(sound, ""));
}

}  // namespace
}  // namespace entente::sphinx
