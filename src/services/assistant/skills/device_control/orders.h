// SPDX-License-Identifier: GPL-3.0-or-later
// What an intent asks of one device: which of its properties become what, or which of its actions is called, or why
// it cannot be done. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json_fwd.h"
#include "model/intent.h"
#include "services/assistant/skill.h"
#include "services/home/home.h"

namespace entente::assistant {

// A property that moves by so much from where it is.
struct Shift {
  model::PropertyId property;
  double by = 0;
};

struct Order {
  home::DeviceView device;
  std::vector<model::PropertyWrite> writes;  // in this order
  std::optional<Shift> shift;                // after the writes
  std::optional<model::ActionCall> call;     // after both
  std::optional<model::ActionCall> back;     // takes the call back
  std::string done;                          // the reply for one device: "one", "opened", "brightness"
  std::shared_ptr<Json> value;               // as it is said; null for none
};

// The intents that can be asked of a device.
const std::vector<std::string_view>& device_intents();
// The kind of device that an intent is about where its sentence does not say; empty for any.
std::string_view usual_domain(std::string_view intent);

// An Answer tells why not: cannot, out_of_range.
std::variant<Order, Answer> plan(const model::Intent& intent, const home::DeviceView& device, const std::string& name);

// The question to ask before it is done, a key of the replies of "Ask", or empty. For what cannot be undone or lets
// somebody in: docs/conversation.md has the list.
std::string_view needs_confirmation(const Order& order);

// What the property takes, as people say it; no value where there are no limits.
struct Limits {
  double low = 0, high = 0;
  std::string unit;  // "percent", "celsius", "kelvin", or empty
};
std::optional<Limits> limits_of(const model::Property& property, home::Trait trait);
Answer out_of_range(const std::string& name, const Limits& limits);

// A percentage over levels, kelvin, degrees: the value that lies `by` further, within the limits. No value where the
// property cannot be moved.
std::optional<model::Value> shifted(const model::Property& property, const model::Value& now, double by);

}  // namespace entente::assistant
