// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "infra/audio/devices.h"
#include "infra/audio/impl/alsa.h"
#include "infra/audio/impl/rate_adapter.h"

namespace entente::audio {
namespace {

constexpr milliseconds period{20};
constexpr milliseconds wait_step{20};  // the longest that the thread overlooks that it shall end or be silent
constexpr seconds max_queued{600};

}  // namespace

// Shared by the loudspeaker, its thread, and what the thread has posted to the loop. Positions count the samples that
// were ever queued.
struct Loudspeaker::Playback {
  Playback(Loop& the_loop, AlsaDevice the_device, RateAdapter the_adapter, int our_rate, Callbacks calls)
      : loop(the_loop),
        device(std::move(the_device)),
        adapter(std::move(the_adapter)),
        rate(our_rate),
        callbacks(std::move(calls)) {}

  using Lock = std::unique_lock<std::mutex>;
  struct Waiter {
    std::uint64_t position;
    std::function<void()> done;
  };

  static void run(const std::shared_ptr<Playback>& playback);
  void fall_silent(Lock& lock);
  void take_piece(const std::shared_ptr<Playback>& self);
  void write_pending(const std::shared_ptr<Playback>& self, Lock& lock);
  void let_sound_end(const std::shared_ptr<Playback>& self, Lock& lock);
  void finish_sound(const std::shared_ptr<Playback>& self);
  void wait_until_heard(Lock& lock);
  void give_up(const std::shared_ptr<Playback>& self, const Error& error);
  void report(const std::shared_ptr<Playback>& self, std::vector<std::int16_t> sound) const;
  void announce(const std::shared_ptr<Playback>& self);
  std::uint64_t heard() const;

  Loop& loop;

  // The thread's own.
  AlsaDevice device;
  RateAdapter adapter;
  std::vector<std::int16_t> pending;  // for the device, from `pending_at` on
  std::size_t pending_at = 0;
  std::size_t unheard_frames = 0;  // of the device, when last looked
  bool sounding = false;           // something was written since the last silence
  const int rate;
  const Callbacks callbacks;  // called on the loop

  std::mutex mutex;
  std::condition_variable changed;
  // Guarded by mutex.
  std::deque<std::int16_t> queue;
  std::uint64_t queued = 0;
  std::vector<Waiter> waiters;
  bool flushing = false;
  bool stopping = false;
  bool lost = false;

  // The loop's own.
  bool closed = false;
  std::thread thread;
};

void Loudspeaker::Playback::run(const std::shared_ptr<Playback>& playback) {
  auto& self = *playback;
  Lock lock(self.mutex);
  while (!self.stopping && !self.lost) {
    if (self.flushing) {
      self.fall_silent(lock);
    } else if (self.pending_at < self.pending.size()) {
      self.write_pending(playback, lock);
    } else if (!self.queue.empty()) {
      self.take_piece(playback);
    } else if (self.sounding) {
      self.let_sound_end(playback, lock);
    } else {
      self.wait_until_heard(lock);
    }
    self.announce(playback);
  }
  self.device.drop();
}

void Loudspeaker::Playback::fall_silent(Lock& lock) {
  flushing = false;
  lock.unlock();
  device.drop();
  adapter.finish(pending);
  pending.clear();
  pending_at = 0;
  sounding = false;
  unheard_frames = 0;
  lock.lock();
}

void Loudspeaker::Playback::take_piece(const std::shared_ptr<Playback>& self) {
  const auto count = std::min(queue.size(), frames_in(period, rate));
  std::vector<std::int16_t> piece(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(count));
  queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(count));
  pending.clear();
  pending_at = 0;
  adapter.process(piece, pending);
  sounding = true;
  report(self, std::move(piece));
}

void Loudspeaker::Playback::write_pending(const std::shared_ptr<Playback>& self, Lock& lock) {
  lock.unlock();
  const auto ready = device.wait(wait_step);
  Result<std::size_t> written = std::size_t{0};
  if (ready.ok() && *ready) written = device.write(std::span(pending).subspan(pending_at));
  lock.lock();
  if (!ready) return give_up(self, ready.error());
  if (!written) return give_up(self, written.error());
  pending_at += *written * static_cast<std::size_t>(device.channels());
}

// More may follow (synthesis streams in pieces), so the end is only the end once the device is about to run dry.
void Loudspeaker::Playback::let_sound_end(const std::shared_ptr<Playback>& self, Lock& lock) {
  device.start();
  unheard_frames = device.delay();
  const auto reserve = 2 * device.period_frames();
  if (unheard_frames <= reserve) return finish_sound(self);
  const auto spare = std::min<Duration>(duration_of(unheard_frames - reserve, device.rate()), wait_step);
  changed.wait_for(lock, spare, [this] { return stopping || flushing || !queue.empty(); });
}

