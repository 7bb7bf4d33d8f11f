// SPDX-License-Identifier: GPL-3.0-or-later
// What home tells on the bus, read back by its own parts: "home/device/<id>/<what>", and the "2.3" (siid.piid,
// siid.eiid) that names a property or an event in it. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json_fwd.h"

namespace entente::home {

struct DeviceNews {
  std::string_view device;  // its id; both point into the topic
  std::string_view what;    // "changed", "removed" …
};
// Of a topic below "home/device/".
std::optional<DeviceNews> news_of(std::string_view topic);

struct ItemNumbers {
  std::int32_t service = 0;
  std::int32_t item = 0;
};
std::optional<ItemNumbers> numbers_in(std::string_view text);
std::optional<ItemNumbers> numbers_in(const Json& payload, std::string_view key);

}  // namespace entente::home
