// SPDX-License-Identifier: GPL-3.0-or-later
// Operation joins one asynchronous operation of Asio's with a task that waits for it. The outcome lives in a shared
// state between the handler, which Asio holds until the operation has really ended, and the waiter, who may give up
// before (deadline, destroyed task) and may come back. Whatever memory the operation uses is kept by the handler.
// Loop thread.
#pragma once

#include <coroutine>
#include <memory>
#include <optional>
#include <utility>

#include "base/wait.h"

namespace entente::net {

template <class Outcome>
class Operation {
  struct Shared {
    std::optional<Outcome> outcome;
    std::coroutine_handle<> waiting;

    void finish(Outcome value) {
      if (outcome) return;
      outcome.emplace(std::move(value));
      if (const auto waiter = std::exchange(waiting, nullptr)) waiter.resume();
    }
  };

 public:
  explicit Operation(Loop& loop) : loop_(&loop), shared_(std::make_shared<Shared>()) {}

  // The handler to give to Asio, whose arguments make the Outcome; `keep` stays alive until it has run.
  template <class Keep>
  auto handler(Keep keep) {
    return [ shared = shared_, keep = std::move(keep) ](auto&&... arguments) requires requires {
      Outcome{std::forward<decltype(arguments)>(arguments)...};
    }
    { shared->finish(Outcome{std::forward<decltype(arguments)>(arguments)...}); };
  }
  // For sources other than Asio. The waiter resumes inside this call; only the first outcome counts.
  auto finisher() {
    return [shared = shared_](Outcome outcome) { shared->finish(std::move(outcome)); };
  }

  class Awaiter {
   public:
    Awaiter(Loop& loop, std::shared_ptr<Shared> shared, Deadline deadline)
        : timer_(loop), shared_(std::move(shared)), deadline_(deadline), loop_(loop) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() { shared_->waiting = nullptr; }

    bool await_ready() const { return shared_->outcome.has_value(); }
    void await_suspend(std::coroutine_handle<> waiting) {
      ENTENTE_ASSERT(!shared_->waiting);  // one task waits at a time
      shared_->waiting = waiting;
      if (deadline_.at != TimePoint::max()) timer_.start(deadline_.left(loop_), [waiting] { waiting.resume(); });
    }
    std::optional<Outcome> await_resume() { return std::exchange(shared_->outcome, std::nullopt); }

   private:
    Timer timer_;
    std::shared_ptr<Shared> shared_;
    Deadline deadline_;
    Loop& loop_;
  };

  // co_await gives the outcome, or nothing once `deadline` has passed; then it may be awaited again.
  Awaiter wait(Deadline deadline) { return Awaiter(*loop_, shared_, deadline); }

 private:
  Loop* loop_;
  std::shared_ptr<Shared> shared_;
};

inline constexpr Deadline never{TimePoint::max()};

}  // namespace entente::net
