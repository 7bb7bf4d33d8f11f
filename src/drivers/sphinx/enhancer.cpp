// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/enhancer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace entente::sphinx {
namespace {

constexpr std::size_t size = cepstrum_size;
using Matrix = std::array<Cepstrum, size>;  // [row][column]
constexpr float smallest_variance = 0.05F;
constexpr float unlikely = 1e-4F;  // posteriors below count as none

// One component moved by the noise and the channel.
struct Moved {
  Matrix speech_part;  // how μy moves with the speech (and with the channel); with the noise: one minus it
  Cepstrum mean;
  Cepstrum precision;  // 1 / variance
  float constant;
};

// Solves a·x = b for a symmetric positive a, in place; false when it is singular.
template <std::size_t n>
bool solve(std::array<std::array<double, n>, n>& a, std::array<double, n>& b) {
  for (std::size_t i = 0; i < n; ++i) {
    if (!(std::abs(a[i][i]) > 1e-12)) return false;
    for (std::size_t row = i + 1; row < n; ++row) {
      const double factor = a[row][i] / a[i][i];
      for (std::size_t column = i; column < n; ++column) a[row][column] -= factor * a[i][column];
      b[row] -= factor * b[i];
    }
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t column = i + 1; column < n; ++column) b[i] -= a[i][column] * b[column];
    b[i] /= a[i][i];
  }
  return true;
}

}  // namespace

// The work on one utterance.
class Enhancement {
 public:
  Enhancement(const Enhancer& enhancer, std::span<const Cepstrum> heard)
      : enhancer_(enhancer), heard_(heard), moved_(enhancer.prior_.size()) {
    guess();
  }

  void round() {
    move_prior();
    expect();
    update();
  }
  std::vector<Cepstrum> clean() {
    move_prior();
    expect();
    std::vector<Cepstrum> out(heard_.begin(), heard_.end());
    for (std::size_t t = 0; t < out.size(); ++t) {
      for (const auto& [component, share] : posteriors_[t]) {
        for (std::size_t i = 0; i < size; ++i) {
          out[t][i] -= share * (moved_[component].mean[i] - enhancer_.prior_[component].mean[i]);
        }
      }
    }
    return out;
  }

 private:
  struct Posterior {
    std::uint32_t component;
    float share;
  };

  void guess();
  void move_prior();
  void expect();
  void update();
  void update_noise_variance();

  const Enhancer& enhancer_;
  std::span<const Cepstrum> heard_;
  Cepstrum noise_{};
  Cepstrum noise_variance_{};
  Cepstrum channel_{};
  std::vector<Moved> moved_;
  std::vector<std::vector<Posterior>> posteriors_;  // [frame], only likely ones
  double quiet_frames_ = 0;
};

// Noise is what the quietest frames hold; the channel is at first what mean normalisation would take.
void Enhancement::guess() {
  std::vector<std::size_t> order(heard_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return heard_[a][0] < heard_[b][0]; });
  const auto quiet = std::max<std::size_t>(
      1, static_cast<std::size_t>(static_cast<double>(order.size()) * enhancer_.settings_.quiet_part));
  quiet_frames_ = static_cast<double>(quiet);
  for (std::size_t i = 0; i < size; ++i) {
    double sum = 0;
    double square = 0;
    double all = 0;
    for (std::size_t k = 0; k < order.size(); ++k) {
      const double value = static_cast<double>(heard_[order[k]][i]);
      all += value;
      if (k >= quiet) continue;
      sum += value;
      square += value * value;
    }
    const double mean = sum / quiet_frames_;
    noise_[i] = static_cast<float>(mean);
    noise_variance_[i] = std::max(static_cast<float>(square / quiet_frames_ - mean * mean), smallest_variance);
    channel_[i] = static_cast<float>(all / static_cast<double>(order.size()));
  }
}

void Enhancement::move_prior() {
  const auto& transform = enhancer_.transform_;
  const MelFrame noise_mel = transform.inverse(noise_);
  const MelFrame channel_mel = transform.inverse(channel_);
  for (std::size_t m = 0; m < moved_.size(); ++m) {
    const SpeechComponent& speech = enhancer_.prior_[m];
    Moved& moved = moved_[m];
    MelFrame louder;
    MelFrame share;  // of the speech in each band
    for (std::size_t band = 0; band < mel_bands; ++band) {
      const float above = noise_mel[band] - enhancer_.prior_mel_[m][band] - channel_mel[band];
      const float e = std::exp(std::min(above, 60.0F));
      louder[band] = std::log1p(e);
      share[band] = 1 / (1 + e);
    }
    const Cepstrum shift = transform.forward(louder);
    moved.constant = std::log(speech.weight);
    for (std::size_t row = 0; row < size; ++row) {
      moved.speech_part[row].fill(0);
      for (std::size_t band = 0; band < mel_bands; ++band) {
        const float w = transform.forward_weight(row, band) * share[band];
        for (std::size_t column = 0; column < size; ++column) {
          moved.speech_part[row][column] += w * transform.inverse_weight(band, column);
        }
      }
      float variance = 0;
      for (std::size_t column = 0; column < size; ++column) {
        const float a = moved.speech_part[row][column];
        const float b = (row == column ? 1.0F : 0.0F) - a;
        variance += a * a * speech.variance[column] + b * b * noise_variance_[column];
      }
      variance = std::max(variance, smallest_variance);
      moved.mean[row] = speech.mean[row] + channel_[row] + shift[row];
      moved.precision[row] = 1 / variance;
      moved.constant -= 0.5F * std::log(variance);
    }
  }
}

