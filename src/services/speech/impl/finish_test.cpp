// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/impl/finish.h"

#include <gtest/gtest.h>

#include <cmath>

#include "infra/audio/pcm.h"

namespace entente::speech {
namespace {

using namespace std::chrono_literals;

constexpr int rate = 16'000;

std::vector<std::int16_t> tone(double seconds, double amplitude, int offset = 0) {
  std::vector<std::int16_t> sound;
  for (int i = 0; i < static_cast<int>(seconds * rate); ++i) {
    sound.push_back(static_cast<std::int16_t>(offset + amplitude * std::sin(2 * 3.14159265 * 200 * i / rate)));
  }
  return sound;
}
std::vector<std::int16_t> silence(double seconds) {
  return std::vector<std::int16_t>(static_cast<std::size_t>(seconds * rate));
}
std::vector<std::int16_t> joined(std::initializer_list<std::vector<std::int16_t>> parts) {
  std::vector<std::int16_t> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}
std::vector<std::int16_t> finished(const std::vector<std::int16_t>& sound, double gain = 1, std::size_t piece = 320) {
  Finish finish(rate);
  std::vector<std::int16_t> out;
  finish.begin(gain);
  for (std::size_t at = 0; at < sound.size(); at += piece) {
    finish.take(Samples(sound).subspan(at, std::min(piece, sound.size() - at)), out);
  }
  finish.end(out);
  return out;
}
int steepest(const std::vector<std::int16_t>& sound) {
  int steepest = 0;
  int last = 0;
  for (const int sample : sound) steepest = std::max(steepest, std::abs(sample - std::exchange(last, sample)));
  return std::max(steepest, std::abs(last));
}

TEST(Finish, TakesTheEnginesSilenceOffBothEnds) {
  const auto out = finished(joined({silence(0.5), tone(0.4, 8'000), silence(0.5)}));
  EXPECT_NEAR(static_cast<double>(out.size()) / rate, 0.4 + 0.09, 0.02);
}

TEST(Finish, KeepsSilenceWithinAPhrase) {
  const auto out = finished(joined({tone(0.2, 8'000), silence(0.3), tone(0.2, 8'000)}));
  EXPECT_NEAR(static_cast<double>(out.size()) / rate, 0.7, 0.02);
}

TEST(Finish, IsTheSameHoweverTheSoundIsCut) {
  const auto sound = joined({silence(0.1), tone(0.3, 8'000), silence(0.1)});
  EXPECT_EQ(finished(sound, 1, 1), finished(sound, 1, 100'000));
}

TEST(Finish, TakesAnOffsetAway) {
  const auto out = finished(tone(2, 4'000, 3'000));
  double sum = 0;
  for (std::size_t i = out.size() / 2; i < out.size(); ++i) sum += out[i];
  EXPECT_LT(std::abs(sum / static_cast<double>(out.size() / 2)), 30);
}

TEST(Finish, MakesASoundLouderWithoutClipping) {
  EXPECT_NEAR(audio::rms(finished(tone(0.5, 4'000), 2)), 2 * audio::rms(tone(0.5, 4'000)), 0.01);
  const auto out = finished(tone(0.5, 20'000), 1.8);
  EXPECT_LT(*std::max_element(out.begin(), out.end()), 32'767);
}

TEST(Finish, JoinsPhrasesWithoutAStep) {
  Finish finish(rate);
  std::vector<std::int16_t> out;
  for (int i = 0; i < 2; ++i) {
    finish.begin(1);
    // Faint at its ends, as speech is, and cut off there.
    finish.take(joined({tone(0.05, 90), tone(0.3, 8'000), tone(0.0511, 90)}), out);
    finish.end(out);
    finish.pause(100ms, out);
  }
  EXPECT_LT(steepest(out), 1'000);
}

TEST(Finish, SaysNothingOfSilence) { EXPECT_TRUE(finished(silence(30)).empty()); }

TEST(Finish, PausesAsLongAsAsked) {
  std::vector<std::int16_t> out;
  Finish(rate).pause(250ms, out);
  EXPECT_EQ(out.size(), 4'000U);
}

}  // namespace
}  // namespace entente::speech
