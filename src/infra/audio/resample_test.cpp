// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/audio/resample.h"

#include <gtest/gtest.h>

#include <cmath>

namespace entente::audio {
namespace {

using Samples = std::vector<std::int16_t>;

Samples tone(int rate, double hertz, std::size_t frames) {
  Samples samples(frames);
  for (std::size_t i = 0; i < frames; ++i) {
    const double phase = 2 * 3.14159265358979 * hertz * static_cast<double>(i) / rate;
    samples[i] = static_cast<std::int16_t>(std::lround(16'000 * std::sin(phase)));
  }
  return samples;
}

struct Rates {
  int from;
  int to;
};
class Resample : public ::testing::TestWithParam<Rates> {};

// The edges apart, a resampled tone is the tone made at the other rate: same length, same phase, same loudness.
TEST_P(Resample, KeepsLengthPhaseAndLevel) {
  const auto [from, to] = GetParam();
  const auto frames = static_cast<std::size_t>(from) / 2;
  const auto converted = convert(Pcm{from, 1, tone(from, 440, frames)}, to);
  ASSERT_TRUE(converted.ok()) << converted.error().message;
  const auto length = std::lround(static_cast<double>(frames) * to / from);
  const auto expected = tone(to, 440, static_cast<std::size_t>(length));
  ASSERT_EQ(converted->samples.size(), expected.size());
  double worst = 0;
  for (std::size_t i = expected.size() / 10; i < expected.size() * 9 / 10; ++i) {
    worst = std::max(worst, std::abs(double{1} * converted->samples[i] - expected[i]));
  }
  EXPECT_LT(worst, 40) << "of 16000";
}
INSTANTIATE_TEST_SUITE_P(Audio, Resample,
                         ::testing::Values(Rates{8'000, 16'000}, Rates{48'000, 16'000}, Rates{44'100, 16'000},
                                           Rates{22'050, 16'000}, Rates{16'000, 48'000}, Rates{16'000, 44'100},
                                           Rates{192'000, 8'000}, Rates{8'000, 192'000}, Rates{11'025, 16'000},
                                           Rates{16'000, 16'000}, Rates{47'999, 16'001}));

TEST(Resampler, GivesTheSameHoweverTheSamplesAreCut) {
  const auto whole = tone(48'000, 300, 9'600);
  const auto expected = convert(Pcm{48'000, 1, whole}, 16'000)->samples;
  for (const std::size_t piece : {1U, 7U, 480U, 5'000U}) {
    auto resampler = Resampler::open(48'000, 16'000, 1);
    Samples out;
    for (std::size_t at = 0; at < whole.size(); at += piece) {
      resampler->process(std::span(whole).subspan(at, std::min(piece, whole.size() - at)), out);
    }
    resampler->finish(out);
    EXPECT_EQ(out, expected) << "in pieces of " << piece;
  }
}

TEST(Resampler, BeginsAnewAfterTheEnd) {
  auto resampler = Resampler::open(44'100, 16'000, 1);
  const auto sound = tone(44'100, 1'000, 4'410);
  Samples first;
  Samples second;
  resampler->process(sound, first);
  resampler->finish(first);
  resampler->process(sound, second);
  resampler->finish(second);
  EXPECT_EQ(first, second);
  EXPECT_EQ(first.size(), 1'600U);
}

TEST(Resampler, LeavesAloneWhatWasThereBefore) {
  auto resampler = Resampler::open(48'000, 16'000, 1);
  Samples out{1, 2, 3};
  resampler->finish(out);
  EXPECT_EQ(out, (Samples{1, 2, 3}));
  resampler->process(Samples(4), out);
  resampler->finish(out);
  EXPECT_EQ(out.size(), 4U);
}

TEST(Resampler, KeepsTheChannelsApart) {
  const auto left = tone(48'000, 440, 4'800);
  Pcm stereo{48'000, 2, {}};
  for (const auto sample : left) stereo.samples.insert(stereo.samples.end(), {sample, 0});
  const auto converted = convert(stereo, 16'000, Channels::as_they_are);
  ASSERT_EQ(converted->frames(), 1'600U);
  for (std::size_t i = 1; i < converted->samples.size(); i += 2) ASSERT_EQ(converted->samples[i], 0);
}

TEST(Resampler, TakesAwayWhatTheLowerRateCannotCarry) {
  const auto converted = convert(Pcm{48'000, 1, tone(48'000, 12'000, 48'000)}, 16'000);
  EXPECT_LT(to_decibels(rms(std::span(converted->samples).subspan(1'000, 14'000))), -70);
}

TEST(Resampler, RefusesAbsurdRates) {
  for (const auto& [from, to] : {Rates{0, 16'000}, Rates{-1, 16'000}, Rates{16'000, 0}, Rates{7'999, 16'000},
                                 Rates{16'000, 2'000'000'000}, Rates{192'001, 16'000}}) {
    EXPECT_EQ(Resampler::open(from, to, 1).error().code, ErrorCode::unsupported);
  }
  EXPECT_EQ(Resampler::open(16'000, 8'000, 0).error().message, "audio: 0 channels; 1 to 32 can be converted");
  EXPECT_FALSE(Resampler::open(16'000, 8'000, 33).ok());
}

TEST(Resampler, ConvertsNothingToNothing) {
  const auto converted = convert(Pcm{48'000, 2, {}}, 16'000);
  ASSERT_TRUE(converted.ok());
  EXPECT_TRUE(converted->empty());
  EXPECT_EQ(converted->rate, 16'000);
}

}  // namespace
}  // namespace entente::audio
