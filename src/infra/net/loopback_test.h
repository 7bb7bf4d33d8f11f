// SPDX-License-Identifier: GPL-3.0-or-later
// What this module's tests share: a real loop with a watchdog, and a client that speaks raw bytes.
#pragma once

#include <gtest/gtest.h>

#include "base/wait.h"
#include "infra/net/event_loop.h"
#include "infra/net/stream.h"

namespace entente::net {

class LoopbackTest : public testing::Test {
 protected:
  // The outcome of `task`; a test that hangs is stopped after ten seconds.
  template <class T>
  T run(Task<T> task) {
    Timer watchdog(loop);
    watchdog.start(std::chrono::seconds(10), [this] { loop.stop(); });
    auto value = loop.run_until_complete(std::move(task));
    if (!value) throw std::runtime_error("the task still waits after ten seconds");
    return std::move(*value);
  }
  void run(Task<void> task) {
    Timer watchdog(loop);
    watchdog.start(std::chrono::seconds(10), [this] { loop.stop(); });
    if (!loop.run_until_complete(std::move(task))) throw std::runtime_error("the task still waits after ten seconds");
  }
  Deadline soon() const { return Deadline::in(loop, std::chrono::seconds(5)); }

  EventLoop loop;
};

// Everything that comes until the peer closes or `limit` bytes are there.
inline Task<std::string> read_all(Stream& stream, Deadline deadline, std::size_t limit = 1U << 30U) {
  std::string received;
  std::array<std::uint8_t, 65536> bytes{};
  while (received.size() < limit) {
    const auto count =
        co_await stream.read_some(std::span(bytes).first(std::min(bytes.size(), limit - received.size())), deadline);
    if (!count || *count == 0) break;
    received.append(reinterpret_cast<const char*>(bytes.data()), *count);
  }
  co_return received;
}

// Sends `bytes` over a new connection and returns what comes until the peer closes.
inline Task<std::string> exchange(EventLoop& loop, Endpoint to, std::string bytes) {
  const Deadline deadline = Deadline::in(loop, std::chrono::seconds(5));
  auto stream = co_await connect(loop, to, deadline);
  if (!stream) co_return stream.error().message;
  const auto written = co_await (*stream)->write_all(bytes, deadline);
  if (!written) co_return written.error().message;
  co_return co_await read_all(**stream, deadline);
}

}  // namespace entente::net
