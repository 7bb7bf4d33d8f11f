// SPDX-License-Identifier: GPL-3.0-or-later
// Where a Wyoming server is: "tcp://192.168.1.5:10300", as its own documentation writes it. Plain value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace entente::wyoming {

struct Address {
  std::string host;
  std::uint16_t port = 0;

  std::string to_string() const;
};

// The scheme may be left out, the port not. IPv6 addresses stand in brackets.
Result<Address> parse_address(std::string_view text);

}  // namespace entente::wyoming
