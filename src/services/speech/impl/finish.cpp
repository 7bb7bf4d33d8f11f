// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/impl/finish.h"

#include <cmath>

#include "infra/audio/pcm.h"

namespace entente::speech {
namespace {

using namespace std::chrono_literals;

constexpr double lowest_hertz = 20;  // below it is no speech
constexpr int near_silence = 100;    // samples up to this, about -50 dB
constexpr double bends_above = 0.7;  // of full scale; what is louder is bent to stay within it
constexpr milliseconds before_phrase = 30ms;
constexpr milliseconds after_phrase = 60ms;
constexpr milliseconds fade = 10ms;

// Straight up to bends_above, then ever flatter: no step, and never over full scale.
double bend(double sample) {
  const double size = std::abs(sample);
  if (size <= bends_above) return sample;
  constexpr double room = 1 - bends_above;
  return std::copysign(bends_above + room * std::tanh((size - bends_above) / room), sample);
}

// Over `count` samples from `at` on, rising or falling.
void fade_over(std::vector<std::int16_t>& samples, std::size_t at, std::size_t count, bool rising) {
  for (std::size_t i = 0; i < count; ++i) {
    const double part = static_cast<double>(rising ? i + 1 : count - i) / static_cast<double>(count + 1);
    samples[at + i] = static_cast<std::int16_t>(std::lround(samples[at + i] * part));
  }
}

}  // namespace

Finish::Finish(int rate)
    : rate_(rate),
      hold_(std::exp(-2 * 3.14159265358979 * lowest_hertz / rate)),
      kept_before_(audio::frames_in(before_phrase, rate)),
      kept_after_(audio::frames_in(after_phrase, rate)) {}

void Finish::begin(double gain) {
  gain_ = gain;
  last_in_ = last_out_ = 0;
  begun_ = false;
  held_.clear();
}

double Finish::level_out(double sample) {
  last_out_ = sample - last_in_ + hold_ * last_out_;
  last_in_ = sample;
  return last_out_;
}

void Finish::start(std::vector<std::int16_t>& out) {
  begun_ = true;
  if (held_.size() > kept_before_) held_.erase(held_.begin(), held_.end() - static_cast<std::ptrdiff_t>(kept_before_));
  fade_over(held_, 0, std::min(held_.size(), audio::frames_in(fade, rate_)), true);
  out.insert(out.end(), held_.begin(), held_.end());
  held_.clear();
}

void Finish::take(Samples piece, std::vector<std::int16_t>& out) {
  for (const auto sample : piece) {
    const auto made = audio::to_sample(bend(level_out(sample / 32768.0) * gain_));
    if (std::abs(static_cast<int>(made)) <= near_silence) {
      held_.push_back(made);
      // Silence before a phrase is not kept, so that an engine which only breathes needs no memory.
      if (!begun_ && held_.size() > 4 * kept_before_ + 4'096) {
        held_.erase(held_.begin(), held_.end() - static_cast<std::ptrdiff_t>(kept_before_));
      }
      continue;
    }
    if (!begun_) start(out);
    out.insert(out.end(), held_.begin(), held_.end());
    held_.clear();
    out.push_back(made);
  }
}

void Finish::end(std::vector<std::int16_t>& out) {
  if (!begun_) return;
  if (held_.size() > kept_after_) held_.resize(kept_after_);
  const auto first = out.size();
  out.insert(out.end(), held_.begin(), held_.end());
  held_.clear();
  const auto fading = std::min(out.size() - first, audio::frames_in(fade, rate_));
  fade_over(out, out.size() - fading, fading, false);
}

void Finish::pause(Duration length, std::vector<std::int16_t>& out) const {
  out.resize(out.size() + audio::frames_in(length, rate_));
}

}  // namespace entente::speech
