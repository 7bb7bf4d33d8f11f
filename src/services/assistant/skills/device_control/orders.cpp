// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/skills/device_control/orders.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "services/assistant/skills/device_control/settings.h"
#include "services/assistant/skills/targets.h"

namespace entente::assistant {
namespace {

using home::Trait;
using Planned = std::variant<Order, Answer>;

Answer cannot(const std::string& name) { return refusal("cannot", Json{{"name", name}}); }

Order order_for(const home::DeviceView& device, std::string done) {
  Order order;
  order.device = device;
  order.done = std::move(done);
  return order;
}

bool add_write(Order& order, Trait trait, model::Value value) {
  const auto property = home::find_property(*order.device.spec, trait);
  if (property) order.writes.push_back({*property, std::move(value)});
  return property.has_value();
}

bool add_call(Order& order, Trait trait, std::optional<Trait> back = std::nullopt) {
  const auto action = home::find_action(*order.device.spec, trait);
  if (!action) return false;
  order.call = model::ActionCall{*action, {}};
  if (back) {
    if (const auto other = home::find_action(*order.device.spec, *back)) order.back = model::ActionCall{*other, {}};
  }
  return true;
}

Planned if_able(bool able, Order order, const std::string& name) {
  if (able) return order;
  return cannot(name);
}

// ---- on and off, in the sense that each kind of thing has

Planned switch_cover(const home::DeviceView& device, bool open, const std::string& name) {
  Order order = order_for(device, open ? "opened" : "closed");
  const bool able = add_write(order, Trait::position, std::int64_t{open ? 100 : 0}) ||
                    add_write(order, Trait::motor, std::string(open ? "open" : "close"));
  return if_able(able, std::move(order), name);
}

// As Home Assistant has it: a lock that is "on" is locked.
Planned switch_lock(const home::DeviceView& device, bool on, const std::string& name) {
  Order order = order_for(device, on ? "locked" : "unlocked");
  const bool able = add_write(order, Trait::locked, on);
  return if_able(able, std::move(order), name);
}

Planned switch_thing(const home::DeviceView& device, bool on, const std::string& name) {
  if (device.domain == "cover") return switch_cover(device, on, name);
  if (device.domain == "lock") return switch_lock(device, on, name);
  Order order = order_for(device, device.domain == "valve" ? (on ? "opened" : "closed") : "one");
  if (add_write(order, Trait::on, on)) return order;
  const bool cleans = on ? add_call(order, Trait::start_cleaning, Trait::dock) : add_call(order, Trait::dock);
  if (cleans) return order;
  const bool works = add_call(order, on ? Trait::start : Trait::stop, on ? std::optional(Trait::stop) : std::nullopt);
  const bool plays = works || add_call(order, on ? Trait::play : Trait::pause, on ? Trait::pause : Trait::play);
  return if_able(plays, std::move(order), name);
}

// ---- values

// Setting something of a lamp or a fan that is off also turns it on: nobody dims a dark lamp. Others keep it in mind.
bool turns_on(const home::DeviceView& device) { return device.domain == "light" || device.domain == "fan"; }

bool means_off(const std::vector<Setting>& settings, const home::DeviceView& device) {
  return settings.size() == 1 && settings[0].trait != Trait::color && turns_on(device) &&
         model::to_number(settings[0].value) == 0.0;
}

Planned set_values(const model::Intent& intent, const home::DeviceView& device, const std::string& name) {
  const auto settings = settings_of(intent, device);
  if (settings.empty()) return cannot(name);
  Order order = order_for(device, home::to_string(settings.front().trait));
  order.value = std::make_shared<Json>(settings.front().said);
  const bool only_swings = settings.size() == 1 && settings.front().trait == Trait::swing;
  if (turns_on(device) && !only_swings) add_write(order, Trait::on, !means_off(settings, device));
  if (means_off(settings, device)) {
    if (!home::find_property(*device.spec, settings.front().trait)) return cannot(name);
    return order;
  }
  for (const auto& setting : settings) {
    const auto id = home::find_property(*device.spec, setting.trait);
    if (!id) return cannot(name);
    const auto& property = *device.spec->property(*id);
    const auto limits = limits_of(property, setting.trait);
    const auto number = model::to_number(setting.value);
    if (setting.strict && limits && number && (*number < limits->low || *number > limits->high)) {
      return out_of_range(name, *limits);
    }
    auto value = chosen_value(property, setting);
    if (!value) return cannot(name);
    order.writes.push_back({*id, *std::move(value)});
  }
  return order;
}

Planned adjust(const model::Intent& intent, const home::DeviceView& device, const std::string& name) {
  const auto change = change_of(intent, device);
  const auto id = change ? home::find_property(*device.spec, change->trait) : std::nullopt;
  if (!id || !device.spec->property(*id)->readable) return cannot(name);
  Order order = order_for(device, home::to_string(change->trait));
  order.shift = Shift{*id, change->by};
  if (turns_on(device) && change->by > 0) add_write(order, Trait::on, true);
  return order;
}

Planned do_action(const home::DeviceView& device, Trait action, std::optional<Trait> back, const std::string& name) {
  Order order = order_for(device, home::to_string(action));
  const bool able = add_call(order, action, back);
  return if_able(able, std::move(order), name);
}

Planned mute(const home::DeviceView& device, bool on, const std::string& name) {
  Order order = order_for(device, on ? "muted" : "unmuted");
  const bool able = add_write(order, Trait::mute, on);
  return if_able(able, std::move(order), name);
}

Planned stop_moving(const home::DeviceView& device, const std::string& name) {
  Order order = order_for(device, "stopped");
  const auto motor = home::find_property(*device.spec, Trait::motor);
  const auto* property = motor ? device.spec->property(*motor) : nullptr;
  if (property == nullptr) return cannot(name);
  for (const auto* word : {"pause", "stop"}) {
    const auto value = home::to_device_value(*property, std::string(word));
    if (!value) continue;
    order.writes.push_back({*motor, *value});
    return order;
  }
  return cannot(name);
}

enum class Deal { on, off, set, adjust, start, dock, play, pause, next, previous, mute, unmute, stop, feed };

struct Known {
  std::string_view intent;
  Deal deal;
  std::string_view domain;
};

constexpr Known known_intents[] = {
    {"HassTurnOn", Deal::on, ""},
    {"HassTurnOff", Deal::off, ""},
    {"HassOpenCover", Deal::on, "cover"},
    {"HassCloseCover", Deal::off, "cover"},
    {"HassLightSet", Deal::set, "light"},
    {"HassFanSetSpeed", Deal::set, "fan"},
    {"HassSetPosition", Deal::set, "cover"},
    {"HassClimateSetTemperature", Deal::set, "climate"},
    {"HassHumidifierSetpoint", Deal::set, "humidifier"},
    {"HassHumidifierMode", Deal::set, "humidifier"},
    {"HassSetVolume", Deal::set, "media_player"},
    {"HassSetVolumeRelative", Deal::adjust, "media_player"},
    {"HassMediaPlayerMute", Deal::mute, "media_player"},
    {"HassMediaPlayerUnmute", Deal::unmute, "media_player"},
    {"HassMediaPause", Deal::pause, "media_player"},
    {"HassMediaUnpause", Deal::play, "media_player"},
    {"HassMediaNext", Deal::next, "media_player"},
    {"HassMediaPrevious", Deal::previous, "media_player"},
    {"HassVacuumStart", Deal::start, "vacuum"},
    {"HassVacuumReturnToBase", Deal::dock, "vacuum"},
    {"HassStopMoving", Deal::stop, "cover"},
    {"SetValue", Deal::set, ""},
    {"Adjust", Deal::adjust, ""},
    {"Feed", Deal::feed, ""},
};

const Known* known(std::string_view intent) {
  const auto* found = std::find_if(std::begin(known_intents), std::end(known_intents),
                                   [&](const Known& one) { return one.intent == intent; });
  return found == std::end(known_intents) ? nullptr : found;
}

}  // namespace

const std::vector<std::string_view>& device_intents() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> made;
    for (const auto& one : known_intents) made.push_back(one.intent);
    return made;
  }();
  return names;
}

