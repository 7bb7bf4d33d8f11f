// SPDX-License-Identifier: GPL-3.0-or-later
// Pcm: a piece of sound in memory, 16-bit samples, channels interleaved. A plain value; the functions here are pure and
// run on any thread. Levels are fractions of full scale: 1.0 is the loudest sample that fits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"

namespace entente::audio {

// What we accept from outside and can produce.
inline constexpr int min_rate = 8'000;
inline constexpr int max_rate = 192'000;
inline constexpr int max_channels = 32;

struct Pcm {
  int rate = 16'000;  // frames a second
  int channels = 1;
  std::vector<std::int16_t> samples;  // a whole number of frames

  bool empty() const { return samples.empty(); }
  std::size_t frames() const { return samples.size() / static_cast<std::size_t>(channels); }
  Duration duration() const;
};

// How long so many frames last.
Duration duration_of(std::size_t frames, int rate);
// How many whole frames fit into the time.
std::size_t frames_in(Duration duration, int rate);

// The mean of the channels.
Pcm to_mono(Pcm sound);
void append_mono(std::span<const std::int16_t> interleaved, int channels, std::vector<std::int16_t>& mono);

// The nearest 16-bit sample to a fraction of full scale; what is louder clips, what is no number is silence.
std::int16_t to_sample(double fraction);

double rms(std::span<const std::int16_t> samples);
double peak(std::span<const std::int16_t> samples);
double to_decibels(double fraction);  // 20 log10; silence is -120

// Multiplies every sample; what gets too loud clips.
void apply_gain(std::span<std::int16_t> samples, double factor);
// Adds `other` to `samples` as far as both reach; what gets too loud clips.
void mix_into(std::span<std::int16_t> samples, std::span<const std::int16_t> other);

}  // namespace entente::audio
