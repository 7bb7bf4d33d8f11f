// SPDX-License-Identifier: GPL-3.0-or-later
// One ALSA device, opened with whatever rate and channels it has nearest to ours. Inside this module only; used by one
// thread after open(). ALSA's own chatter on standard error is silenced.
#pragma once

#include <alsa/asoundlib.h>

#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace entente::audio {

enum class Direction { capture, playback };

class AlsaDevice {
 public:
  // "audio: no microphone: <reason>" or "audio: no loudspeaker: <reason>"; `period` is how long a piece lasts.
  static Result<AlsaDevice> open(Direction direction, const std::string& name, int rate, milliseconds period);

  int rate() const { return rate_; }
  int channels() const { return channels_; }
  std::size_t period_frames() const { return period_frames_; }

  // Waits up to `timeout` for samples to read, or room to write; false: nothing yet. Errors mean the device is gone.
  Result<bool> wait(milliseconds timeout);
  // Whole frames, interleaved; how many frames. Zero where there are none right now. Overruns and underruns and a
  // suspended machine are mended here.
  Result<std::size_t> read(std::span<std::int16_t> samples);
  Result<std::size_t> write(std::span<const std::int16_t> samples);

  // Frames that were written and not heard yet.
  std::size_t delay() const;
  // Playback starts by itself once half the buffer is full; this starts it with less.
  void start();
  // Forgets what was written and not heard.
  void drop();

 private:
  struct Close {
    void operator()(snd_pcm_t* pcm) const { snd_pcm_close(pcm); }
  };
  AlsaDevice(Direction direction, snd_pcm_t* pcm) : direction_(direction), pcm_(pcm) {}

  int configure(int rate, milliseconds period);
  Error lost(long number) const;
  Result<std::size_t> frames_or_mended(long outcome);

  Direction direction_;
  std::unique_ptr<snd_pcm_t, Close> pcm_;
  int rate_ = 0;
  int channels_ = 0;
  std::size_t period_frames_ = 0;
};

}  // namespace entente::audio
