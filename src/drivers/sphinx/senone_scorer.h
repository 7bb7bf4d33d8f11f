// SPDX-License-Identifier: GPL-3.0-or-later
// How well one frame of features fits each state of the acoustic model. Computed only for what is asked, once a frame.
// Belongs to one decoder; single-threaded.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "drivers/sphinx/acoustic_model.h"

namespace entente::sphinx {

using Cepstrum = std::array<float, cepstrum_size>;
using Features = std::array<Cepstrum, stream_count>;  // cepstra, first differences, second differences

class SenoneScorer {
 public:
  explicit SenoneScorer(const AcousticModel& model);

  void begin_frame(const Features& features);  // forgets the frame before
  float score(std::uint16_t senone) {          // weighted log likelihood
    return scored_at_[senone] == frame_ ? scores_[senone] : compute(senone);
  }

 private:
  static constexpr int top = 4;  // densities of a codebook that count; more make no difference
  struct Top {
    std::array<float, top> relative{};  // likelihood, the best one being 1
    std::array<int, top> density{};
    float best = 0;  // log likelihood of the best
  };

  float compute(std::uint16_t senone);
  void evaluate(std::size_t codebook);

  const AcousticModel& model_;
  Features features_{};
  std::uint32_t frame_ = 0;
  std::vector<std::uint32_t> scored_at_;     // [senone]
  std::vector<float> scores_;                // [senone]
  std::vector<std::uint32_t> evaluated_at_;  // [codebook]
  std::vector<Top> tops_;                    // [codebook][stream]
};

}  // namespace entente::sphinx
