// SPDX-License-Identifier: GPL-3.0-or-later
// A microphone and a loudspeaker that come back: for programs that run for months while people pull plugs. A device
// that is not there, or goes away, or gives no sound any more is opened again, at first after half a second, later less
// often; the log says when it went and when it is back. Loop thread; end by destruction.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/loop.h"
#include "base/wait.h"
#include "infra/audio/devices.h"

namespace entente::audio {

// Tries until it works, with pauses that grow from half a second to half a minute.
class Retry {
 public:
  // `what` names the thing in the log: "microphone". `attempt` opens it.
  Retry(Loop& loop, std::string what, std::function<Result<void>()> attempt);

  void try_now();
  // What was opened does what it is for.
  void proved();
  // What was open is no more, or does nothing.
  void lost(const Error& error);
  bool open() const { return open_; }

 private:
  void wait();

  const std::string what_;
  const std::function<Result<void>()> attempt_;
  bool open_ = false;
  bool told_ = false;  // that it is gone
  Duration pause_;
  Timer timer_;
};

class SteadyMicrophone {
 public:
  struct Callbacks {
    std::function<void(std::span<const std::int16_t>)> on_chunk;
    std::function<void()> on_lost;  // no chunks for a while; may be empty
  };
  // Opens a microphone that calls these, and gives what must be kept as long as it shall be open.
  using Open = std::function<Result<std::shared_ptr<void>>(Microphone::Callbacks)>;

  SteadyMicrophone(Loop& loop, DeviceSettings settings, milliseconds chunk, Callbacks callbacks);
  SteadyMicrophone(Loop& loop, Open open, Callbacks callbacks);

  bool working() const { return retry_.open(); }

 private:
  Result<void> open();
  void lost(const Error& error);
  void watch();

  Loop& loop_;
  const Open open_;
  const Callbacks callbacks_;
  std::shared_ptr<void> device_;
  TimePoint heard_at_{};
  Timer watch_;  // a device that is unplugged behind a sound server says nothing
  Retry retry_;
};

class SteadyLoudspeaker {
 public:
  SteadyLoudspeaker(Loop& loop, DeviceSettings settings, std::function<void(std::span<const std::int16_t>)> on_playing);

  // As Loudspeaker's. Without a device play() is ErrorCode::unavailable, and all has been played.
  Result<void> play(std::span<const std::int16_t> samples);
  void when_played(std::function<void()> done);
  void flush();
  bool working() const { return retry_.open(); }

 private:
  Result<void> open();

  Loop& loop_;
  const DeviceSettings settings_;
  const std::function<void(std::span<const std::int16_t>)> on_playing_;
  std::unique_ptr<Loudspeaker> device_;
  Timer closing_;
  Retry retry_;
};

}  // namespace entente::audio
