// SPDX-License-Identifier: GPL-3.0-or-later
// One connection to a Wyoming server: events go out as fast as it takes them, those that come in are handed to the
// owner one by one. Owned by one conversation, on the loop; ends by destruction, which the callbacks must not do.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/task_group.h"
#include "base/wait.h"
#include "drivers/wyoming/address.h"
#include "drivers/wyoming/protocol/framing.h"
#include "infra/net/event_loop.h"
#include "infra/net/stream.h"

namespace entente::wyoming {

class Connection {
 public:
  struct Callbacks {
    std::function<void(const Event&)> on_event;
    std::function<void(const Error&)> on_lost;  // at most once; nothing comes after it
  };

  Connection(net::EventLoop& loop, Address address, Duration connect_time, Callbacks callbacks);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Connects in the background.
  void open();
  // Queued until it can be sent. What the server does not take for a minute's worth of sound loses the connection.
  void send(const Event& event);

 private:
  Task<void> serve();
  Task<Result<void>> write();
  Task<void> read();
  void lose(Error error);

  net::EventLoop& loop_;
  const Address address_;
  const Duration connect_time_;
  const Callbacks callbacks_;
  std::unique_ptr<net::Stream> stream_;
  std::string outbox_;
  OneShot<bool>* writer_waits_ = nullptr;
  bool lost_ = false;
  TaskGroup tasks_{"wyoming"};
};

}  // namespace entente::wyoming
