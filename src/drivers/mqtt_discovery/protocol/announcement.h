// SPDX-License-Identifier: GPL-3.0-or-later
// A discovery message taken apart: which components of which device it announces. Pure functions on foreign bytes.
//
//   <prefix>/<component>/[<node>/]<object>/config    one component
//   <prefix>/device/[<node>/]<object>/config         a device with its "components"
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace entente::mqtt_discovery {

struct DiscoveryTopic {
  std::string kind;  // "light", "device" …
  std::string node;  // may be empty
  std::string object;
};
// Nothing for a topic of another form.
std::optional<DiscoveryTopic> parse_discovery_topic(std::string_view topic, std::string_view prefix);

// Who a component belongs to, as it says itself.
struct Belonging {
  std::vector<std::string> identifiers;  // sorted, each once; "mac:…" and so on for connections
  std::string name;
  std::string room;
  std::string maker;
  std::string model;
};

struct AnnouncedComponent {
  std::string kind;    // "light"
  std::string key;     // its unique_id, else where it was announced
  Json configuration;  // with long names
  Belonging device;
};

// Empty payload and "migrate_discovery": no components.
Result<std::vector<AnnouncedComponent>> parse_announcement(const DiscoveryTopic& topic, std::string_view payload);

}  // namespace entente::mqtt_discovery
