// SPDX-License-Identifier: GPL-3.0-or-later
// A loudspeaker without hardware, for files, measurements and tests: it plays as fast as sound comes from the
// microphone, which its owner tells it. Loop thread.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "services/speech/speaker.h"

namespace entente::speech {

class PacedOut : public SoundOut {
 public:
  Result<void> play(Samples samples) override;
  void when_played(std::function<void()> done) override;
  void flush() override;

  // What sounds during the next `samples` of the microphone: silence where nothing is queued.
  std::vector<std::int16_t> advance(std::size_t samples);
  bool sounding() const { return !queue_.empty(); }

 private:
  void tell_who_waits();

  std::deque<std::int16_t> queue_;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace entente::speech
