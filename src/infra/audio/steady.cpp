// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/audio/steady.h"

#include "base/log.h"

namespace entente::audio {
namespace {

using namespace std::chrono_literals;

constexpr Duration first_pause = 500ms;
constexpr Duration longest_pause = 30s;
constexpr Duration longest_silence = 5s;  // without a chunk

}  // namespace

Retry::Retry(Loop& loop, std::string what, std::function<Result<void>()> attempt)
    : what_(std::move(what)), attempt_(std::move(attempt)), pause_(first_pause), timer_(loop) {}

void Retry::try_now() {
  const auto done = attempt_();
  if (!done) {
    if (!told_) log::warning("audio", "{}; tried again until it is there", done.error().message);
    told_ = true;
    return wait();
  }
  open_ = true;
}

void Retry::proved() {
  if (told_) log::info("audio", "the {} is back", what_);
  told_ = false;
  pause_ = first_pause;
}

void Retry::lost(const Error& error) {
  if (!open_) return;
  open_ = false;
  if (!told_) log::warning("audio", "{}; tried again until it is back", error.message);
  told_ = true;
  wait();
}

void Retry::wait() {
  timer_.start(pause_, [this] { try_now(); });
  pause_ = std::min(2 * pause_, longest_pause);
}

SteadyMicrophone::SteadyMicrophone(Loop& loop, DeviceSettings settings, milliseconds chunk, Callbacks callbacks)
    : SteadyMicrophone(
          loop,
          [&loop, settings, chunk](Microphone::Callbacks calls) -> Result<std::shared_ptr<void>> {
            ENTENTE_TRY(auto opened, Microphone::open(loop, settings, chunk, std::move(calls)));
            return std::shared_ptr<void>(std::shared_ptr<Microphone>(std::move(opened)));
          },
          std::move(callbacks)) {}

SteadyMicrophone::SteadyMicrophone(Loop& loop, Open open, Callbacks callbacks)
    : loop_(loop),
      open_(std::move(open)),
      callbacks_(std::move(callbacks)),
      watch_(loop),
      retry_(loop, "microphone", [this] { return this->open(); }) {
  retry_.try_now();
}

Result<void> SteadyMicrophone::open() {
  Microphone::Callbacks calls;
  calls.on_chunk = [this](std::span<const std::int16_t> chunk) {
    heard_at_ = loop_.now();
    retry_.proved();
    callbacks_.on_chunk(chunk);
  };
  calls.on_lost = [this](const Error& error) { lost(error); };
  ENTENTE_TRY(device_, open_(std::move(calls)));
  heard_at_ = loop_.now();
  watch();
  return {};
}

// The device is closed on the next turn at the earliest: it may be what calls.
void SteadyMicrophone::lost(const Error& error) {
  if (!retry_.open()) return;
  watch_.start(Duration::zero(), [this] { device_.reset(); });
  retry_.lost(error);
  if (callbacks_.on_lost) callbacks_.on_lost();
}

void SteadyMicrophone::watch() {
  watch_.start(longest_silence, [this] {
    if (loop_.now() - heard_at_ < longest_silence) return watch();
    lost(Error{ErrorCode::unavailable, "audio: the microphone gives no sound"});
  });
}

SteadyLoudspeaker::SteadyLoudspeaker(Loop& loop, DeviceSettings settings,
                                     std::function<void(std::span<const std::int16_t>)> on_playing)
    : loop_(loop),
      settings_(std::move(settings)),
      on_playing_(std::move(on_playing)),
      closing_(loop),
      retry_(loop, "loudspeaker", [this] { return open(); }) {
  retry_.try_now();
}

Result<void> SteadyLoudspeaker::open() {
  Loudspeaker::Callbacks calls;
  calls.on_playing = on_playing_;
  calls.on_lost = [this](const Error& error) {
    closing_.start(Duration::zero(), [this] { device_.reset(); });
    retry_.lost(error);
  };
  ENTENTE_TRY(device_, Loudspeaker::open(loop_, settings_, std::move(calls)));
  retry_.proved();
  return {};
}

Result<void> SteadyLoudspeaker::play(std::span<const std::int16_t> samples) {
  if (!device_) return Error{ErrorCode::unavailable, "audio: the loudspeaker is not there"};
  return device_->play(samples);
}

void SteadyLoudspeaker::when_played(std::function<void()> done) {
  if (device_) return device_->when_played(std::move(done));
  loop_.post(std::move(done));
}

void SteadyLoudspeaker::flush() {
  if (device_) device_->flush();
}

}  // namespace entente::audio
