// SPDX-License-Identifier: GPL-3.0-or-later
// In simulated rooms, with sounds that are as uneven as speech.
#include "infra/audio/echo_canceller.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "infra/audio/pcm.h"
#include "infra/audio/simulated_room.h"

namespace entente::audio {
namespace {

using Sound = std::vector<std::int16_t>;
constexpr std::size_t second = EchoCanceller::rate;

// Buzz and hiss in syllables: a voice as far as energy and spectrum go. `pitch` tells two of them apart.
Sound voice(std::size_t samples, double pitch, double level, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> hiss;
  std::uniform_real_distribution<double> any(0.3, 1.0);
  Sound sound(samples);
  double vowel = 1;
  double loudness = 1;
  for (std::size_t i = 0; i < samples; ++i) {
    const double time = static_cast<double>(i) / EchoCanceller::rate;
    if (i % 3'000 == 0) {
      vowel = any(random);
      loudness = any(random);
    }
    double value = 0;
    for (int harmonic = 1; harmonic <= 24; ++harmonic) {
      value += std::sin(2 * std::numbers::pi * pitch * (0.8 + 0.4 * vowel) * harmonic * time) / (1 + vowel * harmonic);
    }
    const double syllable = std::pow(std::abs(std::sin(std::numbers::pi * static_cast<double>(i) / 3'000)), 0.7);
    sound[i] = to_sample(level * loudness * syllable * (0.25 * value + 0.1 * hiss(random)));
  }
  return sound;
}

Sound sum(Sound left, const Sound& right) {
  mix_into(left, right);
  return left;
}

// The loudspeaker is handed 20 ms at a time, as its thread does.
Sound cancel(EchoCanceller& canceller, const Sound& played, const Sound& captured) {
  Sound cleaned;
  for (std::size_t at = 0; at < captured.size(); at += 320) {
    const auto count = std::min<std::size_t>(320, captured.size() - at);
    if (at < played.size()) canceller.played(std::span(played).subspan(at, std::min(count, played.size() - at)));
    canceller.process(std::span(captured).subspan(at, count), cleaned);
  }
  return cleaned;
}

double level(const Sound& sound, std::size_t from, std::size_t to) {
  return to_decibels(rms(std::span(sound).subspan(from, to - from)));
}

struct Room {
  const char* name;
  EchoPath path;
  double least_loss;
};

class EchoIn : public testing::TestWithParam<Room> {};

TEST_P(EchoIn, IsMuchSofterAfterAFewSeconds) {
  const auto played = voice(12 * second, 170, 0.4, 1);
  const auto captured = echo_of(played, GetParam().path);
  EchoCanceller canceller;
  const auto cleaned = cancel(canceller, played, captured);
  ASSERT_EQ(cleaned.size(), captured.size());
  const auto loss = level(captured, 6 * second, 12 * second) - level(cleaned, 6 * second, 12 * second);
  EXPECT_GE(loss, GetParam().least_loss);
  EXPECT_NEAR(canceller.loss(), loss, 6);
}

INSTANTIATE_TEST_SUITE_P(Rooms, EchoIn,
                         testing::Values(Room{"near", {milliseconds(20), -6}, 20},
                                         Room{"usual", {milliseconds(60), -10}, 20},
                                         Room{"late", {milliseconds(200), -10}, 17},
                                         Room{"soft", {milliseconds(120), -20}, 17},
                                         Room{"drifting", {milliseconds(60), -10, milliseconds(250), 30}, 14},
                                         Room{"clipping", {milliseconds(60), -6, milliseconds(250), 0, 1.5}, 14},
                                         Room{"clippingBadly", {milliseconds(60), -6, milliseconds(250), 0, 4}, 8}),
                         [](const auto& room) { return std::string(room.param.name); });

TEST(EchoCanceller, KeepsWhatPeopleSayMeanwhile) {
  const auto played = voice(12 * second, 170, 0.4, 1);
  const auto echo = echo_of(played, {milliseconds(60), -6});
  Sound said(12 * second);
  const auto words = voice(3 * second, 110, 0.2, 2);
  std::copy(words.begin(), words.end(), said.begin() + 6 * second);
  EchoCanceller canceller;
  const auto cleaned = cancel(canceller, played, sum(echo, said));
  auto rest = cleaned;
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] = static_cast<std::int16_t>(rest[i] - said[i]);
  EXPECT_GE(level(said, 6 * second, 9 * second) - level(rest, 6 * second, 9 * second), 9) << "speech over the rest";
}

TEST(EchoCanceller, HasNotForgottenTheRoomAfterSomebodyTalked) {
  const auto played = voice(12 * second, 170, 0.4, 1);
  const auto echo = echo_of(played, {milliseconds(60), -10});
  Sound said(12 * second);
  const auto words = voice(3 * second, 110, 0.4, 2);
  std::copy(words.begin(), words.end(), said.begin() + 6 * second);
  EchoCanceller canceller;
  const auto cleaned = cancel(canceller, played, sum(echo, said));
  const auto after = 9 * second + second / 10;
  EXPECT_GE(level(echo, after, after + second) - level(cleaned, after, after + second), 15);
}

TEST(EchoCanceller, LearnsARoomThatHasChanged) {
  const auto played = voice(16 * second, 170, 0.4, 1);
  auto echo = echo_of(played, {milliseconds(60), -10});
  EchoPath moved{milliseconds(75), -8};
  moved.seed = 2;
  const auto other = echo_of(played, moved);
  std::copy(other.begin() + 8 * second, other.end(), echo.begin() + 8 * second);
  EchoCanceller canceller;
  const auto cleaned = cancel(canceller, played, echo);
  EXPECT_GE(level(echo, 13 * second, 16 * second) - level(cleaned, 13 * second, 16 * second), 14);
}

TEST(EchoCanceller, PassesSoundUntouchedWhileNothingIsPlayed) {
  const auto said = voice(2 * second, 110, 0.3, 2);
  EchoCanceller canceller;
  EXPECT_FALSE(canceller.active());
  EXPECT_EQ(cancel(canceller, {}, said), said);
  EXPECT_EQ(canceller.loss(), 0);
}

TEST(EchoCanceller, PassesSoundUntouchedSoonAfterAllWasPlayed) {
  const auto played = voice(1 * second, 170, 0.4, 1);
  auto captured = echo_of(played, {milliseconds(60), -10});
  const auto said = voice(1 * second, 110, 0.3, 2);
  captured.resize(3 * second);
  std::copy(said.begin(), said.end(), captured.begin() + 2 * second);
  EchoCanceller canceller;
  const auto cleaned = cancel(canceller, played, captured);
  EXPECT_FALSE(canceller.active());
  EXPECT_TRUE(std::equal(said.begin(), said.end(), cleaned.begin() + 2 * second));
}

TEST(EchoCanceller, TakesChunksOfAnyLength) {
  const auto played = voice(1 * second, 170, 0.4, 1);
  const auto captured = echo_of(played, {milliseconds(60), -10});
  EchoCanceller whole;
  Sound expected;
  whole.played(played);
  whole.process(captured, expected);
  EchoCanceller in_pieces;
  Sound cleaned;
  in_pieces.played(played);
  for (std::size_t at = 0; at < captured.size(); at += 37) {
    in_pieces.process(std::span(captured).subspan(at, std::min<std::size_t>(37, captured.size() - at)), cleaned);
  }
  EXPECT_EQ(cleaned, expected);
}

TEST(EchoCanceller, HoldsNoMoreThanTwoSecondsThatNobodyCaptures) {
  EchoCanceller canceller;
  for (int i = 0; i < 100; ++i) canceller.played(Sound(second, 100));
  Sound cleaned;
  canceller.process(Sound(3 * second), cleaned);
  EXPECT_FALSE(canceller.active());
}

TEST(EchoCanceller, ForgetsWhatWasFlushed) {
  EchoCanceller canceller;
  canceller.played(Sound(second, 100));
  canceller.flushed();
  EXPECT_FALSE(canceller.active());
}

TEST(EchoCanceller, SurvivesFullScaleSquaresAndConstants) {
  Sound square(4 * second);
  for (std::size_t i = 0; i < square.size(); ++i) square[i] = i / 40 % 2 == 0 ? 32'767 : -32'768;
  EchoCanceller canceller;
  cancel(canceller, square, square);
  const auto constant = Sound(4 * second, 32'767);
  cancel(canceller, constant, constant);
  cancel(canceller, Sound(4 * second), Sound(4 * second));
  const auto played = voice(8 * second, 170, 0.4, 1);
  const auto captured = echo_of(played, {milliseconds(60), -10});
  const auto cleaned = cancel(canceller, played, captured);
  EXPECT_GE(level(captured, 5 * second, 8 * second) - level(cleaned, 5 * second, 8 * second), 15);
}

}  // namespace
}  // namespace entente::audio
