// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "infra/audio/devices.h"
#include "infra/audio/impl/alsa.h"
#include "infra/audio/impl/rate_adapter.h"
#include "infra/audio/ring.h"

namespace entente::audio {
namespace {

constexpr seconds ring_length{4};
constexpr milliseconds wait_step{50};  // the longest that the thread overlooks that it shall end

}  // namespace

// Shared by the microphone, its thread, and what the thread has posted to the loop.
struct Microphone::Capture {  // NOLINT(clang-analyzer-optin.performance.Padding): fields stand by who owns them
  Capture(Loop& the_loop, AlsaDevice the_device, RateAdapter the_adapter, std::size_t chunk, int rate, Callbacks calls)
      : loop(the_loop),
        device(std::move(the_device)),
        adapter(std::move(the_adapter)),
        chunk_size(chunk),
        ring(frames_in(ring_length, rate) + chunk),
        callbacks(std::move(calls)) {}

  static void run(const std::shared_ptr<Capture>& capture);
  Result<void> capture_some(const std::shared_ptr<Capture>& self);
  void deliver();
  void report_loss(const Error& error) const;

  Loop& loop;

  // The thread's own.
  AlsaDevice device;
  RateAdapter adapter;
  std::vector<std::int16_t> raw;
  std::vector<std::int16_t> converted;

  // Constant.
  const std::size_t chunk_size;

  // Between the two.
  SampleRing ring;
  std::atomic<bool> stopping{false};
  std::atomic<bool> delivery_posted{false};
  std::atomic<std::uint64_t> dropped{0};

  // The loop's own.
  const Callbacks callbacks;
  bool closed = false;
  std::thread thread;
};

void Microphone::Capture::run(const std::shared_ptr<Capture>& capture) {
  while (!capture->stopping) {
    auto done = capture->capture_some(capture);
    if (done) continue;
    capture->loop.post([capture, error = done.error()] { capture->report_loss(error); });
    return;
  }
}

Result<void> Microphone::Capture::capture_some(const std::shared_ptr<Capture>& self) {
  ENTENTE_TRY(const bool ready, device.wait(wait_step));
  if (!ready) return {};
  raw.resize(device.period_frames() * static_cast<std::size_t>(device.channels()));
  ENTENTE_TRY(const auto frames, device.read(raw));
  raw.resize(frames * static_cast<std::size_t>(device.channels()));
  converted.clear();
  adapter.process(raw, converted);
  dropped += converted.size() - ring.write(converted);
  if (ring.size() >= chunk_size && !delivery_posted.exchange(true)) loop.post([self] { self->deliver(); });
  return {};
}

// A callback may destroy the microphone.
void Microphone::Capture::deliver() {
  delivery_posted = false;
  std::vector<std::int16_t> chunk(chunk_size);
  while (!closed && ring.size() >= chunk_size) {
    ring.read(chunk);
    callbacks.on_chunk(chunk);
  }
}

void Microphone::Capture::report_loss(const Error& error) const {
  if (!closed && callbacks.on_lost) callbacks.on_lost(error);
}

Result<std::unique_ptr<Microphone>> Microphone::open(Loop& loop, DeviceSettings settings, milliseconds chunk,
                                                     Callbacks callbacks) {
  const auto chunk_size = frames_in(chunk, settings.rate > 0 ? settings.rate : 1);
  if (settings.rate < min_rate || settings.rate > max_rate || chunk_size == 0 || chunk > seconds(1)) {
    return Error{ErrorCode::invalid,
                 fmt::format("audio: microphone: chunks of {} ms at {} Hz", chunk.count(), settings.rate)};
  }
  ENTENTE_TRY(auto device, AlsaDevice::open(Direction::capture, settings.name, settings.rate, chunk));
  ENTENTE_TRY(auto adapter, RateAdapter::open(device.rate(), device.channels(), settings.rate, 1));
  auto capture = std::make_shared<Capture>(loop, std::move(device), std::move(adapter), chunk_size, settings.rate,
                                           std::move(callbacks));
  capture->thread = std::thread([capture] { Capture::run(capture); });
  return std::unique_ptr<Microphone>(new Microphone(std::move(capture)));
}

Microphone::Microphone(std::shared_ptr<Capture> capture) : capture_(std::move(capture)) {}

Microphone::~Microphone() {
  capture_->closed = true;
  capture_->stopping = true;
  capture_->thread.join();
}

std::uint64_t Microphone::dropped() const { return capture_->dropped; }

}  // namespace entente::audio
