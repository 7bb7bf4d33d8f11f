// SPDX-License-Identifier: GPL-3.0-or-later
// The slots of an intent as traits of a device and what they shall become: brightness 40, a change of the volume by 10.
// Pure.
#pragma once

#include <optional>
#include <vector>

#include "base/json.h"
#include "model/intent.h"
#include "services/home/home.h"

namespace entente::assistant {

struct Setting {
  home::Trait trait{};
  model::Value value;
  Json said;           // for the reply: a number as it was meant, a colour as it was called
  bool strict = true;  // outside its limits it is refused, not brought to the nearest
};

std::vector<Setting> settings_of(const model::Intent& intent, const home::DeviceView& device);

// The value for the property: a listed one by its word, a number as it is. No value where the property has none such.
std::optional<model::Value> chosen_value(const model::Property& property, const Setting& setting);

struct Change {
  home::Trait trait{};
  double by = 0;  // in the trait's unit; a level for things that have few
};
// "brighter", "by ten percent", "turn it up": slots what, direction, amount, volume_step.
std::optional<Change> change_of(const model::Intent& intent, const home::DeviceView& device);

}  // namespace entente::assistant
