// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/senone_scorer.h"

#include <bit>
#include <cmath>

namespace entente::sphinx {
namespace {

// The differences carry most of what survives noise, so they count more than the cepstra themselves.
constexpr std::array<float, stream_count> stream_weights{0.3F, 0.6F, 0.8F};

std::array<float, 256> make_weights() {
  std::array<float, 256> weights{};
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = std::exp(-0.10239488F * static_cast<float>(i));
  return weights;
}
const std::array<float, 256> weight_of = make_weights();  // byte of the sendump file → probability

// log(x) for positive normal x, to about 1e-4.
float quick_log(float x) {
  auto bits = std::bit_cast<std::uint32_t>(x);
  auto exponent = static_cast<float>(static_cast<int>(bits >> 23U) - 127);
  float m = std::bit_cast<float>((bits & 0x7FFFFFU) | 0x3F800000U);  // 1 to 2
  float log2 = -2.498353F + m * (4.029211F + m * (-2.078335F + m * (0.626032F - 0.0784407F * m)));
  return 0.69314718F * (exponent + log2);
}

void all_densities(const Codebook& book, const Cepstrum& x, std::array<float, density_count>& out) {
  out = book.constant;
  for (std::size_t i = 0; i < cepstrum_size; ++i) {
    const float value = x[i];
    const auto& mean = book.mean[i];
    const auto& precision = book.precision[i];
    for (std::size_t d = 0; d < density_count; ++d) {
      const float distance = value - mean[d];
      out[d] -= distance * distance * precision[d];
    }
  }
}

}  // namespace

SenoneScorer::SenoneScorer(const AcousticModel& model)
    : model_(model),
      scored_at_(model.senone_count(), 0),
      scores_(model.senone_count(), 0),
      evaluated_at_(model.phone_count(), 0),
      tops_(model.phone_count() * stream_count) {}

void SenoneScorer::begin_frame(const Features& features) {
  features_ = features;
  ++frame_;
}

void SenoneScorer::evaluate(std::size_t codebook) {
  evaluated_at_[codebook] = frame_;
  std::array<float, density_count> densities;
  for (int stream = 0; stream < stream_count; ++stream) {
    all_densities(model_.codebook(codebook, stream), features_[static_cast<std::size_t>(stream)], densities);
    std::array<float, top> best;
    best.fill(-1e30F);
    Top& kept = tops_[codebook * stream_count + static_cast<std::size_t>(stream)];
    for (int d = 0; d < density_count; ++d) {
      const float value = densities[static_cast<std::size_t>(d)];
      if (!(value > best[top - 1])) continue;
      std::size_t place = top - 1;
      for (; place > 0 && value > best[place - 1]; --place) {
        best[place] = best[place - 1];
        kept.density[place] = kept.density[place - 1];
      }
      best[place] = value;
      kept.density[place] = d;
    }
    kept.best = best[0];
    for (std::size_t k = 0; k < top; ++k) kept.relative[k] = std::exp(best[k] - best[0]);
  }
}

float SenoneScorer::compute(std::uint16_t senone) {
  const std::size_t codebook = model_.codebook_of(senone);
  if (evaluated_at_[codebook] != frame_) evaluate(codebook);
  float score = 0;
  for (int stream = 0; stream < stream_count; ++stream) {
    const Top& kept = tops_[codebook * stream_count + static_cast<std::size_t>(stream)];
    float sum = 0;
    for (std::size_t k = 0; k < top; ++k) {
      sum += kept.relative[k] * weight_of[model_.mixtures(stream, kept.density[k])[senone]];
    }
    score += stream_weights[static_cast<std::size_t>(stream)] * (kept.best + quick_log(sum));
  }
  scored_at_[senone] = frame_;
  scores_[senone] = score;
  return score;
}

}  // namespace entente::sphinx
