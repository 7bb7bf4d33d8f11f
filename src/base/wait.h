// SPDX-License-Identifier: GPL-3.0-or-later
// What a task can wait for: time (sleep) and another part's answer (OneShot). Every wait on the outside has a deadline.
// Loop thread. Both may be abandoned: when the waiting task is destroyed, the wait is taken back.
#pragma once

#include <coroutine>
#include <optional>
#include <string>
#include <string_view>

#include "base/loop.h"
#include "base/result.h"
#include "base/task.h"

namespace entente {

// A timer that ends with its owner.
class Timer {
 public:
  explicit Timer(Loop& loop) : loop_(loop) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { stop(); }

  void start(Duration delay, Loop::Callback callback) {
    stop();
    timer_ = loop_.after(delay, std::move(callback));
  }
  void stop() { loop_.cancel(std::exchange(timer_, Loop::TimerId::none)); }

 private:
  Loop& loop_;
  Loop::TimerId timer_ = Loop::TimerId::none;
};

class SleepAwaiter {
 public:
  SleepAwaiter(Loop& loop, Duration delay) : timer_(loop), delay_(delay) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) {
    timer_.start(delay_, [waiting] { waiting.resume(); });
  }
  void await_resume() const noexcept {}

 private:
  Timer timer_;
  Duration delay_;
};

// co_await sleep(loop, 50ms);
inline SleepAwaiter sleep(Loop& loop, Duration delay) { return SleepAwaiter(loop, delay); }

// One value, promised by one part and awaited by one task. Lives in the waiting task's frame (or longer); whoever
// fulfils it holds a pointer that the owner takes back in time. The waiter resumes on a later turn of the loop, never
// inside fulfil().
template <class T>
class OneShot {
 public:
  explicit OneShot(Loop& loop) : loop_(loop), wake_(loop) {}
  OneShot(const OneShot&) = delete;
  OneShot& operator=(const OneShot&) = delete;

  // The first value counts, later ones are ignored.
  void fulfil(T value) {
    if (value_) return;
    value_.emplace(std::move(value));
    if (waiting_) wake_.start(Duration::zero(), [waiting = waiting_] { waiting.resume(); });
  }
  bool fulfilled() const { return value_.has_value(); }

  // The value, or ErrorCode::timeout with "`what`: no answer in time".
  class Awaiter {
   public:
    Awaiter(OneShot& shot, Deadline deadline, std::string_view what) : shot_(shot), deadline_(deadline), what_(what) {}
    ~Awaiter() {
      shot_.waiting_ = nullptr;
      shot_.wake_.stop();
    }
    bool await_ready() const { return shot_.fulfilled(); }
    void await_suspend(std::coroutine_handle<> waiting) {
      ENTENTE_ASSERT(!shot_.waiting_);
      shot_.waiting_ = waiting;
      shot_.wake_.start(deadline_.left(shot_.loop_), [waiting] { waiting.resume(); });
    }
    Result<T> await_resume() {
      if (shot_.value_) return std::move(*shot_.value_);
      return Error{ErrorCode::timeout, what_ + ": no answer in time"};
    }

   private:
    OneShot& shot_;
    Deadline deadline_;
    std::string what_;
  };
  Awaiter wait(Deadline deadline, std::string_view what) { return Awaiter(*this, deadline, what); }

 private:
  Loop& loop_;
  Timer wake_;  // the deadline while nothing has come; then the next turn
  std::coroutine_handle<> waiting_;
  std::optional<T> value_;
};

}  // namespace entente
