// SPDX-License-Identifier: GPL-3.0-or-later
// A device fresh from the factory opens a network of its own and tells its token to whoever says hello there. This
// takes the token, asks for the model, and tells the device which network to join. Loop thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "infra/net/endpoint.h"
#include "infra/net/event_loop.h"

namespace entente::miio {

struct Network {
  std::string ssid;
  std::string password;       // secret; never logged
  std::uint64_t user_id = 0;  // the device reports to this account's cloud, if it may; 0 for none
};

struct ProvisionedDevice {
  std::uint64_t device_id = 0;
  std::string token;  // hexadecimal; secret
  std::string model;
  std::string mac;
  bool confirmed = false;  // it said that it joins; some leave their own network before they have said so
};

// Says hello at these places until one answers with its token. Errors: unavailable when nobody answers, exists when
// what answers has joined a network already and must be reset first.
Task<Result<ProvisionedDevice>> provision(net::EventLoop& loop, std::vector<net::Endpoint> places, Network network);

// Where devices in their own network are looked for when nobody says where: everybody on this machine's networks.
std::vector<net::Endpoint> places_of_fresh_devices();

}  // namespace entente::miio
