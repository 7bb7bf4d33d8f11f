// SPDX-License-Identifier: GPL-3.0-or-later
// SimulatedDevice is a miIO device of any MIoT model on a UDP socket: what demos, tests and benches have instead of a
// lamp. It obeys the protocol as real ones do (silent towards a wrong token and repeated ids) and misbehaves on
// demand. Owned by whoever opened it, on the loop thread; its socket closes with it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/task_group.h"
#include "drivers/miio/protocol/device_session.h"
#include "drivers/miio/virtual_device.h"
#include "infra/net/event_loop.h"
#include "infra/net/udp.h"

namespace entente::miio {

class SimulatedDevice {
 public:
  struct Options {
    net::Endpoint address = net::Endpoint::loopback();  // port 0 takes any free one
    std::string token = "00112233445566778899aabbccddeeff";
    std::uint64_t device_id = 0x0419f3aa;
  };

  // Each counts down with every datagram or command that it hit; change them at any time.
  struct Faults {
    bool silent = false;            // hears nothing
    bool deaf_to_commands = false;  // answers hellos only
    int drop_requests = 0;          // datagrams lost on the way in
    int drop_replies = 0;           // commands that are done, the answer to which is lost
    int duplicate_replies = 0;      // answers sent twice
    int busy = 0;                   // commands answered with -9999
    int broken_json = 0;            // answers cut in the middle
    Duration delay{};               // before each answer
  };

  // What happened, at the time at which the datagram behind it arrived.
  struct Happening {
    enum class Kind { command, changed };
    Kind kind = Kind::command;
    TimePoint at;                // steady clock
    std::string method;          // of a command
    model::PropertyId property;  // of a change
    model::Value value;          // of a change
  };
  using Observer = std::function<void(const Happening&)>;

  static Result<std::unique_ptr<SimulatedDevice>> open(net::EventLoop& loop,
                                                       std::shared_ptr<const model::DeviceSpec> spec,
                                                       const Options& options);

  net::Endpoint endpoint() const { return socket_.local_endpoint(); }
  Faults& faults() { return faults_; }
  void observe(Observer observer) { observer_ = std::move(observer); }
  // Power off and on: the stamp starts anew, the state stays.
  void reboot() { session_.reboot(loop_.now()); }

  const model::Value* value(model::PropertyId id) const { return device_.value(id); }
  void set(model::PropertyId id, model::Value value) { device_.set(id, std::move(value)); }
  const model::DeviceSpec& spec() const { return device_.spec(); }

 private:
  SimulatedDevice(net::EventLoop& loop, net::UdpSocket socket, std::shared_ptr<const model::DeviceSpec> spec,
                  const Token& token, const Options& options);

  void receive(const net::Endpoint& from, ByteSpan datagram);
  void obey(const net::Endpoint& from, const DeviceSession::Command& command);
  void reply(const net::Endpoint& to, std::string_view payload);
  Task<void> send_later(net::Endpoint to, Bytes datagram, Duration delay);
  void send(const net::Endpoint& to, const Bytes& datagram);

  net::EventLoop& loop_;
  net::UdpSocket socket_;
  DeviceSession session_;
  VirtualDevice device_;
  Faults faults_;
  Observer observer_;
  TimePoint arrived_;  // of the datagram in hand
  TaskGroup delayed_{"simulated device"};
};

}  // namespace entente::miio
