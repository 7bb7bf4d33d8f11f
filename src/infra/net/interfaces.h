// SPDX-License-Identifier: GPL-3.0-or-later
// The network interfaces of this machine that are up, with their IPv4 addresses: one entry per address. A copy of what
// was true when it was asked for. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "infra/net/endpoint.h"

namespace entente::net {

struct Interface {
  std::string name;  // "wlan0"
  std::uint32_t index = 0;
  Endpoint address;         // port 0
  Endpoint broadcast;       // of its subnet; unspecified where it has none
  std::uint8_t prefix = 0;  // bits of the address that name the subnet
  bool multicast = false;
  bool loopback = false;

  // Whether the endpoint is in this subnet.
  bool reaches(const Endpoint& endpoint) const;
};

// Empty where the system does not say.
std::vector<Interface> interfaces();

}  // namespace entente::net
