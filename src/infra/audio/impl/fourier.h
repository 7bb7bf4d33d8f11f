// SPDX-License-Identifier: GPL-3.0-or-later
// The Fourier transform of 320 real samples, two frames of the echo canceller, and its inverse. Inside this module
// only; one thread at a time.
#pragma once

#include <array>
#include <complex>
#include <span>

namespace entente::audio {

class Fourier {
 public:
  static constexpr std::size_t length = 320;
  static constexpr std::size_t bins = length / 2 + 1;
  using Complex = std::complex<float>;
  using Sound = std::span<float, length>;
  using Spectrum = std::span<Complex, bins>;

  Fourier();

  void forward(std::span<const float, length> sound, Spectrum spectrum);
  void inverse(std::span<const Complex, bins> spectrum, Sound sound);

 private:
  using Values = std::array<Complex, length>;
  template <std::size_t Radix>
  void step(const Values& in, Values& out, std::size_t size, std::size_t stride) const;
  void transform();

  Values roots_;  // of unity
  Values values_;
  Values work_;
};

// Without the checks for infinity that std::complex makes.
inline Fourier::Complex times(Fourier::Complex left, Fourier::Complex right) {
  return {left.real() * right.real() - left.imag() * right.imag(),
          left.real() * right.imag() + left.imag() * right.real()};
}

}  // namespace entente::audio
