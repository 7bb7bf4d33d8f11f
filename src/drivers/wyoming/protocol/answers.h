// SPDX-License-Identifier: GPL-3.0-or-later
// What the server's events add up to: a text, or a sound. Fed with each event as it comes; no socket, no clock. Events
// that mean nothing here are ignored, as the protocol asks. Owned by one conversation, on its thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "drivers/wyoming/protocol/framing.h"
#include "infra/audio/resample.h"

namespace entente::wyoming {

// The answer to "transcribe".
class Transcript {
 public:
  // An error for an "error" event, and for a text that has no end.
  Result<void> receive(const Event& event);

  bool done() const { return done_; }
  const std::string& text() const { return text_; }  // so far, where the server streams

 private:
  std::string text_;
  bool done_ = false;
};

// The answer to "synthesize", as mono sound of one rate, whatever the server's is.
class SpokenSound {
 public:
  enum class Ends { with_the_sound, when_said };  // at "audio-stop", or at "synthesize-stopped" where it streams

  SpokenSound(int rate, Ends ends) : rate_(rate), ends_(ends) {}

  // Appends what the event completes. ErrorCode::unsupported for sound that is not 16-bit PCM of a usual rate,
  // ErrorCode::exhausted for more than ten minutes of it.
  Result<void> receive(const Event& event, std::vector<std::int16_t>& sound);

  bool done() const { return done_; }

 private:
  Result<void> begin(const Event& event);
  Result<void> take(const Event& event, std::vector<std::int16_t>& sound);
  void end(std::vector<std::int16_t>& sound);

  const int rate_;
  const Ends ends_;
  int its_rate_ = 0;  // 0 before the first sound
  int its_channels_ = 0;
  std::optional<audio::Resampler> resampler_;
  std::string held_;  // the beginning of a frame that is not complete yet
  std::size_t given_ = 0;
  bool done_ = false;
};

}  // namespace entente::wyoming
