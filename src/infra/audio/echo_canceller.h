// SPDX-License-Identifier: GPL-3.0-or-later
// Takes out of a microphone's sound what our own loudspeaker adds to it, and leaves the rest as it is, so that people
// can be heard while we speak (docs/decisions/0007-echo.md). It learns the way from one to the other while something
// is played: a few seconds until it is good, again whenever something in the room moves, and carefully while somebody
// talks. All sound is 16 kHz mono.
//
// Owned by whoever joins the two streams; one thread at a time. While nothing is played, nor was a moment ago, the
// microphone's sound passes untouched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/time.h"

namespace entente::audio {

class EchoCanceller {
 public:
  static constexpr int rate = 16'000;
  static constexpr std::size_t frame_samples = 160;  // 10 ms
  // From handing a sample to the loudspeaker to the last of its echo that is cancelled.
  static constexpr milliseconds reach{400};

  EchoCanceller();
  EchoCanceller(EchoCanceller&&) noexcept;
  EchoCanceller& operator=(EchoCanceller&&) noexcept;
  ~EchoCanceller();

  // What the loudspeaker was given, as it was given it. It is taken to sound at the pace at which the microphone's
  // sound comes: sound handed over in advance waits here, up to two seconds of it.
  void played(std::span<const std::int16_t> samples);

  // The microphone's next samples, any number; appends what comes out. Up to 10 ms stay inside.
  void process(std::span<const std::int16_t> captured, std::vector<std::int16_t>& cleaned);

  // What waits to sound is forgotten: the loudspeaker was silenced.
  void flushed();

  // Something that was played may still be heard.
  bool active() const;
  // How much softer the echo is after it than before, in decibels, of late; 0 before anything was played. What people
  // say at the same time makes it less than it is.
  double loss() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace entente::audio
