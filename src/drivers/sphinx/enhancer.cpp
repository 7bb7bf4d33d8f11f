// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/enhancer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace entente::sphinx {
namespace {

constexpr std::size_t size = cepstrum_size;
constexpr float smallest_variance = 0.05F;
constexpr double mean_weight = 1;    // precision of the knowledge that cleaned speech has no mean
constexpr double longest_step = 20;  // of a cepstrum in one round
constexpr float unlikely = 9;        // how far below the likeliest component, as logarithm, one counts as impossible

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

// The estimation from one utterance.
class DistortionSearch {
 public:
  DistortionSearch(const Enhancer& enhancer, std::span<const Cepstrum> heard)
      : prior_(enhancer.prior_), prior_mel_(enhancer.prior_mel_), transform_(enhancer.transform_), heard_(heard) {
    guess(enhancer.settings_.quiet_part);
    move_prior();
  }

  void round() {
    expect();
    update();
    move_prior();
  }
  Distortion take() { return std::move(found_); }

  struct Posterior {
    std::uint32_t component;
    float share;
  };
  // Which components the frame may come from; fills `shares`, which adds up to one.
  static void likely(std::span<const Distortion::Moved> moved, const Cepstrum& heard, std::vector<Posterior>& shares);

 private:
  using Step = std::array<double, 2 * size>;  // of the channel, then of the noise
  using Normal = std::array<Step, 2 * size>;

  void guess(double quiet_part);
  void move_prior();
  void move(const SpeechComponent& speech, const MelFrame& above, Distortion::Moved& moved) const;
  void expect();
  void update();
  Cepstrum mean_of_clean() const;
  void add_evidence(Normal& normal, Step& step) const;
  void update_noise_variance();

  const std::vector<SpeechComponent>& prior_;
  const std::vector<MelFrame>& prior_mel_;
  const CepstralTransform& transform_;
  std::span<const Cepstrum> heard_;
  Distortion found_;
  std::vector<std::vector<Posterior>> posteriors_;  // [frame]
};

// Noise is what the quietest frames hold; the channel is at first what mean normalisation would take.
void DistortionSearch::guess(double quiet_part) {
  std::vector<std::size_t> order(heard_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return heard_[a][0] < heard_[b][0]; });
  const auto quiet = std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(order.size()) * quiet_part));
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
    const double mean = sum / static_cast<double>(quiet);
    found_.noise_[i] = static_cast<float>(mean);
    found_.noise_variance_[i] =
        std::max(static_cast<float>(square / static_cast<double>(quiet) - mean * mean), smallest_variance);
    found_.channel_[i] = static_cast<float>(all / static_cast<double>(order.size()));
  }
}

void DistortionSearch::move_prior() {
  const MelFrame noise = transform_.inverse(found_.noise_);
  const MelFrame channel = transform_.inverse(found_.channel_);
  found_.moved_.resize(prior_.size());
  for (std::size_t m = 0; m < prior_.size(); ++m) {
    MelFrame above;  // the noise over the speech
    for (std::size_t band = 0; band < mel_bands; ++band)
      above[band] = noise[band] - prior_mel_[m][band] - channel[band];
    move(prior_[m], above, found_.moved_[m]);
  }
}

void DistortionSearch::move(const SpeechComponent& speech, const MelFrame& above, Distortion::Moved& moved) const {
  MelFrame louder;
  MelFrame share;  // of the speech in each band
  for (std::size_t band = 0; band < mel_bands; ++band) {
    const float ratio = std::exp(std::min(above[band], 60.0F));
    louder[band] = std::log1p(ratio);
    share[band] = 1 / (1 + ratio);
  }
  const Cepstrum shift = transform_.forward(louder);
  moved.constant = std::log(speech.weight);
  for (std::size_t row = 0; row < size; ++row) {
    auto& slope = moved.speech_part[row];
    slope.fill(0);
    for (std::size_t band = 0; band < mel_bands; ++band) {
      const float weight = transform_.forward_weight(row, band) * share[band];
      for (std::size_t column = 0; column < size; ++column) {
        slope[column] += weight * transform_.inverse_weight(band, column);
      }
    }
    float variance = 0;
    for (std::size_t column = 0; column < size; ++column) {
      const float a = slope[column];
      const float b = (row == column ? 1.0F : 0.0F) - a;
      variance += a * a * speech.variance[column] + b * b * found_.noise_variance_[column];
    }
    variance = std::max(variance, smallest_variance);
    moved.mean[row] = speech.mean[row] + found_.channel_[row] + shift[row];
    moved.precision[row] = 1 / variance;
    moved.constant -= 0.5F * std::log(variance);
  }
}

void DistortionSearch::likely(std::span<const Distortion::Moved> moved, const Cepstrum& heard,
                              std::vector<Posterior>& shares) {
  shares.clear();
  float best = -1e30F;
  for (std::size_t m = 0; m < moved.size(); ++m) {
    float sum = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const float d = heard[i] - moved[m].mean[i];
      sum += d * d * moved[m].precision[i];
    }
    const float score = moved[m].constant - 0.5F * sum;
    if (score < best - unlikely) continue;
    best = std::max(best, score);
    shares.push_back(Posterior{static_cast<std::uint32_t>(m), score});
  }
  shares.erase(std::remove_if(shares.begin(), shares.end(),
                              [&](const Posterior& posterior) { return posterior.share < best - unlikely; }),
               shares.end());
  float all = 0;
  for (auto& posterior : shares) all += posterior.share = std::exp(posterior.share - best);
  for (auto& posterior : shares) posterior.share /= all;
}

