// SPDX-License-Identifier: GPL-3.0-or-later
// Resampler changes the rate of a stream as it passes. Owned by whoever feeds it, one thread at a time. Its delay is
// taken out again: sample n of the output is the same moment as sample n * from / to of the input.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "infra/audio/pcm.h"

namespace entente::audio {

class Resampler {
 public:
  // Rates from min_rate to max_rate, 1 to max_channels channels.
  static Result<Resampler> open(int from_rate, int to_rate, int channels);

  Resampler(Resampler&&) noexcept;
  Resampler& operator=(Resampler&&) noexcept;
  ~Resampler();

  // Takes whole frames, appends what they complete to `out`. A few milliseconds stay inside until more comes.
  void process(std::span<const std::int16_t> in, std::vector<std::int16_t>& out);

  // Appends what stayed inside, so that the output is as long as the input was, and begins anew.
  void finish(std::vector<std::int16_t>& out);

 private:
  struct State;
  explicit Resampler(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

enum class Channels { as_they_are, mono };

// A whole sound at another rate.
Result<Pcm> convert(Pcm sound, int rate, Channels channels = Channels::mono);

}  // namespace entente::audio
