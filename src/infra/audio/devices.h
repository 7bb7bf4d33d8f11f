// SPDX-License-Identifier: GPL-3.0-or-later
// Microphone and Loudspeaker over ALSA (PipeWire and PulseAudio come through their ALSA plug-ins). Each has a thread of
// its own that talks to the device; the callbacks run on the loop thread, and never again once the object is destroyed,
// which joins the thread within a few periods. Owned by who listens or speaks; loop thread. A machine without sound
// gets an Error from open(), "audio: no microphone: <ALSA's reason>", and nothing on standard error.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/loop.h"
#include "base/result.h"

namespace entente::audio {

struct DeviceSettings {
  std::string name = "default";  // as ALSA calls it: "default", "plughw:1,0", "pipewire"
  int rate = 16'000;             // of our side; the device's own is converted
};

class Microphone {
 public:
  struct Callbacks {
    std::function<void(std::span<const std::int16_t>)> on_chunk;  // mono; always the same size
    std::function<void(const Error&)> on_lost;                    // the device went away: no chunk follows
  };

  static Result<std::unique_ptr<Microphone>> open(Loop& loop, DeviceSettings settings, milliseconds chunk,
                                                  Callbacks callbacks);
  Microphone(const Microphone&) = delete;
  Microphone& operator=(const Microphone&) = delete;
  ~Microphone();

  // Samples lost because the loop was busy for more than four seconds.
  std::uint64_t dropped() const;

 private:
  struct Capture;
  explicit Microphone(std::shared_ptr<Capture> capture);

  std::shared_ptr<Capture> capture_;
};

class Loudspeaker {
 public:
  struct Callbacks {
    // Sound that goes to the device now, to be heard some tens of milliseconds later: what an echo canceller wants.
    std::function<void(std::span<const std::int16_t>)> on_playing;
    std::function<void(const Error&)> on_lost;  // the device went away: nothing is played any more
  };

  static Result<std::unique_ptr<Loudspeaker>> open(Loop& loop, DeviceSettings settings, Callbacks callbacks = {});
  Loudspeaker(const Loudspeaker&) = delete;
  Loudspeaker& operator=(const Loudspeaker&) = delete;
  ~Loudspeaker();  // silence at once

  // Queues mono samples; never blocks. ErrorCode::exhausted while more than ten minutes wait, ErrorCode::unavailable
  // once the device is lost.
  Result<void> play(std::span<const std::int16_t> samples);

  // Calls `done` when all that is queued now has been heard, flushed or lost.
  void when_played(std::function<void()> done);

  // Forgets what is queued and falls silent at once: in less than 50 ms where the device does what it is told.
  void flush();

 private:
  struct Playback;
  explicit Loudspeaker(std::shared_ptr<Playback> playback);

  std::shared_ptr<Playback> playback_;
};

}  // namespace entente::audio
