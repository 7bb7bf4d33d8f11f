// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/simulated_device.h"

#include "base/log.h"
#include "base/wait.h"

namespace entente::miio {
namespace {

constexpr std::uint32_t hours_up = 20'000;  // seconds: a device that has been on for a while

// Whom a MIoT request is meant for.
std::string did_in(const Json& params) {
  return string_or(params.is_array() && !params.empty() ? params[0] : params, "did", "");
}

VirtualDevice::Answer unknown_device(const Json& params) {
  constexpr std::int64_t no_such_device = -704042001;
  if (!params.is_array()) return {{{"code", no_such_device}}, 0, {}};
  Json results = params;
  for (Json& result : results) {
    if (result.is_object()) result["code"] = no_such_device;
  }
  return {std::move(results), 0, {}};
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
      device_(std::move(spec), {options.device_id, options.token}),
      faults_({}, loop.now(), 1),
      events_(loop) {
  if (options.classic != nullptr) classic_.emplace(device_, *options.classic);
  if (options.unprovisioned) session_.tell_token();
  device_.on_changed([this](model::PropertyId id, const model::Value& value) {
    if (observer_) observer_({Happening::Kind::changed, arrived_, {}, id, value});
  });
  socket_.on_receive([this](const net::Endpoint& from, std::span<const std::uint8_t> bytes) { receive(from, bytes); });
  set_faults(options.faults);
}

void SimulatedDevice::set_faults(Faults faults) {
  const auto seed = static_cast<std::uint32_t>(session_.device_id() * 2654435761U + 1);
  faults_ = FaultScript(std::move(faults), loop_.now(), seed);
  arm_events();
}

void SimulatedDevice::arm_events() {
  const auto next = faults_.next_event();
  if (!next) return events_.stop();
  events_.start(Deadline{*next}.left(loop_), [this] { play_events(); });
}

void SimulatedDevice::play_events() {
  for (const auto event : faults_.due(loop_.now())) {
    if (event == FaultScript::Event::reboot) session_.reboot(loop_.now());
    if (event == FaultScript::Event::stamp_reset) session_.reset_stamp(loop_.now());
    if (event == FaultScript::Event::flood) report("props", Json::array());
  }
  arm_events();
}

void SimulatedDevice::receive(const net::Endpoint& from, ByteSpan datagram) {
  arrived_ = loop_.now();
  const auto hearing = faults_.hearing(arrived_);
  if (hearing == FaultScript::Hearing::nothing) return;
  const auto heard = session_.receive(datagram, arrived_);
  if (heard.hello_reply) send(from, *heard.hello_reply);
  if (!heard.command || hearing == FaultScript::Hearing::hellos) return;
  last_peer_ = from;
  obey(from, *heard.command);
}

void SimulatedDevice::obey(const net::Endpoint& from, const DeviceSession::Command& command) {
  faults_.command_heard();
  if (observer_) observer_({Happening::Kind::command, arrived_, command.method, {}, {}});
  if (const auto code = faults_.error(arrived_))
    return reply(from, payload_of(command.id, {{}, *code, "user ack timeout"}));
  reply(from, payload_of(command.id, answer(command)));
}

VirtualDevice::Answer SimulatedDevice::answer(const DeviceSession::Command& command) {
  if (command.method == "miIO.config_router" && session_.tells_token()) {
    const bool named = !string_or(command.params, "ssid", "").empty();
    if (named) session_.keep_token();
    if (named) return {Json::array({"ok"}), 0, {}};
    return {{}, -5001, "invalid arg"};
  }
  if (!sub_devices_.empty()) {
    const auto did = did_in(command.params);
    if (auto* behind = sub_device(did)) return behind->handle(command.method, command.params, arrived_);
    if (!did.empty() && did != std::to_string(session_.device_id())) return unknown_device(command.params);
  }
  return classic_ ? classic_->handle(command.method, command.params, arrived_)
                  : device_.handle(command.method, command.params, arrived_);
}

void SimulatedDevice::add_sub_device(std::string did, std::shared_ptr<const model::DeviceSpec> spec) {
  sub_devices_.insert_or_assign(std::move(did), VirtualDevice(std::move(spec), {0, ""}));
}

VirtualDevice* SimulatedDevice::sub_device(std::string_view did) {
  const auto found = sub_devices_.find(did);
  return found == sub_devices_.end() ? nullptr : &found->second;
}

void SimulatedDevice::report(std::string_view method, const Json& params) {
  if (!last_peer_) return;
  const Json message = {{"id", ++last_report_}, {"method", method}, {"params", params}};
  send(*last_peer_, session_.say(to_text(message), loop_.now()));
}

void SimulatedDevice::reply(const net::Endpoint& to, std::string payload) {
  const auto sending = faults_.sending(arrived_);
  if (sending.broken) payload.resize(payload.size() / 2);
  const Bytes datagram = session_.say(payload, loop_.now());
  for (int i = 0; i < sending.copies; ++i) {
    if (sending.delay <= Duration::zero()) {
      send(to, datagram);
    } else {
      delayed_.spawn(send_later(to, datagram, sending.delay));
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
