// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/audio/impl/fourier.h"

#include <algorithm>
#include <numbers>

namespace entente::audio {

Fourier::Fourier() {
  for (std::size_t i = 0; i < length; ++i) {
    const double angle = -2 * std::numbers::pi * static_cast<double>(i) / length;
    roots_[i] = {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
  }
}

// One step of Stockham's algorithm: `stride` interleaved transforms of `size`, each split into Radix smaller ones.
template <std::size_t Radix>
void Fourier::step(const Values& in, Values& out, std::size_t size, std::size_t stride) const {
  const auto part = size / Radix;
  for (std::size_t p = 0; p < part; ++p) {
    for (std::size_t q = 0; q < stride; ++q) {
      for (std::size_t j = 0; j < Radix; ++j) {
        Complex sum = in[q + stride * p];
        for (std::size_t k = 1; k < Radix; ++k) {
          sum += times(in[q + stride * (p + part * k)], roots_[j * k % Radix * (length / Radix)]);
        }
        out[q + stride * (Radix * p + j)] = times(sum, roots_[p * j % size * (length / size)]);
      }
    }
  }
}

// 320 = 4 · 4 · 4 · 5
void Fourier::transform() {
  step<4>(values_, work_, 320, 1);
  step<4>(work_, values_, 80, 4);
  step<4>(values_, work_, 20, 16);
  step<5>(work_, values_, 5, 64);
}

void Fourier::forward(std::span<const float, length> sound, Spectrum spectrum) {
  std::copy(sound.begin(), sound.end(), values_.begin());
  transform();
  std::copy_n(values_.begin(), bins, spectrum.begin());
}

// The conjugate's transform is the inverse one, but for a factor, where the sound is real.
void Fourier::inverse(std::span<const Complex, bins> spectrum, Sound sound) {
  for (std::size_t i = 0; i < bins; ++i) values_[i] = std::conj(spectrum[i]);
  for (std::size_t i = bins; i < length; ++i) values_[i] = spectrum[length - i];
  transform();
  for (std::size_t i = 0; i < length; ++i) sound[i] = values_[i].real() / static_cast<float>(length);
}

}  // namespace entente::audio
