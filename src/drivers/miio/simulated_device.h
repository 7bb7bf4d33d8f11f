// SPDX-License-Identifier: GPL-3.0-or-later
// SimulatedDevice is a miIO device of any model on a UDP socket: what demos, tests and benches have instead of a lamp.
// It obeys the protocol as real ones do (silent towards a wrong token and repeated ids) and misbehaves on demand. Owned
// by whoever opened it, on the loop thread; its socket closes with it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/task_group.h"
#include "base/wait.h"
#include "drivers/miio/classic/classic_device.h"
#include "drivers/miio/faults.h"
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
    const ClassicFamily* classic = nullptr;  // speaks as this family does, and no MIoT; outlives the device
    Faults faults;
    // Fresh from the factory: tells its token to whoever says hello, until it is given a network to join.
    bool unprovisioned = false;
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
  // From now on: what went wrong before is over.
  void set_faults(Faults faults);
  Faults faults() const { return faults_.faults(); }
  void observe(Observer observer) { observer_ = std::move(observer); }
  // Power off and on: the stamp starts anew, the state stays.
  void reboot() { session_.reboot(loop_.now()); }
  // A device without an address of its own, behind this one: a gateway, or a speaker with Bluetooth mesh. It is meant
  // where a request names its did.
  void add_sub_device(std::string did, std::shared_ptr<const model::DeviceSpec> spec);
  VirtualDevice* sub_device(std::string_view did);
  // Tells whoever spoke to it last, as devices with news do: {"method": method, "params": params}.
  void report(std::string_view method, const Json& params);

  const model::Value* value(model::PropertyId id) const { return device_.value(id); }
  void set(model::PropertyId id, model::Value value) { device_.set(id, std::move(value)); }
  const model::DeviceSpec& spec() const { return device_.spec(); }

 private:
  SimulatedDevice(net::EventLoop& loop, net::UdpSocket socket, std::shared_ptr<const model::DeviceSpec> spec,
                  const Token& token, const Options& options);

  void receive(const net::Endpoint& from, ByteSpan datagram);
  void obey(const net::Endpoint& from, const DeviceSession::Command& command);
  void reply(const net::Endpoint& to, std::string payload);
  void arm_events();
  void play_events();
  VirtualDevice::Answer answer(const DeviceSession::Command& command);
  Task<void> send_later(net::Endpoint to, Bytes datagram, Duration delay);
  void send(const net::Endpoint& to, const Bytes& datagram);

  net::EventLoop& loop_;
  net::UdpSocket socket_;
  DeviceSession session_;
  VirtualDevice device_;
  std::optional<ClassicDevice> classic_;
  std::map<std::string, VirtualDevice, std::less<>> sub_devices_;
  FaultScript faults_;
  Timer events_;
  std::optional<net::Endpoint> last_peer_;
  std::int64_t last_report_ = 0;
  Observer observer_;
  TimePoint arrived_;  // of the datagram in hand
  TaskGroup delayed_{"simulated device"};
};

}  // namespace entente::miio
