// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/enhancer.h"

#include <gtest/gtest.h>

#include <random>

#include "drivers/sphinx/engine_for_test.h"

namespace entente::sphinx {
namespace {

const CepstralTransform transform(22);

const Enhancer& enhancer() {
  static const Enhancer made(make_speech_prior(installed_model(), 200), transform);
  return made;
}

std::vector<Cepstrum> cepstra_of(const std::vector<std::int16_t>& samples) {
  FrontEnd front_end{FrontEndParameters{}};
  std::vector<MelFrame> frames;
  front_end.feed(samples, frames);
  std::vector<Cepstrum> cepstra;
  for (const auto& frame : frames) cepstra.push_back(transform.forward(frame));
  return cepstra;
}

std::vector<Cepstrum> cleaned(const std::vector<Cepstrum>& heard) {
  auto distortion = enhancer().estimate(heard);
  std::vector<Cepstrum> out;
  for (const auto& cepstrum : heard) out.push_back(enhancer().clean(distortion, cepstrum));
  return out;
}

double distance(const std::vector<Cepstrum>& a, const std::vector<Cepstrum>& b) {
  double sum = 0;
  for (std::size_t t = 0; t < a.size(); ++t) {
    for (std::size_t i = 0; i < cepstrum_size; ++i) sum += std::abs(static_cast<double>(a[t][i] - b[t][i]));
  }
  return sum / static_cast<double>(a.size());
}

std::vector<std::int16_t> with_noise(std::vector<std::int16_t> samples, double level) {
  std::mt19937 random(1);
  std::normal_distribution<double> noise(0, level);
  for (auto& sample : samples)
    sample = static_cast<std::int16_t>(std::clamp(sample + noise(random), -32768.0, 32767.0));
  return samples;
}

TEST(SpeechPrior, HasTheWeightsOfAProbability) {
  double sum = 0;
  auto prior = make_speech_prior(installed_model(), 50);
  EXPECT_EQ(prior.size(), 50U);
  for (const auto& component : prior) sum += static_cast<double>(component.weight);
  EXPECT_NEAR(sum, 1, 0.1);
}

TEST(Enhancer, BringsNoisySpeechNearerToTheClean) {
  auto sound = clip("turn_on_the_kitchen_light");
  auto clean = cleaned(cepstra_of(sound));
  auto noisy = cepstra_of(with_noise(sound, 300));
  double raw = 0;
  {
    auto a = cepstra_of(sound);
    raw = distance(a, noisy);
  }
  EXPECT_LT(distance(clean, cleaned(noisy)), 0.8 * raw);
}

TEST(Enhancer, TakesLoudnessAway) {
  auto sound = with_noise(clip("turn_on_the_kitchen_light"), 60);
  auto quieter = sound;
  for (auto& sample : quieter) sample = static_cast<std::int16_t>(sample / 4);
  auto loud = cepstra_of(sound);
  auto soft = cepstra_of(quieter);
  EXPECT_LT(distance(cleaned(loud), cleaned(soft)), 0.3 * distance(loud, soft));
}

TEST(Enhancer, StaysFiniteOnEqualFrames) {
  std::vector<Cepstrum> same(3);
  for (const auto& cepstrum : cleaned(same)) {
    for (float value : cepstrum) EXPECT_TRUE(std::isfinite(value));
  }
}

}  // namespace
}  // namespace entente::sphinx
