// SPDX-License-Identifier: GPL-3.0-or-later
// A Loop for tests: time stands still until advance(), and nothing runs outside it. post() may come from any thread.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

#include "base/loop.h"
#include "base/task.h"
#include "base/task_group.h"

namespace entente::test {

// A task to spawn whose value the test wants to see.
template <class T>
Task<void> store(Task<T> task, std::optional<T>& value) {
  value.emplace(co_await task);
}

class ManualLoop : public Loop {
 public:
  TimePoint now() const override { return now_; }
  WallTime wall_time() const override {
    return wall_start_ + std::chrono::floor<std::chrono::system_clock::duration>(now_ - TimePoint{});
  }
  void set_wall_time(WallTime time) {
    wall_start_ = time - std::chrono::floor<std::chrono::system_clock::duration>(now_ - TimePoint{});
  }

  void post(Callback callback) override {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(callback));
    arrived_.notify_one();
  }
  TimerId after(Duration delay, Callback callback) override {
    const auto id = ++last_id_;
    timers_.emplace(std::pair{now_ + delay, id}, std::move(callback));
    due_[id] = now_ + delay;
    return TimerId{id};
  }
  void cancel(TimerId timer) override {
    const auto found = due_.find(static_cast<std::uint64_t>(timer));
    if (found == due_.end()) return;
    timers_.erase({found->second, found->first});
    due_.erase(found);
  }

  // Runs everything that is due now, and what that makes due now.
  void run_ready() {
    while (run_one_posted() || run_one_timer(now_)) {
    }
  }
  // Moves time on, stopping at each timer on the way.
  void advance(Duration by) {
    const auto end = now_ + by;
    run_ready();
    while (!timers_.empty() && timers_.begin()->first.first <= end) {
      now_ = timers_.begin()->first.first;
      run_ready();
    }
    now_ = end;
  }
  // For work on a Pool: waits for the next post() from another thread, then runs what is ready.
  void wait_for_post() {
    {
      std::unique_lock lock(mutex_);
      ASSERT_TRUE(arrived_.wait_for(lock, std::chrono::seconds(30), [this] { return !posted_.empty(); }))
          << "nothing was posted to the loop";
    }
    run_ready();
  }

  // The value of `task`, run to its end without moving the clock; fails the test if it still waits then.
  template <class T>
  T run(Task<T> task) {
    return run_while(
        std::move(task), [] { return false; }, "the task still waits");
  }
  // The same, moving the clock on to the next timer as long as the task waits.
  template <class T>
  T run_through(Task<T> task) {
    const auto next_timer = [this] {
      if (timers_.empty()) return false;
      advance(timers_.begin()->first.first - now_);
      return true;
    };
    return run_while(std::move(task), next_timer, "the task waits for something that is not time");
  }
  // The same for a task that waits for work on a Pool, and never for time.
  template <class T>
  T run_with_pool(Task<T> task) {
    const auto next_post = [this] {
      if (::testing::Test::HasFatalFailure()) return false;
      wait_for_post();
      return true;
    };
    return run_while(std::move(task), next_post, "the task still waits");
  }
  std::size_t timers() const { return timers_.size(); }

 private:
  // The value of `task`, going on with `step` as long as that has something to go on with.
  template <class T, class Step>
  T run_while(Task<T> task, const Step& step, const char* still_waiting) {
    std::optional<T> value;
    TaskGroup group("test");
    group.spawn(store(std::move(task), value));
    run_ready();
    while (!value && step()) {
    }
    if (!value) throw std::runtime_error(still_waiting);
    return std::move(*value);
  }

  bool run_one_posted() {
    Callback callback;
    {
      const std::lock_guard lock(mutex_);
      if (posted_.empty()) return false;
      callback = std::move(posted_.front());
      posted_.pop_front();
    }
    callback();
    return true;
  }
  bool run_one_timer(TimePoint until) {
    if (timers_.empty() || timers_.begin()->first.first > until) return false;
    auto timer = timers_.extract(timers_.begin());
    due_.erase(timer.key().second);
    timer.mapped()();
    return true;
  }

  TimePoint now_{};
  WallTime wall_start_{};
  std::uint64_t last_id_ = 0;
  std::map<std::pair<TimePoint, std::uint64_t>, Callback> timers_;
  std::map<std::uint64_t, TimePoint> due_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Callback> posted_;  // guarded by mutex_
};

}  // namespace entente::test
