// SPDX-License-Identifier: GPL-3.0-or-later
// What the network sees of sound: 100 times a second the level against a falling peak and the shape of the spectrum
// (12 cepstra of 25 mel bands) against a running mean of the loud frames. Fixed memory, no look-ahead. Belongs to one
// stream; single-threaded. training/wake/features.py computes the same; a change here needs new weights.
#pragma once

#include <array>
#include <complex>
#include <cstdint>
#include <span>
#include <vector>

namespace entente::wake {

constexpr std::size_t feature_size = 13;
constexpr int frame_shift = 160;  // samples: 10 ms
using FeatureFrame = std::array<float, feature_size>;

// Loudness and colour of the microphone taken out, as the sound goes by.
class Normaliser {
 public:
  FeatureFrame take(const FeatureFrame& cepstra);

 private:
  float peak_ = -1e9F;  // nepers of energy
  FeatureFrame total_{};
  float weight_ = 0;
};

class FeatureStream {
 public:
  FeatureStream();
  // Appends the frames that are complete now. Frame i is of the 400 samples from 160 i on.
  void feed(std::span<const std::int16_t> samples, std::vector<FeatureFrame>& out);

 private:
  FeatureFrame compute(const float* samples);

  struct Filter {
    std::size_t first = 0;
    std::vector<float> weights;
  };
  std::vector<float> window_;
  std::vector<Filter> filters_;
  std::vector<FeatureFrame> cosines_;  // [band]
  std::vector<std::complex<float>> twiddles_;
  std::vector<std::complex<float>> spectrum_;  // scratch
  std::vector<float> pending_;                 // pre-emphasised samples not yet shifted out
  float last_sample_ = 0;
  Normaliser normaliser_;
};

}  // namespace entente::wake
