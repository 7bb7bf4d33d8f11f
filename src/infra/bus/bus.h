// SPDX-License-Identifier: GPL-3.0-or-later
// Bus: publish and subscribe inside this process. Topics are levels between slashes ("home/device/lamp-1/changed");
// filters are topics in which a level may be + (any one level) or, at the end, # (the level before and all below).
// Owned by the app, loop thread. A message is delivered on a later turn of the loop, in the order of publishing, to
// who had subscribed when it was published; the publisher is never called back from inside publish(). Nothing is kept
// for later subscribers. The same face can stand before a message server, so it promises no more than that.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "base/loop.h"

namespace entente::bus {

// Immutable, and shared by all who receive it: cheap to copy and to keep.
struct Message {
  std::string topic;
  std::shared_ptr<const Json> payload;  // never null

  const Json& json() const { return *payload; }
};

// Ends when destroyed, also from inside its own handler; after that the handler is not called again, not even for
// messages on their way. May outlive the bus.
class Subscription {
 public:
  Subscription() = default;
  Subscription(Subscription&&) noexcept = default;
  Subscription& operator=(Subscription&& other) noexcept;
  ~Subscription() { stop(); }

  void stop();
  bool active() const { return entry_ != nullptr; }

 private:
  friend class Bus;
  struct Entry;
  explicit Subscription(std::shared_ptr<Entry> entry) : entry_(std::move(entry)) {}

  std::shared_ptr<Entry> entry_;
};

class Bus {
 public:
  using Handler = std::function<void(const Message&)>;

  explicit Bus(Loop& loop);
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;
  ~Bus();

  void publish(std::string topic, Json payload);

  // An exception that leaves `handler` is logged; the other subscribers still get the message.
  [[nodiscard]] Subscription subscribe(std::string filter, Handler handler);

 private:
  friend class Subscription;
  struct State;

  std::shared_ptr<State> state_;
};

// Whether `topic` falls under `filter`. A + or # that does not fill its level, or a # before the last level, is an
// ordinary character: every text is a filter, if perhaps not the one that was meant.
bool matches(std::string_view filter, std::string_view topic);

}  // namespace entente::bus
