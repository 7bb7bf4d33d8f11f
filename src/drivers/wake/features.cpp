// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wake/features.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace entente::wake {
namespace {

constexpr std::size_t frame_length = 400;
constexpr std::size_t transform_size = 512;
constexpr std::size_t bands = 25;
constexpr double lowest = 130;  // Hz
constexpr double highest = 6800;
constexpr float emphasis = 0.97F;
constexpr float energy_floor = 10;  // the rounding of 16-bit samples

constexpr float fall = 0.02F;             // of the peak in a frame
constexpr float memory = 1 - 1.0F / 300;  // of the mean in a frame
constexpr float prior_frames = 30;
constexpr FeatureFrame prior{0, 3.5F, -2, 2, -1.5F, -0.5F, -0.4F, -1, 0, 0, 0.4F, 0, 0};

double to_mel(double hertz) { return 2595 * std::log10(1 + hertz / 700); }
double from_mel(double mel) { return 700 * (std::pow(10, mel / 2595) - 1); }

// Radix 2, in place.
void fourier_transform(std::vector<std::complex<float>>& x, const std::vector<std::complex<float>>& twiddles) {
  const std::size_t size = x.size();
  for (std::size_t i = 1, j = 0; i < size; ++i) {
    std::size_t bit = size >> 1U;
    for (; j & bit; bit >>= 1U) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
  for (std::size_t half = 1; half < size; half *= 2) {
    const std::size_t step = size / 2 / half;
    for (std::size_t start = 0; start < size; start += 2 * half) {
      for (std::size_t k = 0; k < half; ++k) {
        const auto a = x[start + k];
        const auto b = x[start + k + half];
        const auto w = twiddles[k * step];
        const std::complex<float> turned{b.real() * w.real() - b.imag() * w.imag(),
                                         b.real() * w.imag() + b.imag() * w.real()};
        x[start + k] = a + turned;
        x[start + k + half] = a - turned;
      }
    }
  }
}

}  // namespace

FeatureFrame Normaliser::take(const FeatureFrame& cepstra) {
  const float level = cepstra[0] / 5;
  const float peak = std::max(level, peak_ - fall);
  const float kept = (peak > peak_ ? std::exp(peak_ - peak) : 1.0F) * memory;
  const float weight = std::exp(level - peak);
  peak_ = peak;
  weight_ = weight_ * kept + weight;
  FeatureFrame out;
  for (std::size_t i = 0; i < feature_size; ++i) {
    total_[i] = total_[i] * kept + weight * cepstra[i];
    out[i] = 0.5F * (cepstra[i] - (total_[i] + prior_frames * prior[i]) / (weight_ + prior_frames));
  }
  out[0] = 0.2F * (cepstra[0] - 5 * peak);
  return out;
}

FeatureStream::FeatureStream() : window_(frame_length), cosines_(bands) {
  const auto angle = [](std::size_t i, std::size_t of) {
    return 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(of);
  };
  for (std::size_t i = 0; i < frame_length; ++i) {
    window_[i] = static_cast<float>(0.54 - 0.46 * std::cos(angle(i, frame_length - 1)));
  }
  for (std::size_t i = 0; i < transform_size / 2; ++i) {
    twiddles_.emplace_back(static_cast<float>(std::cos(angle(i, transform_size))),
                           static_cast<float>(-std::sin(angle(i, transform_size))));
  }
  const double width = (to_mel(highest) - to_mel(lowest)) / (bands + 1);
  for (std::size_t band = 0; band < bands; ++band) {
    std::array<double, 3> edge{};
    for (std::size_t j = 0; j < 3; ++j) edge[j] = from_mel(to_mel(lowest) + static_cast<double>(band + j) * width);
    Filter filter;
    for (std::size_t k = 0; k <= transform_size / 2; ++k) {
      const double hertz = static_cast<double>(k) * 16000 / transform_size;
      const double weight = std::min((hertz - edge[0]) / (edge[1] - edge[0]), (edge[2] - hertz) / (edge[2] - edge[1]));
      if (weight <= 0) continue;
      if (filter.weights.empty()) filter.first = k;
      filter.weights.push_back(static_cast<float>(weight * 2 / (edge[2] - edge[0])));
    }
    filters_.push_back(std::move(filter));
    for (std::size_t i = 0; i < feature_size; ++i) {
      const double wave =
          std::cos(std::numbers::pi / bands * (static_cast<double>(band) + 0.5) * static_cast<double>(i));
      cosines_[band][i] = static_cast<float>(wave * std::sqrt((i == 0 ? 1.0 : 2.0) / bands));
    }
  }
}

void FeatureStream::feed(std::span<const std::int16_t> samples, std::vector<FeatureFrame>& out) {
  constexpr std::size_t piece = 16000;  // so that a whole file at once needs no second copy of itself
  for (std::size_t from = 0; from < samples.size(); from += piece) {
    for (auto sample : samples.subspan(from, std::min(piece, samples.size() - from))) {
      const auto value = static_cast<float>(sample);
      pending_.push_back(value - emphasis * last_sample_);
      last_sample_ = value;
    }
    std::size_t used = 0;
    for (; pending_.size() - used >= frame_length; used += frame_shift) {
      out.push_back(normaliser_.take(compute(pending_.data() + used)));
    }
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(used));
  }
}

FeatureFrame FeatureStream::compute(const float* samples) {
  spectrum_.assign(transform_size, {});
  for (std::size_t i = 0; i < frame_length; ++i) spectrum_[i] = samples[i] * window_[i];
  fourier_transform(spectrum_, twiddles_);
  FeatureFrame cepstra{};
  for (std::size_t band = 0; band < bands; ++band) {
    const Filter& filter = filters_[band];
    float energy = energy_floor;
    for (std::size_t k = 0; k < filter.weights.size(); ++k) {
      energy += filter.weights[k] * std::norm(spectrum_[filter.first + k]);
    }
    const float mel = std::log(energy);
    for (std::size_t i = 0; i < feature_size; ++i) cepstra[i] += mel * cosines_[band][i];
  }
  return cepstra;
}

}  // namespace entente::wake