void Enhancement::expect() {
  posteriors_.resize(heard_.size());
  std::vector<float> scores(moved_.size());
  for (std::size_t t = 0; t < heard_.size(); ++t) {
    float best = -1e30F;
    for (std::size_t m = 0; m < moved_.size(); ++m) {
      const Moved& moved = moved_[m];
      float sum = 0;
      for (std::size_t i = 0; i < size; ++i) {
        const float d = heard_[t][i] - moved.mean[i];
        sum += d * d * moved.precision[i];
      }
      scores[m] = moved.constant - 0.5F * sum;
      best = std::max(best, scores[m]);
    }
    auto& shares = posteriors_[t];
    shares.clear();
    float all = 0;
    for (std::size_t m = 0; m < moved_.size(); ++m) {
      if (scores[m] < best - 9) continue;
      const float share = std::exp(scores[m] - best);
      if (share < unlikely) continue;
      shares.push_back(Posterior{static_cast<std::uint32_t>(m), share});
      all += share;
    }
    for (auto& [component, share] : shares) share /= all;
  }
}

// One Gauss-Newton step for noise and channel together, held back by what is known without this utterance: the
// noise is near its first guess, the channel near the mean.
void Enhancement::update() {
  constexpr std::size_t both = 2 * size;
  std::vector<double> count(moved_.size(), 0);
  std::vector<std::array<double, size>> residual(moved_.size());
  for (auto& r : residual) r.fill(0);
  for (std::size_t t = 0; t < heard_.size(); ++t) {
    for (const auto& [component, share] : posteriors_[t]) {
      count[component] += static_cast<double>(share);
      for (std::size_t i = 0; i < size; ++i) {
        residual[component][i] += static_cast<double>(share * (heard_[t][i] - moved_[component].mean[i]));
      }
    }
  }
  std::array<std::array<double, both>, both> normal{};
  std::array<double, both> right{};
  for (std::size_t m = 0; m < moved_.size(); ++m) {
    if (count[m] < 1e-3) continue;
    const Moved& moved = moved_[m];
    for (std::size_t row = 0; row < size; ++row) {
      std::array<double, both> slope;
      for (std::size_t i = 0; i < size; ++i) {
        slope[i] = static_cast<double>(moved.speech_part[row][i]);
        slope[size + i] = (i == row ? 1.0 : 0.0) - slope[i];
      }
      const auto precision = static_cast<double>(moved.precision[row]);
      for (std::size_t i = 0; i < both; ++i) {
        const double scaled = slope[i] * precision;
        right[i] += scaled * residual[m][row];
        for (std::size_t j = 0; j < both; ++j) normal[i][j] += scaled * slope[j] * count[m];
      }
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    normal[i][i] += 1.0;
    normal[size + i][size + i] += 1 / static_cast<double>(noise_variance_[i]);
  }
  update_noise_variance();
  if (!solve(normal, right)) return;
  for (std::size_t i = 0; i < size; ++i) {
    channel_[i] += static_cast<float>(std::clamp(right[i], -20.0, 20.0));
    noise_[i] += static_cast<float>(std::clamp(right[size + i], -20.0, 20.0));
  }
}

void Enhancement::update_noise_variance() {
  std::array<double, size> square{};
  std::array<double, size> weight{};
  for (std::size_t t = 0; t < heard_.size(); ++t) {
    for (const auto& [component, share] : posteriors_[t]) {
      const Moved& moved = moved_[component];
      for (std::size_t i = 0; i < size; ++i) {
        const float noisy = 1 - moved.speech_part[i][i];
        const float gain = noise_variance_[i] * noisy * moved.precision[i];
        const float d = gain * (heard_[t][i] - moved.mean[i]);
        const float left = noise_variance_[i] * std::max(1 - gain * noisy, 0.0F);
        square[i] += static_cast<double>(share * (d * d + left));
        weight[i] += static_cast<double>(share);
      }
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (weight[i] < 1) continue;
    noise_variance_[i] = std::max(static_cast<float>(square[i] / weight[i]), smallest_variance);
  }
}

Enhancer::Enhancer(std::vector<SpeechComponent> prior, CepstralTransform transform, EnhancerSettings settings)
    : prior_(std::move(prior)), transform_(std::move(transform)), settings_(settings) {
  for (const auto& component : prior_) prior_mel_.push_back(transform_.inverse(component.mean));
}

std::vector<Cepstrum> Enhancer::enhance(std::span<const Cepstrum> heard) const {
  if (heard.empty() || prior_.empty()) return {heard.begin(), heard.end()};
  Enhancement work(*this, heard);
  for (int round = 0; round < settings_.rounds; ++round) work.round();
  return work.clean();
}

}  // namespace entente::sphinx
