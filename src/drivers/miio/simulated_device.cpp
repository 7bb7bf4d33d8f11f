// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/simulated_device.h"

#include "base/log.h"
#include "base/wait.h"

namespace entente::miio {
namespace {

constexpr std::uint32_t hours_up = 20'000;  // seconds: a device that has been on for a while

bool take_one(int& count) {
  if (count <= 0) return false;
  --count;
  return true;
}

std::string payload_of(std::int64_t id, const VirtualDevice::Answer& answer) {
  Json payload = {{"id", id}, {"exe_time", 1}};
  if (answer.error_code == 0) {
    payload["result"] = answer.result;
  } else {
    payload["error"] = {{"code", answer.error_code}, {"message", answer.error_message}};
  }
  return to_text(payload);
}

}  // namespace

Result<std::unique_ptr<SimulatedDevice>> SimulatedDevice::open(net::EventLoop& loop,
                                                               std::shared_ptr<const model::DeviceSpec> spec,
                                                               const Options& options) {
  ENTENTE_TRY(const Token token, parse_token(options.token));
  ENTENTE_TRY(net::UdpSocket socket, net::UdpSocket::open(loop, options.address));
  return std::unique_ptr<SimulatedDevice>(
      new SimulatedDevice(loop, std::move(socket), std::move(spec), token, options));
}

SimulatedDevice::SimulatedDevice(net::EventLoop& loop, net::UdpSocket socket,
                                 std::shared_ptr<const model::DeviceSpec> spec, const Token& token,
                                 const Options& options)
    : loop_(loop),
      socket_(std::move(socket)),
      session_(token, options.device_id, hours_up, loop.now()),
      device_(std::move(spec), {options.device_id, options.token}) {
  device_.on_changed([this](model::PropertyId id, const model::Value& value) {
    if (observer_) observer_({Happening::Kind::changed, arrived_, {}, id, value});
  });
  socket_.on_receive([this](const net::Endpoint& from, std::span<const std::uint8_t> bytes) { receive(from, bytes); });
}

void SimulatedDevice::receive(const net::Endpoint& from, ByteSpan datagram) {
  arrived_ = loop_.now();
  if (faults_.silent || take_one(faults_.drop_requests)) return;
  const auto heard = session_.receive(datagram, arrived_);
  if (heard.hello_reply) send(from, *heard.hello_reply);
  if (heard.command && !faults_.deaf_to_commands) obey(from, *heard.command);
}

void SimulatedDevice::obey(const net::Endpoint& from, const DeviceSession::Command& command) {
  if (observer_) observer_({Happening::Kind::command, arrived_, command.method, {}, {}});
  if (take_one(faults_.busy)) return reply(from, payload_of(command.id, {{}, -9999, "user ack timeout"}));
  const auto answer = device_.handle(command.method, command.params, arrived_);
  if (take_one(faults_.drop_replies)) return;
  std::string payload = payload_of(command.id, answer);
  if (take_one(faults_.broken_json)) payload.resize(payload.size() / 2);
  reply(from, payload);
}

void SimulatedDevice::reply(const net::Endpoint& to, std::string_view payload) {
  const Bytes datagram = session_.say(payload, loop_.now());
  const int copies = take_one(faults_.duplicate_replies) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    if (faults_.delay <= Duration::zero()) {
      send(to, datagram);
    } else {
      delayed_.spawn(send_later(to, datagram, faults_.delay));
    }
  }
}

Task<void> SimulatedDevice::send_later(net::Endpoint to, Bytes datagram, Duration delay) {
  co_await sleep(loop_, delay);
  send(to, datagram);
}

void SimulatedDevice::send(const net::Endpoint& to, const Bytes& datagram) {
  if (const auto sent = socket_.send_to(to, datagram); !sent.ok()) log::debug("miio", "{}", sent.error().message);
}

}  // namespace entente::miio
