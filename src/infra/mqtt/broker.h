// SPDX-License-Identifier: GPL-3.0-or-later
// Which MQTT broker to talk to, as people write it: "mqtt://user:password@host:1883", "mqtts://…" for TLS. Plain value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace entente::mqtt {

struct Broker {
  std::string host;
  std::uint16_t port = 0;
  bool encrypted = false;
  std::string user;      // empty for none
  std::string password;  // never logged
  std::string ca_file;   // whom to trust when encrypted; empty: whom the system trusts

  std::string name() const;  // "host:port", fit to be shown
};

// The port is 1883, or 8883 with TLS, where the text does not say. User and password may hold %XX. An error never
// repeats the password.
Result<Broker> parse_broker(std::string_view url);

}  // namespace entente::mqtt
