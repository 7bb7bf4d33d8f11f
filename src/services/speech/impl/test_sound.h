// SPDX-License-Identifier: GPL-3.0-or-later
// Sounds that tests and fuzz targets of this module are made of: 16 kHz mono, the same every time.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

#include "base/time.h"

namespace entente::speech::test_sound {

inline std::size_t samples_in(milliseconds length) { return static_cast<std::size_t>(length.count()) * 16; }

inline std::vector<std::int16_t> silence(milliseconds length) { return std::vector<std::int16_t>(samples_in(length)); }

inline std::vector<std::int16_t> noise(milliseconds length, double level) {
  std::mt19937 random(7);
  std::normal_distribution<double> sample(0, level * 32'767);
  std::vector<std::int16_t> sound(samples_in(length));
  for (auto& each : sound) each = static_cast<std::int16_t>(std::clamp(sample(random), -32'768.0, 32'767.0));
  return sound;
}

inline std::vector<std::int16_t> tone(milliseconds length, double frequency, double level) {
  std::vector<std::int16_t> sound(samples_in(length));
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const double phase = 2 * std::numbers::pi * frequency * static_cast<double>(i) / 16'000;
    sound[i] = static_cast<std::int16_t>(std::sin(phase) * level * 32'767);
  }
  return sound;
}

// As loud and as uneven as speech: a buzz of 120 Hz in syllables of 200 ms with short dips between.
inline std::vector<std::int16_t> babble(milliseconds length, double level) {
  std::vector<std::int16_t> sound(samples_in(length));
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const double time = static_cast<double>(i) / 16'000;
    double buzz = 0;
    for (int harmonic = 1; harmonic <= 20; ++harmonic) {
      buzz += std::sin(2 * std::numbers::pi * 120 * harmonic * time) / harmonic;
    }
    const double syllable = std::pow(std::abs(std::sin(std::numbers::pi * (time + 0.05) / 0.2)), 0.7);
    sound[i] = static_cast<std::int16_t>(buzz * level * syllable * 16'000);
  }
  return sound;
}

inline void add(std::vector<std::int16_t>& sound, const std::vector<std::int16_t>& other) {
  for (std::size_t i = 0; i < std::min(sound.size(), other.size()); ++i) {
    sound[i] = static_cast<std::int16_t>(std::clamp(sound[i] + other[i], -32'768, 32'767));
  }
}

inline void append(std::vector<std::int16_t>& sound, const std::vector<std::int16_t>& other) {
  sound.insert(sound.end(), other.begin(), other.end());
}

}  // namespace entente::speech::test_sound
