// SPDX-License-Identifier: GPL-3.0-or-later
// The value of a trait as text on a topic, and back. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/home/home.h"

namespace entente::mqtt_announce {

struct TraitProperty {
  home::Trait trait;
  model::PropertyId id;
  const model::Property* property;
};
std::optional<TraitProperty> property_of(const home::DeviceView& device, home::Trait trait);

// Nothing where the value is not known, or none that others understand.
std::optional<std::string> words_for(const home::DeviceView& device, home::Trait trait);
Result<model::PropertyWrite> write_for(const home::DeviceView& device, home::Trait trait, std::string_view words);

// The names of a list's values: those of Home Assistant where it has one ("fan_only").
std::vector<std::string> names_in(const model::Property& property);
// What a vacuum cleaner does, in Home Assistant's six words.
std::string vacuum_state(std::string_view description);

}  // namespace entente::mqtt_announce
