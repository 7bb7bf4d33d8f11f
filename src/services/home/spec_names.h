// SPDX-License-Identifier: GPL-3.0-or-later
// The properties, actions and events of a device by what people call them: a trait ("brightness"), the spec's own name
// ("brightness", "light.brightness"), or numbers ("2.3": siid.piid). Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/device.h"
#include "model/value.h"

namespace entente::home {

std::optional<model::PropertyId> property_named(const model::DeviceSpec& spec, std::string_view name);
std::optional<model::ActionId> action_named(const model::DeviceSpec& spec, std::string_view name);
std::optional<model::EventId> event_named(const model::DeviceSpec& spec, std::string_view name);

// What may be said in their place, the usual names first.
std::vector<std::string> property_names(const model::DeviceSpec& spec);
std::vector<std::string> action_names(const model::DeviceSpec& spec);
std::vector<std::string> event_names(const model::DeviceSpec& spec);

// As people call it: the trait where it has one, else "light.brightness".
std::string usual_name(const model::DeviceSpec& spec, model::PropertyId id);

// "on", "40 %", "Sleep": a value of the property as people read it.
std::string shown_value(const model::Property& property, const model::Value& value);

// to_device_value, but what it would clamp is refused: "brightness takes 1 to 100".
Result<model::Value> exact_value(const model::Property& property, const model::Value& wanted);

// Equal, numbers by what they are worth.
bool same_value(const model::Value& left, const model::Value& right);

}  // namespace entente::home
