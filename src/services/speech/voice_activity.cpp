// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/voice_activity.h"

#include <cmath>
#include <numbers>

namespace entente::speech {
namespace {

constexpr double pre_emphasis = 0.95;     // of the upper bands
constexpr double quietest = -90;          // decibels of digital silence
constexpr double audible = -66;           // nothing below this is speech
constexpr double least_range = 12;        // decibels from the noise to the loudest speech
constexpr double peak_decay = 0.02;       // decibels a frame
constexpr double share_of_range = 0.4;    // speech stands out by this share of the range…
constexpr double least_margin = 5.5;      // …and by no less than this
constexpr double hysteresis = 2;          // speech goes on a little below where it begins
constexpr double fall = 0.3;              // share of the way down that the floor goes in a frame
constexpr double rise_in_silence = 0.08;  // decibels a frame
constexpr double rise_in_speech = 0.02;
constexpr double steady = 7;                // a second and a half within so many decibels is noise, however loud
constexpr int consonants_after_vowel = 15;  // frames

}  // namespace

// Butterworth, by the bilinear transform.
VoiceActivity::Filter::Filter(Passes passes, double frequency) {
  const double omega = 2 * std::numbers::pi * frequency / recogniser_rate;
  const double alpha = std::sin(omega) / std::numbers::sqrt2;
  const double cosine = std::cos(omega);
  const double scale = 1 / (1 + alpha);
  const double edge = passes == Passes::low ? 1 - cosine : 1 + cosine;
  b0_ = b2_ = edge / 2 * scale;
  b1_ = (passes == Passes::low ? edge : -edge) * scale;
  a1_ = -2 * cosine * scale;
  a2_ = (1 - alpha) * scale;
}

double VoiceActivity::Filter::step(double in) {
  const double out = b0_ * in + z1_;
  z1_ = b1_ * in - a1_ * out + z2_;
  z2_ = b2_ * in - a2_ * out;
  return out;
}

VoiceActivity::VoiceActivity() : above_hum_(Filter::Passes::high, 150), below_hiss_(Filter::Passes::low, 1'500) {}

bool VoiceActivity::is_voiced(Samples frame) {
  double low = 0;
  double high = 0;
  for (const auto sample : frame) {
    const double value = sample / 32'768.0;
    const double vowel = below_hiss_.step(above_hum_.step(value));
    const double sharpened = value - pre_emphasis * last_sample_;
    last_sample_ = value;
    low += vowel * vowel;
    high += sharpened * sharpened;
  }
  const auto count = static_cast<double>(std::max<std::size_t>(frame.size(), 1));
  const bool is_vowel = vowels_.stands_out(low / count);
  const bool is_consonant = consonants_.stands_out(high / count);
  frames_since_vowel_ = is_vowel ? 0 : std::min(frames_since_vowel_ + 1, 1'000);
  return is_vowel || (is_consonant && frames_since_vowel_ <= consonants_after_vowel);
}

bool VoiceActivity::Band::stands_out(double energy) {
  latest_[frames_ % latest_.size()] = energy;
  const auto known = std::min(frames_ + 1, latest_.size());
  double mean = 0;
  for (std::size_t i = 0; i < known; ++i) mean += latest_[i];
  level_ = std::max(quietest, 10 * std::log10(mean / static_cast<double>(known) + 1e-12));
  if (frames_ == 0) floor_ = peak_ = level_;
  window_[frames_ % window_frames] = level_;
  ++frames_;
  follow_noise();
  const double range = std::max(peak_ - floor_, expected_range_);
  const double margin = std::max(share_of_range * range, least_margin) - (outstanding_ ? hysteresis : 0);
  outstanding_ = level_ > audible && level_ > floor_ + margin;
  return outstanding_;
}

void VoiceActivity::Band::follow_noise() {
  const auto known = std::min(frames_, window_frames);
  const auto [least, most] = std::minmax_element(window_.begin(), window_.begin() + static_cast<std::ptrdiff_t>(known));
  if (level_ < floor_) {
    floor_ += fall * (level_ - floor_);
  } else if (known == window_frames && *most - *least < steady) {
    floor_ = std::max(floor_, *least);
  } else if (known == window_frames && *least > floor_) {
    floor_ += std::min(*least - floor_, outstanding_ ? rise_in_speech : rise_in_silence);
  }
  peak_ = std::max(level_, peak_ - peak_decay);
  expected_range_ = std::max(expected_range_ - peak_decay, least_range);
}

}  // namespace entente::speech
