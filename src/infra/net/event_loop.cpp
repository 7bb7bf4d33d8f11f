// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/event_loop.h"

#include "base/assert.h"
#include "infra/net/impl/event_loop_core.h"

namespace entente::net {

EventLoop::Core::Core() : work(asio::make_work_guard(io)), alarm(io), mailbox(std::make_shared<Mailbox>()) {}

Loop::TimerId EventLoop::Core::add(TimePoint due, Callback callback) {
  const auto id = ++last_id;
  timers.emplace(std::pair{due, id}, std::move(callback));
  due_times.emplace(id, due);
  arm();
  return TimerId{id};
}

void EventLoop::Core::remove(TimerId timer) {
  const auto found = due_times.find(static_cast<std::uint64_t>(timer));
  if (found == due_times.end()) return;
  timers.erase({found->second, found->first});
  due_times.erase(found);
  // The alarm may now ring for nothing, which is cheaper than setting it anew each time.
}

void EventLoop::Core::arm() {
  if (timers.empty()) return;
  const TimePoint first = timers.begin()->first.first;
  if (first >= alarm_at) return;
  alarm_at = first;
  alarm.expires_at(first);
  alarm.async_wait([this](const error_code& error) {
    if (!error) run_due();
  });
}

void EventLoop::Core::run_due() {
  struct Rearm {  // also when a callback throws
    Core& core;
    ~Rearm() { core.arm(); }
  } const rearm{*this};
  alarm_at = TimePoint::max();
  const TimePoint now = Clock::now();
  const auto last = last_id;  // a timer set by a callback waits for the next turn
  while (!timers.empty() && timers.begin()->first <= std::pair{now, last}) {
    auto timer = timers.extract(timers.begin());
    due_times.erase(timer.key().second);
    timer.mapped()();
  }
}

void EventLoop::Core::wait_for_signal(SignalWatch& watch) {
  watch.signals.async_wait([this, &watch](const error_code& error, int signal) {
    if (error) return;
    wait_for_signal(watch);
    watch.callback(signal);
  });
}

EventLoop::EventLoop() : core_(std::make_unique<Core>()) { core_->mailbox->loop = this; }
EventLoop::~EventLoop() {
  const std::lock_guard lock(core_->mailbox->mutex);
  core_->mailbox->loop = nullptr;  // lookups that still run have nobody to tell
}

TimePoint EventLoop::now() const { return Clock::now(); }
WallTime EventLoop::wall_time() const { return std::chrono::system_clock::now(); }

void EventLoop::post(Callback callback) { asio::post(core_->io, std::move(callback)); }

Loop::TimerId EventLoop::after(Duration delay, Callback callback) {
  const TimePoint start = now();
  const Duration longest = TimePoint::max() - start;
  return core_->add(start + std::clamp(delay, Duration::zero(), longest), std::move(callback));
}

void EventLoop::cancel(TimerId timer) { core_->remove(timer); }

void EventLoop::run() {
  core_->io.run();
  core_->io.restart();  // here, not before: a stop() that came before run() counts
}

void EventLoop::stop() { core_->io.stop(); }

Task<bool> EventLoop::and_true(Task<void> task) {
  co_await task;
  co_return true;
}
bool EventLoop::run_until_complete(Task<void> task) {
  return run_until_complete(and_true(std::move(task))).has_value();
}

void EventLoop::on_signal(std::vector<int> signals, std::function<void(int)> callback) {
  auto watch = std::make_unique<Core::SignalWatch>(core_->io, std::move(callback));
  for (const int signal : signals) {
    error_code error;
    watch->signals.add(signal, error);
    ENTENTE_ASSERT(!error);
  }
  core_->wait_for_signal(*watch);
  core_->watches.push_back(std::move(watch));
}

}  // namespace entente::net
