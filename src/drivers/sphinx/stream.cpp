// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/stream.h"

#include <algorithm>
#include <cmath>

#include "drivers/sphinx/utterance.h"

namespace entente::sphinx {
namespace {

constexpr std::size_t longest = 60 * 100;  // frames
constexpr std::size_t look_ahead = 3;      // frames that the differences need
constexpr double mean_inertia = 60;        // frames that the assumed first mean is worth
constexpr std::size_t hypotheses = 10;
const float floor_below_peak = std::log(1e-6F);

SearchSettings live_settings() {
  SearchSettings settings;
  settings.beam = 70;
  settings.word_beam = 60;
  settings.most_active = 4000;
  return settings;
}

}  // namespace

Stream::Stream(std::shared_ptr<const Engine> engine, std::shared_ptr<const SearchGraph> graph)
    : engine_(std::move(engine)),
      graph_(std::move(graph)),
      front_end_(engine_->parameters),
      scorer_(engine_->model),
      decoder_(engine_->model, engine_->contexts, *graph_, live_settings()) {
  peak_.fill(-1e30F);
}

void Stream::feed(speech::Samples samples) {
  const auto room = (longest - std::min(longest, mel_.size())) * frame_shift;
  const auto before = mel_.size();
  front_end_.feed(samples.first(std::min(samples.size(), room)), mel_);
  if (mel_.size() == before) return;
  result_.reset();
  decode_live();
}

void Stream::decode_live() {
  while (live_.size() < mel_.size()) live_.push_back(live_cepstrum(mel_[live_.size()]));
  for (; decoded_ + look_ahead < live_.size(); ++decoded_) {
    auto features = features_at(live_, decoded_);
    const double count = static_cast<double>(decoded_ + look_ahead + 1) + mean_inertia;
    for (std::size_t i = 0; i < cepstrum_size; ++i) {
      const double first = static_cast<double>(engine_->parameters.first_mean[i]) * mean_inertia;
      features[0][i] -= static_cast<float>((sum_[i] + first) / count);
    }
    scorer_.begin_frame(features);
    decoder_.advance(scorer_);
  }
}

Cepstrum Stream::live_cepstrum(MelFrame mel) {
  for (std::size_t band = 0; band < mel_bands; ++band) {
    peak_[band] = std::max(peak_[band], mel[band]);
    mel[band] = std::max(mel[band], peak_[band] + floor_below_peak);
  }
  const auto cepstrum = engine_->transform.forward(mel);
  for (std::size_t i = 0; i < cepstrum_size; ++i) sum_[i] += static_cast<double>(cepstrum[i]);
  return cepstrum;
}

speech::Recognition Stream::result() {
  if (!result_) result_ = recognise(*engine_, *graph_, mel_, hypotheses);
  return *result_;
}

}  // namespace entente::sphinx
