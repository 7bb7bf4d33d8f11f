// SPDX-License-Identifier: GPL-3.0-or-later
// LoopThread is an EventLoop on a thread of its own, for those who must block on a pool thread while a socket is being
// served: an engine on another machine. What lives on it is made and destroyed there; run() and post() are called from
// any other thread. Outlives everything that uses it; its destructor ends what is under way and joins the thread.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "base/result.h"
#include "base/task.h"
#include "base/task_group.h"
#include "infra/net/event_loop.h"

namespace entente::net {

class LoopThread {
 public:
  explicit LoopThread(std::string name);
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;
  ~LoopThread();

  EventLoop& loop() { return loop_; }  // to be touched on its own thread, but for post()
  void post(Loop::Callback callback) { loop_.post(std::move(callback)); }

  // Calls `make` on the loop and blocks until the task that it gives has ended; the task has a deadline of its own.
  // ErrorCode::cancelled when it ended by an exception or because the thread stops.
  template <class T>
  Result<T> run(std::function<Task<Result<T>>()> make);

  // For something that lives on the loop: whoever lets go of it last, it is destroyed there.
  template <class T>
  std::shared_ptr<T> keep(std::unique_ptr<T> thing) {
    return std::shared_ptr<T>(thing.release(), [this](T* last) {
      post([owned = std::make_shared<std::unique_ptr<T>>(last)] { owned->reset(); });
    });
  }

 private:
  template <class T>
  static Task<void> deliver(Task<Result<T>> task, std::shared_ptr<std::promise<Result<T>>> promise) {
    promise->set_value(co_await task);
  }

  const std::string name_;
  EventLoop loop_;
  TaskGroup tasks_;  // loop thread
  std::thread thread_;
};

template <class T>
Result<T> LoopThread::run(std::function<Task<Result<T>>()> make) {
  auto promise = std::make_shared<std::promise<Result<T>>>();
  auto answer = promise->get_future();
  const auto given_up = name_ + ": given up";  // nothing of this is left when it stops meanwhile
  post([this, make = std::move(make), promise] { tasks_.spawn(deliver<T>(make(), promise)); });
  promise.reset();
  try {
    return answer.get();
  } catch (const std::future_error&) {  // nobody is left to keep the promise
    return Error{ErrorCode::cancelled, given_up};
  }
}

}  // namespace entente::net
