// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/audio/pcm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "infra/audio/noise.h"

namespace entente::audio {
namespace {

using namespace std::chrono_literals;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using Samples = std::vector<std::int16_t>;

TEST(Pcm, KnowsHowLongItLasts) {
  EXPECT_EQ((Pcm{16'000, 2, Samples(32'000)}.duration()), 1s);
  EXPECT_EQ((Pcm{8'000, 1, Samples(4)}.duration()), 500us);
  EXPECT_EQ(frames_in(20ms, 16'000), 320U);
  EXPECT_EQ(frames_in(-1s, 16'000), 0U);
  EXPECT_EQ(frames_in(duration_of(44'100UL * 86'400 * 365, 44'100), 44'100), 44'100UL * 86'400 * 365);
}

TEST(Pcm, MonoIsTheMeanOfTheChannels) {
  const auto mono = to_mono(Pcm{16'000, 2, {100, 300, 32767, 32767, -32768, -32768, 5, -5}});
  EXPECT_THAT(mono.samples, ElementsAre(200, 32767, -32768, 0));
  EXPECT_EQ(mono.channels, 1);
}

TEST(Pcm, LevelsAreFractionsOfFullScale) {
  EXPECT_EQ(rms(Samples{}), 0);
  EXPECT_EQ(peak(Samples{}), 0);
  EXPECT_EQ(peak(Samples{3, -32768}), 1.0);
  EXPECT_EQ(rms(Samples{16384, -16384}), 0.5);
  EXPECT_THAT(to_decibels(0.5), DoubleNear(-6.02, 0.01));
  EXPECT_EQ(to_decibels(0), -120);
}

TEST(Pcm, GainAndMixingClipInsteadOfWrapping) {
  Samples samples{30'000, -30'000, 100};
  apply_gain(samples, 2);
  EXPECT_THAT(samples, ElementsAre(32767, -32768, 200));
  mix_into(samples, Samples{1, -1, 10, 99});
  EXPECT_THAT(samples, ElementsAre(32767, -32768, 210));
  apply_gain(samples, std::numeric_limits<double>::quiet_NaN());
  EXPECT_THAT(samples, ElementsAre(0, 0, 0));
}

Pcm tone(std::size_t frames, int amplitude) {
  Pcm pcm{16'000, 1, {}};
  for (std::size_t i = 0; i < frames; ++i) {
    pcm.samples.push_back(static_cast<std::int16_t>(std::lround(amplitude * std::sin(static_cast<double>(i) * 0.2))));
  }
  return pcm;
}
Pcm clicks(std::size_t frames, int amplitude) {
  Pcm pcm{16'000, 1, {}};
  for (std::size_t i = 0; i < frames; ++i)
    pcm.samples.push_back(static_cast<std::int16_t>(i % 2 == 0 ? amplitude : -amplitude));
  return pcm;
}

// The slow way: take the speech out of the mixture again and see what is left of the noise.
TEST(Noise, StandsInTheWantedRatioToTheSpeech) {
  const auto speech = tone(20'480, 10'000);
  const auto noise = clicks(40'960, 3'000);
  const auto mixed = mix_noise(speech, noise, 12, 7);
  ASSERT_TRUE(mixed.ok()) << mixed.error().message;
  EXPECT_THAT(peak(mixed->samples), DoubleNear(0.5, 0.001));

  double with_speech = 0;
  double with_itself = 0;
  for (std::size_t i = 0; i < speech.samples.size(); ++i) {
    with_speech += double{1} * mixed->samples[i] * speech.samples[i];
    with_itself += double{1} * speech.samples[i] * speech.samples[i];
  }
  const double gain = with_speech / with_itself;
  double noise_energy = 0;
  for (std::size_t i = 0; i < speech.samples.size(); ++i) {
    noise_energy += std::pow(mixed->samples[i] - gain * speech.samples[i], 2);
  }
  EXPECT_THAT(10 * std::log10(gain * gain * with_itself / noise_energy), DoubleNear(12, 0.1));
}

TEST(Noise, TheLoudestFrameOfTheSpeechCountsNotItsMean) {
  auto speech = tone(2048, 10'000);
  auto padded = speech;
  padded.samples.resize(2048 * 8);
  const auto noise = clicks(2048 * 8, 1'000);
  const auto mixed = mix_noise(padded, noise, 0, 1);
  ASSERT_TRUE(mixed.ok());
  const auto alone = mix_noise(speech, noise, 0, 1);
  EXPECT_THAT(rms(std::span(mixed->samples).first(2048)), DoubleNear(rms(alone->samples), 0.01));
}

TEST(Noise, IsTheSameForTheSameSeedAndAnotherForAnother) {
  const auto speech = tone(4096, 5'000);
  const auto noise = tone(100'000, 900);
  EXPECT_EQ(mix_noise(speech, noise, 6, 3)->samples, mix_noise(speech, noise, 6, 3)->samples);
  EXPECT_NE(mix_noise(speech, noise, 6, 3)->samples, mix_noise(speech, noise, 6, 4)->samples);
}

TEST(Noise, GoesRoundWhereItIsShorterThanTheSpeech) {
  const auto mixed = mix_noise(tone(10'000, 5'000), clicks(10, 500), 6, 3);
  ASSERT_TRUE(mixed.ok());
  EXPECT_EQ(mixed->samples.size(), 10'000U);
}

TEST(Noise, RefusesWhatCannotBeMixed) {
  const auto speech = tone(4096, 5'000);
  EXPECT_FALSE(mix_noise(speech, Pcm{16'000, 1, Samples(4096)}, 6, 1).ok());
  EXPECT_FALSE(mix_noise(speech, Pcm{8'000, 1, Samples(4096, 5)}, 6, 1).ok());
  EXPECT_FALSE(mix_noise(speech, Pcm{16'000, 2, Samples(4096, 5)}, 6, 1).ok());
  EXPECT_FALSE(mix_noise(speech, Pcm{}, 6, 1).ok());
  EXPECT_FALSE(mix_noise(Pcm{}, speech, 6, 1).ok());
  EXPECT_FALSE(mix_noise(speech, speech, std::numeric_limits<double>::infinity(), 1).ok());
}

}  // namespace
}  // namespace entente::audio
