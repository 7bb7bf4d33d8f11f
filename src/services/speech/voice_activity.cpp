// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/voice_activity.h"

#include <cmath>

namespace entente::speech {
namespace {

constexpr double pre_emphasis = 0.95;   // speech is told by its upper bands, hum and rumble live below
constexpr double quietest = -90;        // decibels of digital silence
constexpr double audible = -68;         // nothing below this is speech
constexpr double usual_range = 24;      // decibels from the noise to the loudest speech, until speech has come
constexpr double peak_decay = 0.03;     // decibels a frame
constexpr double share_of_range = 0.3;  // speech is what stands out by this share of the range…
constexpr double least_margin = 5;      // …but by no less than this, and no more is asked than the next
constexpr double most_margin = 14;
constexpr double hysteresis = 1.5;        // speech goes on a little below where it begins
constexpr double fall = 0.3;              // share of the way down that the floor goes in a frame
constexpr double rise_in_silence = 0.08;  // decibels a frame
constexpr double rise_in_speech = 0.02;
constexpr double steady = 7;  // a second and a half within so many decibels is noise, however loud

}  // namespace

double VoiceActivity::frame_level(Samples frame) {
  double energy = 0;
  for (const auto sample : frame) {
    const double value = sample / 32768.0;
    const double sharpened = value - pre_emphasis * last_sample_;
    last_sample_ = value;
    energy += sharpened * sharpened;
  }
  latest_[frames_ % latest_.size()] = energy / static_cast<double>(std::max<std::size_t>(frame.size(), 1));
  const auto known = std::min(frames_ + 1, latest_.size());
  double mean = 0;
  for (std::size_t i = 0; i < known; ++i) mean += latest_[i];
  mean /= static_cast<double>(known);
  return std::max(quietest, 10 * std::log10(mean + 1e-12));
}

void VoiceActivity::remember(double level) {
  if (frames_ == 0) {
    floor_ = level;
    peak_ = level + usual_range;
  }
  window_[frames_ % window_frames] = level;
  ++frames_;
}

void VoiceActivity::follow_noise() {
  const auto known = std::min(frames_, window_frames);
  const auto [least, most] = std::minmax_element(window_.begin(), window_.begin() + static_cast<std::ptrdiff_t>(known));
  if (level_ < floor_) {
    floor_ += fall * (level_ - floor_);
  } else if (known == window_frames && *most - *least < steady) {
    floor_ = std::max(floor_, *least);
  } else if (known == window_frames && *least > floor_) {
    floor_ += std::min(*least - floor_, voiced_ ? rise_in_speech : rise_in_silence);
  }
  peak_ = std::max({level_, peak_ - peak_decay, floor_ + usual_range / 2});
}

bool VoiceActivity::is_voiced(Samples frame) {
  level_ = frame_level(frame);
  remember(level_);
  follow_noise();
  const double margin = std::clamp(share_of_range * (peak_ - floor_), least_margin, most_margin);
  voiced_ = level_ > audible && level_ > floor_ + margin - (voiced_ ? hysteresis : 0);
  return voiced_;
}

}  // namespace entente::speech
