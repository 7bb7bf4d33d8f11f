// SPDX-License-Identifier: GPL-3.0-or-later
// FrontEnd turns sound into log mel spectra, 100 frames a second, as the acoustic model was trained with (its
// feat.params), while the sound arrives. The rest of the way (floor, cepstra, mean normalisation, differences) is in
// pure functions, because a second pass does it again with what the whole utterance tells.
// A FrontEnd belongs to one stream; single-threaded.
#pragma once

#include <array>
#include <complex>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "drivers/sphinx/senone_scorer.h"

namespace entente::sphinx {

constexpr int mel_bands = 25;
constexpr int frame_shift = 160;                // samples: 10 ms
constexpr int frame_length = 410;               // samples: 25.6 ms
using MelFrame = std::array<float, mel_bands>;  // natural logarithms of band energies

struct FrontEndParameters {
  double lowest = 130;  // Hz
  double highest = 6800;
  int lifter = 22;

  // Reads feat.params; refuses a kind of features that we do not compute.
  static Result<FrontEndParameters> open(const std::filesystem::path& path);
  static Result<FrontEndParameters> parse(std::string_view text, std::string_view name);
};

class FrontEnd {
 public:
  explicit FrontEnd(const FrontEndParameters& parameters);

  // Appends the frames that are complete now.
  void feed(std::span<const std::int16_t> samples, std::vector<MelFrame>& out);

 private:
  struct Filter {
    std::size_t first = 0;
    std::vector<float> weights;
  };
  MelFrame compute(const float* samples);

  std::array<float, frame_length> window_{};
  std::vector<Filter> filters_;
  std::vector<std::complex<float>> twiddles_;
  std::vector<std::complex<float>> spectrum_;  // scratch
  std::vector<float> pending_;                 // pre-emphasised samples not yet shifted out
  float last_sample_ = 0;
};

// Between log mel spectra and (liftered) cepstra.
class CepstralTransform {
 public:
  explicit CepstralTransform(int lifter);
  Cepstrum forward(const MelFrame& mel) const;
  MelFrame inverse(const Cepstrum& cepstrum) const;  // the smooth spectrum that has these cepstra
  float forward_weight(std::size_t i, std::size_t band) const { return forward_[i][band]; }
  float inverse_weight(std::size_t band, std::size_t i) const { return inverse_[i][band]; }

 private:
  std::array<MelFrame, cepstrum_size> forward_{};  // [cepstrum][band]
  std::array<MelFrame, cepstrum_size> inverse_{};  // [cepstrum][band], so that both loops run over bands
};

// The features of frame `at`: cepstra and differences over ±2 and ±3 frames, the edges repeated.
Features features_at(std::span<const Cepstrum> cepstra, std::size_t at);

}  // namespace entente::sphinx
