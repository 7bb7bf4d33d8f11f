// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wyoming/impl/connection.h"

#include <fmt/format.h>

#include "drivers/wyoming/impl/waiter.h"

namespace entente::wyoming {
namespace {

constexpr std::size_t most_waiting = 4U << 20U;  // bytes; two minutes of sound
constexpr seconds write_time{10};
constexpr Deadline never{TimePoint::max()};

}  // namespace

Connection::Connection(net::EventLoop& loop, Address address, Duration connect_time, Callbacks callbacks)
    : loop_(loop), address_(std::move(address)), connect_time_(connect_time), callbacks_(std::move(callbacks)) {}

Connection::~Connection() { tasks_.cancel(); }

void Connection::open() { tasks_.spawn(serve()); }

void Connection::send(const Event& event) {
  if (lost_) return;
  outbox_ += to_bytes(event);
  if (outbox_.size() > most_waiting) {
    return lose({ErrorCode::timeout, fmt::format("wyoming: {} takes no sound", address_.to_string())});
  }
  if (writer_waits_) writer_waits_->fulfil(true);
}

Task<void> Connection::serve() {
  const auto deadline = Deadline::in(loop_, connect_time_);
  auto connected = co_await net::connect(loop_, address_.host, address_.port, deadline);
  if (lost_) co_return;
  if (!connected) {
    lose(connected.error());
    co_return;
  }
  stream_ = *std::move(connected);
  tasks_.spawn(read());
  auto written = Result<void>();
  while (written && !lost_) written = co_await write();
  if (!written) lose(written.error());
}

// Everything that waits; where nothing does, waits for something.
Task<Result<void>> Connection::write() {
  if (outbox_.empty()) {
    Waiter waiter(loop_, writer_waits_);
    (void)co_await waiter.wait(never, "wyoming");
  }
  const auto bytes = std::exchange(outbox_, {});
  const auto deadline = Deadline::in(loop_, write_time);
  co_return co_await stream_->write_all(bytes, deadline);
}

Task<void> Connection::read() {
  EventReader reader;
  std::vector<std::uint8_t> bytes(64U << 10U);
  std::vector<Event> events;
  while (!lost_) {
    const auto count = co_await stream_->read_some(bytes, never);
    if (lost_) co_return;
    if (!count) co_return lose(count.error());
    if (*count == 0) {
      co_return lose({ErrorCode::unavailable, fmt::format("wyoming: {} hung up", address_.to_string())});
    }
    const auto fed = reader.feed({reinterpret_cast<const char*>(bytes.data()), *count}, events);
    for (const auto& event : events) {
      if (!lost_) callbacks_.on_event(event);
    }
    events.clear();
    if (!fed) co_return lose(fed.error());
  }
}

void Connection::lose(Error error) {
  if (std::exchange(lost_, true)) return;
  outbox_.clear();
  callbacks_.on_lost(error);
}

}  // namespace entente::wyoming
