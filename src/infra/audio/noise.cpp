// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/audio/noise.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace entente::audio {
namespace {

constexpr std::size_t frame_size = 2048;

// Of whole frames side by side; what is shorter than one counts as one.
double loudest_energy(std::span<const std::int16_t> samples) {
  const auto end = std::max(samples.size() - samples.size() % frame_size, std::min(samples.size(), frame_size));
  double loudest = 0;
  for (std::size_t at = 0; at < end; at += frame_size) {
    double energy = 0;
    for (const double sample : samples.subspan(at, std::min(frame_size, end - at))) energy += sample * sample;
    loudest = std::max(loudest, energy);
  }
  return loudest;
}

// SplitMix64: one well-mixed number from a seed, the same on every machine.
std::uint64_t scramble(std::uint64_t seed) {
  seed += 0x9E3779B97F4A7C15U;
  seed = (seed ^ seed >> 30U) * 0xBF58476D1CE4E5B9U;
  seed = (seed ^ seed >> 27U) * 0x94D049BB133111EBU;
  return seed ^ seed >> 31U;
}

// As many samples as wanted, from a place drawn from the seed; round and round where there are fewer.
std::vector<std::int16_t> cut(std::span<const std::int16_t> noise, std::size_t wanted, std::uint64_t seed) {
  const auto places = noise.size() > wanted ? noise.size() - wanted + 1 : noise.size();
  const auto start = static_cast<std::size_t>(scramble(seed) % places);
  std::vector<std::int16_t> piece(wanted);
  for (std::size_t i = 0; i < wanted; ++i) piece[i] = noise[(start + i) % noise.size()];
  return piece;
}

}  // namespace

Result<Pcm> mix_noise(const Pcm& speech, const Pcm& noise, double snr_db, std::uint64_t seed) {
  if (speech.channels != 1 || noise.channels != 1 || speech.rate != noise.rate) {
    return Error{ErrorCode::invalid, "noise: speech and noise must be mono and of one rate"};
  }
  if (!std::isfinite(snr_db) || std::abs(snr_db) > 120) {
    return Error{ErrorCode::invalid, fmt::format("noise: a ratio of {} dB", snr_db)};
  }
  if (speech.empty() || noise.empty()) return Error{ErrorCode::invalid, "noise: nothing to mix"};
  const auto piece = cut(noise.samples, speech.samples.size(), seed);
  const double noise_energy = loudest_energy(piece);
  if (noise_energy <= 0) return Error{ErrorCode::invalid, "noise: the noise is silent"};

  const double scale = std::sqrt(loudest_energy(speech.samples) / (noise_energy * std::pow(10.0, snr_db / 10.0)));
  std::vector<double> sum(piece.size());
  double loudest = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    sum[i] = speech.samples[i] + scale * piece[i];
    loudest = std::max(loudest, std::abs(sum[i]));
  }
  Pcm mixed{speech.rate, 1, {}};
  mixed.samples.reserve(sum.size());
  for (const double sample : sum) mixed.samples.push_back(to_sample(loudest > 0 ? 0.5 * sample / loudest : 0.0));
  return mixed;
}

}  // namespace entente::audio