std::string_view usual_domain(std::string_view intent) {
  const auto* found = known(intent);
  return found == nullptr ? std::string_view() : found->domain;
}

std::variant<Order, Answer> plan(const model::Intent& intent, const home::DeviceView& device, const std::string& name) {
  const auto* found = known(intent.name);
  if (found == nullptr || !device.spec) return cannot(name);
  switch (found->deal) {
    case Deal::on: return switch_thing(device, true, name);
    case Deal::off: return switch_thing(device, false, name);
    case Deal::set: return set_values(intent, device, name);
    case Deal::adjust: return adjust(intent, device, name);
    case Deal::start: return do_action(device, Trait::start_cleaning, Trait::dock, name);
    case Deal::dock: return do_action(device, Trait::dock, std::nullopt, name);
    case Deal::play: return do_action(device, Trait::play, Trait::pause, name);
    case Deal::pause: return do_action(device, Trait::pause, Trait::play, name);
    case Deal::next: return do_action(device, Trait::next, Trait::previous, name);
    case Deal::previous: return do_action(device, Trait::previous, Trait::next, name);
    case Deal::mute: return mute(device, true, name);
    case Deal::unmute: return mute(device, false, name);
    case Deal::stop: return stop_moving(device, name);
    case Deal::feed: return do_action(device, Trait::feed, std::nullopt, name);
  }
  return cannot(name);
}

std::string_view needs_confirmation(const Order& order) {
  const auto& type = order.device.spec->type.name;
  if (order.done == "unlocked") return "unlock";
  if (order.done == "opened" && type == "garage-door") return "open_garage";
  if (order.done == "position" && type == "garage-door") return "open_garage";
  if (order.done == "opened" && order.device.domain == "valve") return "open_valve";
  constexpr std::string_view stoves[] = {"oven",      "microwave-oven",  "steam-oven", "induction-cooker", "gas-stove",
                                         "air-fryer", "pressure-cooker", "cooker",     "toaster"};
  const bool heats = std::find(std::begin(stoves), std::end(stoves), type) != std::end(stoves);
  const bool called = order.call && order.call->id == home::find_action(*order.device.spec, Trait::start);
  const bool starts =
      called || std::any_of(order.writes.begin(), order.writes.end(), [](const model::PropertyWrite& write) {
        return std::holds_alternative<bool>(write.value) && std::get<bool>(write.value);
      });
  return heats && starts ? "start_heat" : "";
}

}  // namespace entente::assistant
