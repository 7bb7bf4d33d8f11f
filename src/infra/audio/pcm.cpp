// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/audio/pcm.h"

#include <algorithm>
#include <cmath>

#include "base/assert.h"

namespace entente::audio {
namespace {

constexpr double full_scale = 32768.0;

std::int16_t clip(long value) { return static_cast<std::int16_t>(std::clamp(value, -32768L, 32767L)); }

}  // namespace

Duration Pcm::duration() const { return duration_of(frames(), rate); }

// In whole seconds and a rest, so that no length overflows.
Duration duration_of(std::size_t frames, int rate) {
  ENTENTE_ASSERT(rate > 0);
  const auto per_second = static_cast<std::size_t>(rate);
  const auto rest = std::chrono::nanoseconds(1'000'000'000ULL * (frames % per_second) / per_second);
  return std::chrono::duration_cast<Duration>(seconds(frames / per_second) + rest);
}

std::size_t frames_in(Duration duration, int rate) {
  ENTENTE_ASSERT(rate > 0);
  if (duration <= Duration::zero()) return 0;
  const auto whole = std::chrono::duration_cast<seconds>(duration);
  const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(duration - whole);
  return static_cast<std::size_t>(whole.count() * rate + rest.count() * rate / 1'000'000'000);
}

Pcm to_mono(Pcm sound) {
  if (sound.channels == 1) return sound;
  Pcm mono{sound.rate, 1, {}};
  append_mono(sound.samples, sound.channels, mono.samples);
  return mono;
}

void append_mono(std::span<const std::int16_t> interleaved, int channels, std::vector<std::int16_t>& mono) {
  ENTENTE_ASSERT(channels >= 1);
  const auto width = static_cast<std::size_t>(channels);
  mono.reserve(mono.size() + interleaved.size() / width);
  for (; interleaved.size() >= width; interleaved = interleaved.subspan(width)) {
    long sum = 0;
    for (std::size_t channel = 0; channel < width; ++channel) sum += interleaved[channel];
    mono.push_back(static_cast<std::int16_t>(sum / channels));
  }
}

std::int16_t to_sample(double fraction) {
  if (std::isnan(fraction)) return 0;
  return clip(std::lround(std::clamp(fraction, -1.0, 1.0) * full_scale));
}

double rms(std::span<const std::int16_t> samples) {
  if (samples.empty()) return 0;
  double energy = 0;
  for (const double sample : samples) energy += sample * sample;
  return std::sqrt(energy / static_cast<double>(samples.size())) / full_scale;
}

double peak(std::span<const std::int16_t> samples) {
  int loudest = 0;
  for (const int sample : samples) loudest = std::max(loudest, std::abs(sample));
  return loudest / full_scale;
}

double to_decibels(double fraction) {
  constexpr double silence = 1e-6;  // -120 dB
  return 20.0 * std::log10(std::max(fraction, silence));
}

void apply_gain(std::span<std::int16_t> samples, double factor) {
  for (auto& sample : samples) sample = to_sample(sample * factor / full_scale);
}

void mix_into(std::span<std::int16_t> samples, std::span<const std::int16_t> other) {
  const auto shared = std::min(samples.size(), other.size());
  for (std::size_t i = 0; i < shared; ++i) samples[i] = clip(long{samples[i]} + other[i]);
}

}  // namespace entente::audio
