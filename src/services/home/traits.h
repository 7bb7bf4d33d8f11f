// SPDX-License-Identifier: GPL-3.0-or-later
// What a device's spec means for people: which property is its switch, its brightness, how full its battery is. Found
// by URN type and name, never by numbers. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/device.h"

namespace entente::home {

enum class Trait {
  on,                  // bool
  brightness,          // percentage
  color_temperature,   // kelvin
  color,               // rgb integer 0xRRGGBB
  fan_speed,           // percentage, or a level list
  mode,                // a value list
  target_temperature,  // celsius
  temperature,         // celsius, read only
  humidity,            // percentage, read only
  pm2_5,               // micrograms per cubic metre, read only
  battery,             // percentage, read only
  filter_life,         // percentage, read only
  status,              // a value list, read only
  power,               // watt, read only
  position,            // percentage; 0 is shut, 100 is open
  motor,               // a value list: open, close, stop
  volume,              // percentage
  mute,                // bool
  target_humidity,     // percentage
  swing,               // bool
  locked,              // bool
  intensity,           // how strongly it works: a percentage, or a level list
  start_cleaning,      // action
  stop_cleaning,       // action
  dock,                // action
  play,                // action
  pause,               // action
  next,                // action: the next song
  previous,            // action: the song before
  feed,                // action
  start,               // action: what an oven, a cooker or a washer is there for
  stop,                // action
};

const char* to_string(Trait trait);  // "color_temperature"

// What kind of thing people call it: "light", "switch", "fan", "vacuum", "climate", "cover", "humidifier", "sensor" …:
// Home Assistant's domains, from the device's type. "other" when the type is unknown.
std::string domain_of(const model::DeviceSpec& spec);

// The property or action of the device's main service that has the trait, if it has one.
std::optional<model::PropertyId> find_property(const model::DeviceSpec& spec, Trait trait);
std::optional<model::ActionId> find_action(const model::DeviceSpec& spec, Trait trait);

// Every trait the device has.
std::vector<Trait> traits_of(const model::DeviceSpec& spec);

// The nearest value the property takes: clamped to its range, rounded to its step, in its format. Percentages are
// mapped onto level lists and ranges of another span. An error names what it takes: "brightness takes 1 to 100".
Result<model::Value> to_device_value(const model::Property& property, const model::Value& wanted);

}  // namespace entente::home