// A period of silence after the last sample: the device may play on to the end of a period, and what follows there is
// older sound.
void Loudspeaker::Playback::finish_sound(const std::shared_ptr<Playback>& self) {
  sounding = false;
  pending.clear();
  pending_at = 0;
  adapter.finish(pending);
  pending.resize(pending.size() + device.period_frames() * static_cast<std::size_t>(device.channels()));
  unheard_frames = pending.size() / static_cast<std::size_t>(device.channels());
  report(self, std::vector<std::int16_t>(frames_in(duration_of(device.period_frames(), device.rate()), rate)));
}

void Loudspeaker::Playback::wait_until_heard(Lock& lock) {
  device.start();
  unheard_frames = device.delay();
  const auto wanted = [this] { return stopping || flushing || !queue.empty(); };
  if (unheard_frames > 0) {
    changed.wait_for(lock, std::min<Duration>(duration_of(unheard_frames, device.rate()), wait_step), wanted);
  } else {
    changed.wait(lock, [&] { return wanted() || !waiters.empty(); });
  }
}

void Loudspeaker::Playback::report(const std::shared_ptr<Playback>& self, std::vector<std::int16_t> sound) const {
  if (!callbacks.on_playing) return;
  loop.post([self, sound = std::move(sound)] {
    if (!self->closed) self->callbacks.on_playing(sound);
  });
}

void Loudspeaker::Playback::give_up(const std::shared_ptr<Playback>& self, const Error& error) {
  lost = true;
  loop.post([self, error] {
    if (!self->closed && self->callbacks.on_lost) self->callbacks.on_lost(error);
  });
  queue.clear();
  pending.clear();
  pending_at = 0;
  sounding = false;
  unheard_frames = 0;
}

// While sound is on its way only what was asked for before its beginning counts as heard.
std::uint64_t Loudspeaker::Playback::heard() const {
  const bool all = queue.empty() && pending_at >= pending.size() && !sounding && unheard_frames == 0;
  if (all) return queued;
  const auto inside = (pending.size() - pending_at) / static_cast<std::size_t>(device.channels()) + unheard_frames;
  const auto delayed = queue.size() + inside * static_cast<std::size_t>(rate) / static_cast<std::size_t>(device.rate());
  return queued - std::min<std::uint64_t>(queued, delayed + 1);
}

void Loudspeaker::Playback::announce(const std::shared_ptr<Playback>& self) {
  if (waiters.empty()) return;
  if (sounding) unheard_frames = device.delay();
  const auto position = heard();
  while (!waiters.empty() && waiters.front().position <= position) {
    loop.post([self, done = std::move(waiters.front().done)] {
      if (!self->closed) done();
    });
    waiters.erase(waiters.begin());
  }
}

Result<std::unique_ptr<Loudspeaker>> Loudspeaker::open(Loop& loop, DeviceSettings settings, Callbacks callbacks) {
  if (settings.rate < min_rate || settings.rate > max_rate) {
    return Error{ErrorCode::invalid, fmt::format("audio: loudspeaker: a rate of {} Hz", settings.rate)};
  }
  ENTENTE_TRY(auto device, AlsaDevice::open(Direction::playback, settings.name, settings.rate, period));
  ENTENTE_TRY(auto adapter, RateAdapter::open(settings.rate, 1, device.rate(), device.channels()));
  auto playback =
      std::make_shared<Playback>(loop, std::move(device), std::move(adapter), settings.rate, std::move(callbacks));
  playback->thread = std::thread([playback] { Playback::run(playback); });
  return std::unique_ptr<Loudspeaker>(new Loudspeaker(std::move(playback)));
}

Loudspeaker::Loudspeaker(std::shared_ptr<Playback> playback) : playback_(std::move(playback)) {}

Loudspeaker::~Loudspeaker() {
  playback_->closed = true;
  {
    const std::lock_guard lock(playback_->mutex);
    playback_->stopping = true;
  }
  playback_->changed.notify_one();
  playback_->thread.join();
}

Result<void> Loudspeaker::play(std::span<const std::int16_t> samples) {
  auto& playback = *playback_;
  {
    const std::lock_guard lock(playback.mutex);
    if (playback.lost) return Error{ErrorCode::unavailable, "audio: loudspeaker lost"};
    if (playback.queue.size() + samples.size() > frames_in(max_queued, playback.rate)) {
      return Error{ErrorCode::exhausted, "audio: loudspeaker: ten minutes of sound wait already"};
    }
    playback.queue.insert(playback.queue.end(), samples.begin(), samples.end());
    playback.queued += samples.size();
  }
  playback.changed.notify_one();
  return {};
}

void Loudspeaker::when_played(std::function<void()> done) {
  auto& playback = *playback_;
  {
    const std::lock_guard lock(playback.mutex);
    if (!playback.lost) {
      playback.waiters.push_back({playback.queued, std::move(done)});
      done = nullptr;
    }
  }
  if (done) playback.loop.post([self = playback_, done] { return self->closed ? void() : done(); });
  playback.changed.notify_one();
}

void Loudspeaker::flush() {
  {
    const std::lock_guard lock(playback_->mutex);
    playback_->queue.clear();
    playback_->flushing = true;
  }
  playback_->changed.notify_one();
}

}  // namespace entente::audio
