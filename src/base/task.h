// SPDX-License-Identifier: GPL-3.0-or-later
// Task<T> is a coroutine that runs on the loop thread. It starts when it is awaited (or spawned into a TaskGroup) and
// is awaited once. Destroying a suspended Task destroys its frame and everything it awaits: that is how work is
// cancelled, so whatever a coroutine holds must be released by destructors. An exception leaves through co_await.
//
// A coroutine's parameters are values, or references to what outlives it; never a lambda with captures.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "base/assert.h"

namespace entente {

template <class T>
class Task;

namespace detail {

class TaskPromiseBase {
 public:
  std::suspend_always initial_suspend() noexcept { return {}; }

  // Resumes whoever waits. Nobody does while the task runs for the first time inside its Awaiter's await_suspend; that
  // goes on by itself.
  struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> finished) noexcept {
      return finished.promise().continuation_;
    }
    void await_resume() noexcept {}
  };
  FinalAwaiter final_suspend() noexcept { return {}; }

  void set_continuation(std::coroutine_handle<> continuation) { continuation_ = continuation; }

 private:
  std::coroutine_handle<> continuation_ = std::noop_coroutine();
};

template <class T>
class TaskPromise : public TaskPromiseBase {
 public:
  Task<T> get_return_object();
  template <class U>
  void return_value(U&& value) {
    value_.emplace(std::forward<U>(value));
  }
  void unhandled_exception() { failure_ = std::current_exception(); }

  T take() {
    if (failure_) std::rethrow_exception(failure_);
    ENTENTE_ASSERT(value_.has_value());
    return std::move(*value_);
  }

 private:
  std::optional<T> value_;
  std::exception_ptr failure_;
};

template <>
class TaskPromise<void> : public TaskPromiseBase {
 public:
  Task<void> get_return_object();
  void return_void() {}
  void unhandled_exception() { failure_ = std::current_exception(); }

  void take() {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::exception_ptr failure_;
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::TaskPromise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      destroy();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~Task() { destroy(); }

  struct Awaiter {
    Handle handle;
    bool await_ready() const noexcept { return false; }
    // Not symmetric transfer: g++ makes no tail call of it without -O2, so that a loop over tasks which never really
    // wait (a peer that sent a thousand messages at once) would deepen the stack with each.
    bool await_suspend(std::coroutine_handle<> waiting) {
      handle.resume();
      if (handle.done()) return false;
      handle.promise().set_continuation(waiting);
      return true;
    }
    T await_resume() { return handle.promise().take(); }
  };
  Awaiter operator co_await() & noexcept { return checked(); }
  Awaiter operator co_await() && noexcept { return checked(); }

 private:
  Awaiter checked() noexcept {
    ENTENTE_ASSERT(handle_ && !handle_.done());
    return Awaiter{handle_};
  }
  void destroy() {
    if (handle_) handle_.destroy();
    handle_ = nullptr;
  }

  Handle handle_;
};

namespace detail {

template <class T>
Task<T> TaskPromise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<TaskPromise<T>>::from_promise(*this));
}
inline Task<void> TaskPromise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<TaskPromise<void>>::from_promise(*this));
}

}  // namespace detail
}  // namespace entente
