// SPDX-License-Identifier: GPL-3.0-or-later
// Pool runs heavy work (decoding speech, hashing, compiling a grammar) off the loop: values in, values out. A pool of
// one thread runs its jobs in order and so serves an engine that is not re-entrant. Made, used and destroyed on the
// loop thread; the destructor waits for the job that runs and drops those that have not started.
#pragma once

#include <condition_variable>
#include <coroutine>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "base/loop.h"
#include "base/task.h"

namespace entente {

class Pool {
 public:
  Pool(Loop& loop, unsigned threads, std::string name);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  // auto job = [input = std::move(input)] { return work(input); };
  // co_await pool.run(std::move(job));
  // Named first, because g++ 12 destroys the captures of a lambda written inside co_await twice. The job returns
  // a value (not void). Its exception comes out of the co_await. If the awaiting task is destroyed the job still
  // finishes, and what it returned is dropped.
  template <class Job>
  auto run(Job job);

  // The same without an awaiting task: nobody is told when it ends.
  void post(std::function<void()> job);

 private:
  void work();

  Loop& loop_;
  std::string name_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;  // guarded by mutex_
  bool stopping_ = false;                   // guarded by mutex_
  std::vector<std::thread> threads_;        // constant after construction
};

template <class Job>
auto Pool::run(Job job) {
  using T = std::invoke_result_t<Job&>;
  static_assert(!std::is_void_v<T>, "a pool job returns a value");

  struct Shared {
    explicit Shared(Job work) : job(std::move(work)) {}
    Job job;
    std::optional<T> value;           // written by the pool thread before it posts, read by the loop after
    std::exception_ptr failure;       // likewise
    std::coroutine_handle<> waiting;  // loop thread only
  };
  struct Awaiter {
    Pool& pool;
    std::shared_ptr<Shared> shared;

    Awaiter(Pool& owner, std::shared_ptr<Shared> state) : pool(owner), shared(std::move(state)) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() { shared->waiting = nullptr; }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
      shared->waiting = waiting;
      pool.post([state = shared, &loop = pool.loop_] {
        try {
          state->value.emplace(state->job());
        } catch (...) {
          state->failure = std::current_exception();
        }
        loop.post([state] {
          if (state->waiting) state->waiting.resume();
        });
      });
    }
    T await_resume() {
      if (shared->failure) std::rethrow_exception(shared->failure);
      return std::move(*shared->value);
    }
  };
  return Awaiter(*this, std::make_shared<Shared>(std::move(job)));
}

}  // namespace entente
