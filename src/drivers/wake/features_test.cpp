// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wake/features.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

namespace entente::wake {
namespace {

// As training/wake/fixture.py makes it.
std::vector<std::int16_t> made_sound() {
  std::vector<std::int16_t> sound;
  std::int64_t state = 12345;
  for (std::int64_t i = 0; i < 16000; ++i) {
    state = (state * 1103515245 + 12345) % 2147483648;
    const std::int64_t noise = state / 65536 % 1001 - 500;
    const std::int64_t buzz = (i % 125) * 40 - 2500;
    const std::int64_t swell = buzz * (i % 8000);
    sound.push_back(static_cast<std::int16_t>(noise + (swell >= 0 ? swell / 4000 : -((-swell + 3999) / 4000))));
  }
  return sound;
}

std::vector<FeatureFrame> features_of(std::span<const std::int16_t> sound, std::size_t chunk) {
  FeatureStream stream;
  std::vector<FeatureFrame> out;
  for (std::size_t at = 0; at < sound.size(); at += chunk) {
    stream.feed(sound.subspan(at, std::min(chunk, sound.size() - at)), out);
  }
  return out;
}

TEST(Features, AreWhatTheNetworkWasTrainedOn) {
  const auto features = features_of(made_sound(), 16000);
  ASSERT_EQ(features.size(), 98U);
  std::ifstream file("src/drivers/wake/testdata/features.txt");
  for (std::size_t at = 0; at < features.size(); at += 7) {
    for (std::size_t i = 0; i < feature_size; ++i) {
      float expected = 0;
      ASSERT_TRUE(file >> expected);
      ASSERT_NEAR(features[at][i], expected, 2e-3) << "frame " << at << ", number " << i;
    }
  }
}

TEST(Features, AreTheSameHoweverSoundIsCut) {
  const auto sound = made_sound();
  const auto whole = features_of(sound, sound.size());
  for (const std::size_t chunk : {1U, 159U, 400U, 1601U}) EXPECT_EQ(features_of(sound, chunk), whole) << chunk;
}

TEST(Features, DoNotDependOnHowLoudItIs) {
  auto sound = made_sound();
  const auto loud = features_of(sound, sound.size());
  for (auto& sample : sound) sample = static_cast<std::int16_t>(sample / 4);
  const auto quiet = features_of(sound, sound.size());
  double difference = 0;
  for (std::size_t i = 0; i < feature_size; ++i)
    difference = std::max<double>(difference, std::abs(loud[60][i] - quiet[60][i]));
  EXPECT_LT(difference, 0.1);
}

TEST(Features, AreNumbersForSilenceAndClipping) {
  std::vector<std::int16_t> sound(8000, 0);
  sound.insert(sound.end(), 8000, 32767);
  for (std::int16_t sample : {std::int16_t{-32768}, std::int16_t{32767}}) sound.insert(sound.end(), 4000, sample);
  for (const auto& frame : features_of(sound, 500)) {
    for (const float x : frame) ASSERT_TRUE(std::isfinite(x));
  }
}

}  // namespace
}  // namespace entente::wake
