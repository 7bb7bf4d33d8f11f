// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/protocol/device_session.h"

#include <algorithm>

#include "drivers/miio/protocol/tolerant_json.h"

namespace entente::miio {
namespace {

constexpr std::size_t ids_remembered = 32;
constexpr std::int64_t stamp_tolerance = 120;  // seconds; some clients count only their own messages, not the time

}  // namespace

DeviceSession::DeviceSession(const Token& token, std::uint64_t device_id, std::uint32_t stamp, TimePoint now)
    : keys_(derive_keys(token)), device_id_(device_id), stamp_(stamp), stamp_at_(now) {}

Header DeviceSession::header(TimePoint now) const {
  const auto passed = std::chrono::duration_cast<seconds>(now - stamp_at_).count();
  return {device_id_, stamp_ + static_cast<std::uint32_t>(passed)};
}

DeviceSession::Heard DeviceSession::receive(ByteSpan datagram, TimePoint now) {
  Heard heard;
  const auto packet = decode(datagram);
  if (!packet.ok()) return heard;
  if (packet->kind == Packet::Kind::hello) {
    heard.hello_reply = tells_token_ ? encode_hello_reply(header(now), keys_.token) : encode_hello_reply(header(now));
  }
  if (packet->kind == Packet::Kind::message) heard.command = command_in(datagram, packet->header, now);
  return heard;
}

std::optional<DeviceSession::Command> DeviceSession::command_in(ByteSpan datagram, const Header& sent, TimePoint now) {
  const auto off = std::int64_t{sent.stamp} - std::int64_t{header(now).stamp};
  if (sent.device_id != device_id_ || off > stamp_tolerance || off < -stamp_tolerance) return std::nullopt;
  const auto payload = decrypt(datagram, keys_);
  if (!payload.ok()) return std::nullopt;
  const auto request = parse_tolerant(*payload);
  if (!request.ok()) return std::nullopt;
  const Json* params = find(*request, "params");
  Command command{integer_or(*request, "id", 0), string_or(*request, "method", ""),
                  params == nullptr ? Json::array() : *params};
  if (command.id <= 0 || command.method.empty() || seen_before(command.id)) return std::nullopt;
  return command;
}

bool DeviceSession::seen_before(std::int64_t id) {
  if (std::find(seen_.begin(), seen_.end(), id) != seen_.end()) return true;
  seen_.push_back(id);
  if (seen_.size() > ids_remembered) seen_.pop_front();
  return false;
}

Bytes DeviceSession::say(std::string_view payload, TimePoint now) const {
  return encode_message(header(now), payload, keys_);
}

void DeviceSession::reset_stamp(TimePoint now) {
  stamp_ = 0;
  stamp_at_ = now;
}

void DeviceSession::reboot(TimePoint now) {
  reset_stamp(now);
  seen_.clear();
}

}  // namespace entente::miio
