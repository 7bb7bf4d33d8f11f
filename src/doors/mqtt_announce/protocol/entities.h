// SPDX-License-Identifier: GPL-3.0-or-later
// A device of the home as entities of Home Assistant's MQTT discovery: what is announced, which topics say its state,
// and what a command means. Each trait is one topic, <base>/<trait>, set by <base>/<trait>/set. Pure functions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "services/home/home.h"

namespace entente::mqtt_announce {

struct Naming {
  std::string prefix;  // "homeassistant"
  std::string node;    // "entente_1f2e3d4c"

  std::string status_topic() const;                       // of the program
  std::string base(const model::DeviceId& device) const;  // of a device's topics
  std::string commands() const;                           // filter for all commands
  // The device's id and the trait of a command's topic; both empty for any other.
  std::pair<std::string, std::string> command(std::string_view topic) const;
};

// Topic and payload of everything that announces the device. Empty for what nobody can use.
std::map<std::string, std::string> announcements_of(const home::DeviceView& device, const Naming& naming);

// Topic and payload for everything known of its state, and whether it is there.
std::map<std::string, std::string> states_of(const home::DeviceView& device, const Naming& naming);

using Order = std::variant<model::PropertyWrite, model::ActionCall>;
// What to do for `payload` at the trait's command topic.
Result<Order> order_for(const home::DeviceView& device, std::string_view trait, std::string_view payload);

}  // namespace entente::mqtt_announce
