// SPDX-License-Identifier: GPL-3.0-or-later
//
// A partitioned-block frequency-domain Kalman filter (Enzner and Vary 2006; Kuech, Mabande and Enzner 2014). The way
// from the loudspeaker to the microphone is a filter of `partitions` frames, each kept as a spectrum of two frames.
// Beside every coefficient stands how unsure it is; how far it moves is what that uncertainty makes of the frame
// against everything else in it. Speech of people is such a "else", which is what makes it safe to learn all the time.
#include "infra/audio/echo_canceller.h"

#include <array>
#include <cmath>
#include <deque>

#include "infra/audio/impl/fourier.h"
#include "infra/audio/pcm.h"

namespace entente::audio {
namespace {

constexpr std::size_t frame = EchoCanceller::frame_samples;
constexpr std::size_t partitions = EchoCanceller::reach / milliseconds(10);
constexpr std::size_t most_waiting = 2 * EchoCanceller::rate;
// Chosen on simulated rooms: `entente bench echo`.
constexpr float keeping = 0.9993F;            // of a coefficient from frame to frame: how still rooms stand
constexpr float smoothing = 0.9F;             // of the power of what is no echo
constexpr float first_uncertainty = 0.02F;    // of the coefficients of the first partition; later ones are smaller
constexpr float uncertainty_falls = 1.5F;     // by so many powers of ten up to the last partition
constexpr std::size_t tidied_each_frame = 8;  // partitions
constexpr double loss_smoothing = 0.98;

using Spectrum = std::array<Fourier::Complex, Fourier::bins>;
using Powers = std::array<float, Fourier::bins>;
using TwoFrames = std::array<float, Fourier::length>;
using Frame = std::array<std::int16_t, frame>;

}  // namespace

static_assert(Fourier::length == 2 * frame);

struct EchoCanceller::State {
  struct Partition {
    Spectrum filter{};
    Powers uncertainty{};
  };

  State() {
    for (std::size_t p = 0; p < partitions; ++p) {
      const auto late = static_cast<float>(p) / static_cast<float>(partitions);
      path[p].uncertainty.fill(first_uncertainty * std::pow(10.0F, -late * uncertainty_falls));
    }
  }

  const Spectrum& heard_before(std::size_t p) const { return history[(newest + p) % partitions]; }
  void take_reference();
  void cancel(const Frame& captured, std::vector<std::int16_t>& cleaned);
  void learn(const Spectrum& error);
  void tidy();
  void note_loss(const Frame& captured, const TwoFrames& error);

  Fourier fourier;
  std::deque<std::int16_t> waiting;        // played, and not paired with captured sound yet
  std::vector<std::int16_t> in_frame;      // captured, less than a frame
  std::size_t silent_frames = partitions;  // of the reference, up to now
  TwoFrames reference{};
  std::array<Spectrum, partitions> history{};  // of the reference, from `newest` on to older ones
  std::size_t newest = 0;
  std::array<Partition, partitions> path{};
  Powers others{};  // the power of what is no echo
  std::size_t tidied = 0;
  double power_before = 0;
  double power_after = 0;
};

EchoCanceller::EchoCanceller() : state_(std::make_unique<State>()) {}
EchoCanceller::EchoCanceller(EchoCanceller&&) noexcept = default;
EchoCanceller& EchoCanceller::operator=(EchoCanceller&&) noexcept = default;
EchoCanceller::~EchoCanceller() = default;

void EchoCanceller::played(std::span<const std::int16_t> samples) {
  auto& waiting = state_->waiting;
  waiting.insert(waiting.end(), samples.begin(), samples.end());
  if (waiting.size() > most_waiting) {
    waiting.erase(waiting.begin(), waiting.end() - static_cast<std::ptrdiff_t>(most_waiting));
  }
}

void EchoCanceller::flushed() { state_->waiting.clear(); }

bool EchoCanceller::active() const { return !state_->waiting.empty() || state_->silent_frames < partitions; }

double EchoCanceller::loss() const {
  if (state_->power_after <= 0 || state_->power_before <= 0) return 0;
  return 10 * std::log10(state_->power_before / state_->power_after);
}

void EchoCanceller::process(std::span<const std::int16_t> captured, std::vector<std::int16_t>& cleaned) {
  auto& in_frame = state_->in_frame;
  for (const auto sample : captured) {
    in_frame.push_back(sample);
    if (in_frame.size() < frame) continue;
    if (active()) {
      Frame whole;
      std::copy(in_frame.begin(), in_frame.end(), whole.begin());
      state_->take_reference();
      state_->cancel(whole, cleaned);
    } else {
      cleaned.insert(cleaned.end(), in_frame.begin(), in_frame.end());
    }
    in_frame.clear();
  }
}

// The next frame of what is played, or silence.
void EchoCanceller::State::take_reference() {
  std::copy(reference.begin() + frame, reference.end(), reference.begin());
  const auto count = std::min(waiting.size(), frame);
  bool silent = true;
  for (std::size_t i = 0; i < frame; ++i) {
    const auto sample = i < count ? waiting[i] : std::int16_t{0};
    silent = silent && sample == 0;
    reference[frame + i] = static_cast<float>(sample) / 32'768.0F;
  }
  waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count));
  silent_frames = silent ? silent_frames + 1 : 0;
  newest = (newest + partitions - 1) % partitions;
  fourier.forward(reference, history[newest]);
}