void DistortionSearch::expect() {
  posteriors_.resize(heard_.size());
  for (std::size_t t = 0; t < heard_.size(); ++t) likely(found_.moved_, heard_[t], posteriors_[t]);
}

// One Gauss-Newton step for channel and noise together. It is held back by what is known beforehand: the noise is near
// its first guess; and since the model was trained on speech whose mean was taken away, cleaned speech has none.
// (Without the latter the channel drifts into stationary noise; with it alone, clatter pulls the channel away.)
void DistortionSearch::update() {
  Normal normal{};
  Step step{};
  add_evidence(normal, step);
  const Cepstrum mean = mean_of_clean();
  for (std::size_t i = 0; i < size; ++i) {
    normal[i][i] += mean_weight;
    step[i] += mean_weight * static_cast<double>(mean[i]);
    normal[size + i][size + i] += 1 / static_cast<double>(found_.noise_variance_[i]);
  }
  update_noise_variance();
  if (!solve(normal, step)) return;
  for (std::size_t i = 0; i < size; ++i) {
    found_.channel_[i] += static_cast<float>(std::clamp(step[i], -longest_step, longest_step));
    found_.noise_[i] += static_cast<float>(std::clamp(step[size + i], -longest_step, longest_step));
  }
}

Cepstrum DistortionSearch::mean_of_clean() const {
  std::array<double, size> sum{};
  for (std::size_t t = 0; t < heard_.size(); ++t) {
    for (const auto& [component, share] : posteriors_[t]) {
      for (std::size_t i = 0; i < size; ++i) {
        const float clean = heard_[t][i] - found_.moved_[component].mean[i] + prior_[component].mean[i];
        sum[i] += static_cast<double>(share * clean);
      }
    }
  }
  Cepstrum mean;
  for (std::size_t i = 0; i < size; ++i) mean[i] = static_cast<float>(sum[i] / static_cast<double>(heard_.size()));
  return mean;
}

// What the frames say about channel (first half) and noise (second half), as the normal equations of the step.
void DistortionSearch::add_evidence(Normal& normal, Step& step) const {
  std::vector<double> count(prior_.size(), 0);
  std::vector<std::array<double, size>> residual(prior_.size(), std::array<double, size>{});
  for (std::size_t t = 0; t < heard_.size(); ++t) {
    for (const auto& [component, share] : posteriors_[t]) {
      count[component] += static_cast<double>(share);
      for (std::size_t i = 0; i < size; ++i) {
        residual[component][i] += static_cast<double>(share * (heard_[t][i] - found_.moved_[component].mean[i]));
      }
    }
  }
  for (std::size_t m = 0; m < prior_.size(); ++m) {
    if (count[m] < 1e-3) continue;
    const auto& moved = found_.moved_[m];
    for (std::size_t row = 0; row < size; ++row) {
      Step slope;
      for (std::size_t i = 0; i < size; ++i) {
        slope[i] = static_cast<double>(moved.speech_part[row][i]);
        slope[size + i] = (i == row ? 1.0 : 0.0) - slope[i];
      }
      const auto precision = static_cast<double>(moved.precision[row]);
      for (std::size_t i = 0; i < slope.size(); ++i) {
        const double scaled = slope[i] * precision;
        step[i] += scaled * residual[m][row];
        for (std::size_t j = 0; j < slope.size(); ++j) normal[i][j] += scaled * slope[j] * count[m];
      }
    }
  }
}

void DistortionSearch::update_noise_variance() {
  std::array<double, size> square{};
  std::array<double, size> weight{};
  for (std::size_t t = 0; t < heard_.size(); ++t) {
    for (const auto& [component, share] : posteriors_[t]) {
      const auto& moved = found_.moved_[component];
      for (std::size_t i = 0; i < size; ++i) {
        const float noisy = 1 - moved.speech_part[i][i];
        const float gain = found_.noise_variance_[i] * noisy * moved.precision[i];
        const float d = gain * (heard_[t][i] - moved.mean[i]);
        const float left = found_.noise_variance_[i] * std::max(1 - gain * noisy, 0.0F);
        square[i] += static_cast<double>(share * (d * d + left));
        weight[i] += static_cast<double>(share);
      }
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (weight[i] < 1) continue;
    found_.noise_variance_[i] = std::max(static_cast<float>(square[i] / weight[i]), smallest_variance);
  }
}

Enhancer::Enhancer(std::vector<SpeechComponent> prior, CepstralTransform transform, EnhancerSettings settings)
    : prior_(std::move(prior)), transform_(std::move(transform)), settings_(settings) {
  for (const auto& component : prior_) prior_mel_.push_back(transform_.inverse(component.mean));
}

Distortion Enhancer::estimate(std::span<const Cepstrum> heard) const {
  DistortionSearch search(*this, heard);
  for (int round = 0; round < settings_.rounds; ++round) search.round();
  return search.take();
}

Cepstrum Enhancer::clean(const Distortion& distortion, const Cepstrum& heard) const {
  std::vector<DistortionSearch::Posterior> shares;
  DistortionSearch::likely(distortion.moved_, heard, shares);
  Cepstrum out = heard;
  for (const auto& posterior : shares) {
    const auto& moved = distortion.moved_[posterior.component].mean;
    const auto& still = prior_[posterior.component].mean;
    for (std::size_t i = 0; i < size; ++i) out[i] -= posterior.share * (moved[i] - still[i]);
  }
  return out;
}

}  // namespace entente::sphinx
