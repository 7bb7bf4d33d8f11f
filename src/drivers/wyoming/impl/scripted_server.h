// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: a Wyoming server on a thread of its own that answers each event as the test says.
#pragma once

#include <functional>
#include <mutex>

#include "drivers/wyoming/protocol/framing.h"
#include "infra/net/loop_thread.h"
#include "infra/net/stream.h"

namespace entente::wyoming::test {

class ScriptedServer {
 public:
  // What to send for the event, or nothing to hang up.
  using Script = std::function<std::optional<std::string>(const Event& event)>;

  explicit ScriptedServer(Script script) : script_(std::move(script)) {
    auto opened = thread_.run<std::uint16_t>([this] { return open(); });
    port_ = opened.value();
  }

  std::uint16_t port() const { return port_; }
  // The types of all events that came, but for "audio-chunk", of which the samples are counted.
  std::vector<Event> heard() const {
    const std::lock_guard lock(mutex_);
    return heard_;
  }
  std::vector<std::string> types() const {
    std::vector<std::string> types;
    for (const auto& event : heard()) types.push_back(event.type);
    return types;
  }
  std::size_t samples() const {
    const std::lock_guard lock(mutex_);
    return samples_;
  }

 private:
  Task<Result<std::uint16_t>> open() {
    auto listener = net::TcpListener::open(thread_.loop(), net::Endpoint::loopback());
    if (!listener) co_return listener.error();
    const auto port = listener->local_endpoint().port();
    connections_.spawn(accept(*std::move(listener)));
    co_return port;
  }

  Task<void> accept(net::TcpListener listener) {
    for (;;) {
      auto stream = co_await listener.accept();
      if (stream) connections_.spawn(serve(*std::move(stream)));
    }
  }

  Task<void> serve(std::unique_ptr<net::Stream> stream) {
    const Deadline never{TimePoint::max()};
    EventReader reader;
    std::vector<std::uint8_t> bytes(64U << 10U);
    for (;;) {
      const auto count = co_await stream->read_some(bytes, never);
      if (!count || *count == 0) co_return;
      std::vector<Event> events;
      (void)reader.feed({reinterpret_cast<const char*>(bytes.data()), *count}, events);
      for (const auto& event : events) {
        note(event);
        const auto answer = script_(event);
        if (!answer) co_return;
        if (answer->empty()) continue;
        const auto written = co_await stream->write_all(*answer, never);
        if (!written) co_return;
      }
    }
  }

  void note(const Event& event) {
    const std::lock_guard lock(mutex_);
    samples_ += event.payload.size() / 2;
    if (event.type != "audio-chunk") heard_.push_back(event);
  }

  const Script script_;
  mutable std::mutex mutex_;  // lint: allow mutex: a peer has a thread of its own
  std::vector<Event> heard_;  // guarded by mutex_
  std::size_t samples_ = 0;   // guarded by mutex_
  std::uint16_t port_ = 0;
  struct Group {  // ended on its thread, with the thread
    TaskGroup tasks{"scripted server"};
  };
  net::LoopThread thread_{"scripted server"};
  std::shared_ptr<Group> group_ = thread_.keep(std::make_unique<Group>());
  TaskGroup& connections_ = group_->tasks;
};

}  // namespace entente::wyoming::test
