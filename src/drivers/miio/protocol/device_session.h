// SPDX-License-Identifier: GPL-3.0-or-later
// The device's side of miIO: what a lamp does with a datagram. Bytes and time in, bytes and commands out; no socket, no
// clock. For simulated devices and tests. Like real devices it is silent towards what it does not like: another token,
// an id that it has seen, a stamp far from its own.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "drivers/miio/protocol/packet.h"

namespace entente::miio {

class DeviceSession {
 public:
  struct Command {
    std::int64_t id = 0;
    std::string method;
    Json params;
  };
  // At most one of the two.
  struct Heard {
    std::optional<Bytes> hello_reply;
    std::optional<Command> command;
  };

  // `stamp`: what its clock says now, as if it had been switched on that many seconds ago.
  DeviceSession(const Token& token, std::uint64_t device_id, std::uint32_t stamp, TimePoint now);

  Heard receive(ByteSpan datagram, TimePoint now);
  // The datagram with this payload.
  Bytes say(std::string_view payload, TimePoint now) const;

  // Power off and on: the clock starts at 0, the ids seen are forgotten.
  void reboot(TimePoint now);
  void reset_stamp(TimePoint now);  // the clock alone
  std::uint64_t device_id() const { return device_id_; }

  // A device fresh from the factory puts its token into the answer to a hello.
  void tell_token() { tells_token_ = true; }
  void keep_token() { tells_token_ = false; }
  bool tells_token() const { return tells_token_; }

 private:
  Header header(TimePoint now) const;
  bool seen_before(std::int64_t id);
  std::optional<Command> command_in(ByteSpan datagram, const Header& sent, TimePoint now);

  // Constant after construction.
  const Keys keys_;
  const std::uint64_t device_id_;

  bool tells_token_ = false;
  std::uint32_t stamp_;
  TimePoint stamp_at_;
  std::deque<std::int64_t> seen_;
};

}  // namespace entente::miio
