// SPDX-License-Identifier: GPL-3.0-or-later
// EventLoop is the Loop of a real process: one thread sits in run() and serves sockets, timers, posted callbacks and
// signals. Made by main() before, and destroyed after, everything that takes an EventLoop& (sockets, servers). What
// is posted or due when it is destroyed does not run. A callback's exception leaves through run().
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/loop.h"
#include "base/task.h"
#include "base/task_group.h"

namespace entente::net {

class EventLoop : public Loop {
 public:
  EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop() override;

  TimePoint now() const override;
  WallTime wall_time() const override;
  void post(Callback callback) override;  // any thread
  // Timers that are due at the same time run in the order in which they were set.
  TimerId after(Duration delay, Callback callback) override;
  void cancel(TimerId timer) override;

  // Serves until stop(), which any thread may call; the callback that runs is finished. Can be run again.
  void run();
  void stop();

  // Calls `callback(signal)` on the loop each time one of `signals` arrives, instead of the system's default action.
  // Holds until the EventLoop is destroyed; a later call for the same signal adds a second callback.
  void on_signal(std::vector<int> signals, std::function<void(int signal)> callback);

  // For command-line programs and tests: runs the loop until `task` has ended and returns its value, or throws what it
  // threw. Nothing if stop() was called first: the task is destroyed then.
  template <class T>
  std::optional<T> run_until_complete(Task<T> task);
  bool run_until_complete(Task<void> task);  // false if stop() was called first

  // Asio's side of the loop: only for infra/net itself.
  struct Core;
  Core& core() { return *core_; }

 private:
  static Task<bool> and_true(Task<void> task);
  template <class T>
  static Task<void> keep_outcome(EventLoop& loop, Task<T> task, std::optional<T>& value, std::exception_ptr& failure);

  std::unique_ptr<Core> core_;
};

template <class T>
Task<void> EventLoop::keep_outcome(EventLoop& loop, Task<T> task, std::optional<T>& value,
                                   std::exception_ptr& failure) {
  try {
    value.emplace(co_await task);
  } catch (...) {
    failure = std::current_exception();
  }
  loop.stop();
}

template <class T>
std::optional<T> EventLoop::run_until_complete(Task<T> task) {
  std::optional<T> value;
  std::exception_ptr failure;
  TaskGroup group("event loop");
  group.spawn(keep_outcome(*this, std::move(task), value, failure));
  run();
  group.cancel();
  if (failure) std::rethrow_exception(failure);
  return value;
}

}  // namespace entente::net
