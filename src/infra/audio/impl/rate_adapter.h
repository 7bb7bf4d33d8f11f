// SPDX-License-Identifier: GPL-3.0-or-later
// Between our side of a device (mono, our rate) and the device's own (its channels, its rate). Used by one thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "infra/audio/resample.h"

namespace entente::audio {

class RateAdapter {
 public:
  static Result<RateAdapter> open(int from_rate, int from_channels, int to_rate, int to_channels) {
    ENTENTE_TRY(auto resampler, Resampler::open(from_rate, to_rate, 1));
    return RateAdapter(std::move(resampler), from_channels, to_channels);
  }

  void process(std::span<const std::int16_t> in, std::vector<std::int16_t>& out) {
    mono_.clear();
    append_mono(in, from_channels_, mono_);
    converted_.clear();
    resampler_.process(mono_, converted_);
    spread(out);
  }
  void finish(std::vector<std::int16_t>& out) {
    converted_.clear();
    resampler_.finish(converted_);
    spread(out);
  }

 private:
  RateAdapter(Resampler resampler, int from_channels, int to_channels)
      : resampler_(std::move(resampler)), from_channels_(from_channels), to_channels_(to_channels) {}

  void spread(std::vector<std::int16_t>& out) {
    for (const auto sample : converted_) out.insert(out.end(), static_cast<std::size_t>(to_channels_), sample);
  }

  Resampler resampler_;
  int from_channels_;
  int to_channels_;
  std::vector<std::int16_t> mono_;
  std::vector<std::int16_t> converted_;
};

}  // namespace entente::audio
