// SPDX-License-Identifier: GPL-3.0-or-later
// Loop is the one thread that owns all mutable service state, seen from above: run this soon, run this later, what
// time is it. infra/net implements it over the operating system; tests/support has one whose clock stands still.
#pragma once

#include <cstdint>
#include <functional>

#include "base/time.h"

namespace entente {

class Loop {
 public:
  using Callback = std::function<void()>;
  enum class TimerId : std::uint64_t { none = 0 };

  virtual ~Loop() = default;

  virtual TimePoint now() const = 0;
  virtual WallTime wall_time() const = 0;

  // Runs `callback` on the loop thread, after what is queued already. The only member that any thread may call.
  virtual void post(Callback callback) = 0;

  // Runs `callback` once, `delay` from now; zero means on the next turn. Loop thread.
  virtual TimerId after(Duration delay, Callback callback) = 0;

  // After this the callback will not run. Unknown and finished timers are ignored. Loop thread.
  virtual void cancel(TimerId timer) = 0;
};

// A point in time by which something must have happened.
struct Deadline {
  TimePoint at;

  static Deadline in(const Loop& loop, Duration delay) { return Deadline{loop.now() + delay}; }
  Duration left(const Loop& loop) const { return at > loop.now() ? at - loop.now() : Duration::zero(); }
};

}  // namespace entente