void EchoCanceller::State::cancel(const Frame& captured, std::vector<std::int16_t>& cleaned) {
  Spectrum echo_spectrum{};
  for (std::size_t p = 0; p < partitions; ++p) {
    const auto& heard = heard_before(p);
    for (std::size_t i = 0; i < Fourier::bins; ++i) echo_spectrum[i] += times(heard[i], path[p].filter[i]);
  }
  TwoFrames echo;
  fourier.inverse(echo_spectrum, echo);
  TwoFrames error{};
  for (std::size_t i = 0; i < frame; ++i) {
    error[frame + i] = static_cast<float>(captured[i]) / 32'768.0F - echo[frame + i];
    cleaned.push_back(to_sample(static_cast<double>(error[frame + i])));
  }
  note_loss(captured, error);
  Spectrum error_spectrum;
  fourier.forward(error, error_spectrum);
  learn(error_spectrum);
  tidy();
}

void EchoCanceller::State::learn(const Spectrum& error) {
  Powers expected;
  for (std::size_t i = 0; i < Fourier::bins; ++i) {
    others[i] = smoothing * others[i] + (1 - smoothing) * std::norm(error[i]);
    expected[i] = 2 * others[i] + 1e-10F;
  }
  for (std::size_t p = 0; p < partitions; ++p) {
    const auto& heard = heard_before(p);
    for (std::size_t i = 0; i < Fourier::bins; ++i) expected[i] += path[p].uncertainty[i] * std::norm(heard[i]);
  }
  constexpr float forgetting = 1 - keeping * keeping;
  for (std::size_t p = 0; p < partitions; ++p) {
    const auto& heard = heard_before(p);
    for (std::size_t i = 0; i < Fourier::bins; ++i) {
      auto& filter = path[p].filter[i];
      auto& uncertainty = path[p].uncertainty[i];
      const auto step = uncertainty / expected[i];
      filter += step * times(std::conj(heard[i]), error[i]);
      uncertainty *= 1 - 0.5F * step * std::norm(heard[i]);
      uncertainty = keeping * keeping * uncertainty + forgetting * std::norm(filter);
      filter *= keeping;
    }
  }
}

// Each spectrum stands for one frame of filter, not for two: what has crept into the second is taken out, of some
// partitions at a time because it is what costs most.
void EchoCanceller::State::tidy() {
  TwoFrames filter;
  for (std::size_t i = 0; i < tidied_each_frame; ++i) {
    tidied = (tidied + 1) % partitions;
    auto& spectrum = path[tidied].filter;
    fourier.inverse(spectrum, filter);
    std::fill(filter.begin() + frame, filter.end(), 0.0F);
    fourier.forward(filter, spectrum);
  }
}

void EchoCanceller::State::note_loss(const Frame& captured, const TwoFrames& error) {
  double before = 0;
  double after = 0;
  for (std::size_t i = 0; i < frame; ++i) {
    const double sample = captured[i] / 32'768.0;
    before += sample * sample;
    after += static_cast<double>(error[frame + i]) * static_cast<double>(error[frame + i]);
  }
  power_before = loss_smoothing * power_before + (1 - loss_smoothing) * before;
  power_after = loss_smoothing * power_after + (1 - loss_smoothing) * after;
}

}  // namespace entente::audio
