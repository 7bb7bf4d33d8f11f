// SPDX-License-Identifier: GPL-3.0-or-later
// Asio's side of EventLoop: one io_context, one alarm for all timers, and the buffer that all UDP sockets share.
#pragma once

#include <map>
#include <mutex>
#include <unordered_map>

#include "infra/net/event_loop.h"
#include "infra/net/impl/asio.h"

namespace entente::net {

// How a thread that may outlive the loop (a name lookup) reaches it: posts go nowhere once it is gone. Any thread.
struct Mailbox {
  std::mutex mutex;
  Loop* loop = nullptr;  // guarded by mutex

  void post(Loop::Callback callback) {
    const std::lock_guard lock(mutex);
    if (loop != nullptr) loop->post(std::move(callback));
  }
};

struct EventLoop::Core {
  struct SignalWatch {
    SignalWatch(asio::io_context& context, std::function<void(int)> function)
        : signals(context), callback(std::move(function)) {}
    asio::signal_set signals;
    std::function<void(int)> callback;
  };

  Core();

  TimerId add(TimePoint due, Callback callback);
  void remove(TimerId timer);
  void arm();
  void run_due();
  void wait_for_signal(SignalWatch& watch);

  asio::io_context io{1};  // one thread runs it; others may post
  asio::executor_work_guard<asio::io_context::executor_type> work;

  std::map<std::pair<TimePoint, std::uint64_t>, Callback> timers;
  std::unordered_map<std::uint64_t, TimePoint> due_times;
  std::uint64_t last_id = 0;
  asio::steady_timer alarm;
  TimePoint alarm_at = TimePoint::max();  // when the alarm rings; max when it is not set

  std::vector<std::unique_ptr<SignalWatch>> watches;
  std::shared_ptr<Mailbox> mailbox;
  unsigned lookups = 0;  // under way in threads

  std::array<std::uint8_t, 65536> datagram{};  // holds what a UDP callback is looking at
};

}  // namespace entente::net
