// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/skills/device_control/device_control.h"

#include <cstdlib>

#include "base/all.h"
#include "base/json.h"
#include "base/log.h"

namespace entente::assistant {
namespace {

using home::Trait;

constexpr std::string_view turn_on = "HassTurnOn";
constexpr std::string_view turn_off = "HassTurnOff";
constexpr std::string_view set_light = "HassLightSet";
constexpr std::string_view set_fan = "HassFanSetSpeed";
constexpr std::string_view start_vacuum = "HassVacuumStart";
constexpr std::string_view dock_vacuum = "HassVacuumReturnToBase";

std::string_view domain_for(std::string_view intent) {
  if (intent == set_light) return "light";
  if (intent == set_fan) return "fan";
  if (intent == start_vacuum || intent == dock_vacuum) return "vacuum";
  return {};
}

std::optional<model::PropertyWrite> write_of(const model::DeviceSpec& spec, Trait trait, model::Value value) {
  const auto property = home::find_property(spec, trait);
  if (!property) return std::nullopt;
  return model::PropertyWrite{*property, std::move(value)};
}

std::optional<model::ActionCall> call_of(const model::DeviceSpec& spec, Trait trait) {
  const auto action = home::find_action(spec, trait);
  if (!action) return std::nullopt;
  return model::ActionCall{*action, {}};
}

// "#87ceeb" as devices have it: 0x87ceeb.
model::Value color_number(const model::Value& color) {
  const auto text = model::to_text(color);
  if (!text.starts_with('#')) return color;
  return static_cast<std::int64_t>(std::strtoll(text.c_str() + 1, nullptr, 16));
}

// The traits that a HassLightSet sentence sets, with the values it names.
std::vector<std::pair<Trait, model::Value>> light_settings(const model::Intent& intent) {
  std::vector<std::pair<Trait, model::Value>> settings;
  if (const auto* slot = intent.slot("brightness")) settings.emplace_back(Trait::brightness, slot->value);
  if (const auto* slot = intent.slot("color")) settings.emplace_back(Trait::color, color_number(slot->value));
  if (const auto* slot = intent.slot("temperature")) settings.emplace_back(Trait::color_temperature, slot->value);
  return settings;
}

// Which sentence tells people what went wrong with a device.
Answer explain(const Error& error, const std::string& name, const home::DeviceView& device,
               const std::vector<model::PropertyWrite>& writes) {
  Json variables{{"name", name}, {"reason", error.message}};
  switch (error.code) {
    case ErrorCode::unavailable:
    case ErrorCode::timeout: return failure("unreachable", std::move(variables));
    case ErrorCode::denied: return failure("token_wrong", std::move(variables));
    case ErrorCode::unsupported: return refusal("cannot", std::move(variables));
    case ErrorCode::not_found: return refusal("no_device", std::move(variables));
    case ErrorCode::invalid: break;
    default: return failure("refused", std::move(variables));
  }
  const auto* property = writes.empty() ? nullptr : device.spec->property(writes.back().id);
  if (property == nullptr || !property->range) return refusal("refused", std::move(variables));
  variables["low"] = property->range->low;
  variables["high"] = property->range->high;
  if (property->unit != "none") variables["unit"] = property->unit == "percentage" ? "percent" : property->unit;
  return refusal("out_of_range", std::move(variables));
}

}  // namespace

std::vector<std::string_view> DeviceControl::intents() const {
  return {turn_on, turn_off, set_light, set_fan, start_vacuum, dock_vacuum};
}

DeviceControl::Planner DeviceControl::planner_of(const model::Intent& intent) {
  const auto switch_to = [](bool on) {
    return [on](const home::DeviceView& device) -> std::optional<Order> {
      if (auto write = write_of(*device.spec, Trait::on, on)) return Order{device, {*write}, {}};
      auto call = call_of(*device.spec, on ? Trait::start_cleaning : Trait::dock);
      return call ? std::optional(Order{device, {}, call}) : std::nullopt;
    };
  };
  const auto call = [](Trait trait) {
    return [trait](const home::DeviceView& device) -> std::optional<Order> {
      auto wanted = call_of(*device.spec, trait);
      return wanted ? std::optional(Order{device, {}, wanted}) : std::nullopt;
    };
  };
  // Setting something of a device that is off also turns it on: nobody dims a dark lamp.
  const auto set = [](std::vector<std::pair<Trait, model::Value>> settings) {
    return [settings = std::move(settings)](const home::DeviceView& device) -> std::optional<Order> {
      Order order{device, {}, {}};
      const bool off =
          settings.size() == 1 && model::to_number(settings[0].second) == 0.0 && settings[0].first != Trait::color;
      if (auto on = write_of(*device.spec, Trait::on, !off)) order.writes.push_back(*on);
      if (off) return order;
      for (const auto& [trait, value] : settings) {
        auto write = write_of(*device.spec, trait, value);
        if (!write) return std::nullopt;
        order.writes.push_back(*write);
      }
      return order;
    };
  };
  if (intent.name == turn_on || intent.name == turn_off) return switch_to(intent.name == turn_on);
  if (intent.name == start_vacuum) return call(Trait::start_cleaning);
  if (intent.name == dock_vacuum) return call(Trait::dock);
  if (intent.name == set_light) return set(light_settings(intent));
  const auto* speed = intent.slot("percentage");
  return set({{Trait::fan_speed, speed == nullptr ? model::Value{} : speed->value}});
}

Json DeviceControl::said_value(const model::Intent& intent) {
  for (const auto* name : {"brightness", "color", "temperature", "percentage"}) {
    if (const auto* slot = intent.slot(name)) {
      // A number is said as it was meant ("fifty" is 50), a colour as it was called ("sky blue").
      return std::string_view(name) == "color" ? Json(slot->text) : model::to_json(slot->value);
    }
  }
  return nullptr;
}

Task<Answer> DeviceControl::answer(const model::Intent& intent, const Moment&) {
  auto found = find_targets(home_, intent, domain_for(intent.name));
  if (auto* missing = std::get_if<Answer>(&found)) co_return *missing;
  auto& targets = std::get<Targets>(found);

  const auto planner = planner_of(intent);
  std::vector<Order> orders;
  for (const auto& device : targets.devices) {
    std::optional<Order> order;
    if (device.spec) order = planner(device);
    if (order) orders.push_back(std::move(*order));
  }
  if (!orders.empty()) co_return co_await perform(std::move(orders), intent, targets);
  const Json variables{{"name", targets.name}, {"area", targets.area}};
  co_return refusal(targets.by_name || targets.area.empty() ? "cannot" : "cannot_in_area", variables);
}

Task<Result<void>> DeviceControl::carry_out(Order order) {
  for (auto& write : order.writes) {
    ENTENTE_CO_TRY_VOID(co_await home_.write(order.device.id, write.id, write.value));
  }
  if (order.call) {
    const auto done = co_await home_.act(order.device.id, *order.call);
    if (!done) co_return done.error();
  }
  co_return Result<void>();
}

Task<Answer> DeviceControl::perform(std::vector<Order> orders, const model::Intent& intent, const Targets& targets) {
  std::vector<Task<Result<void>>> tasks;
  for (const auto& order : orders) tasks.push_back(carry_out(order));
  const auto results = co_await all(loop_, std::move(tasks));

  std::optional<std::size_t> first_failed;
  std::size_t failed = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i]) continue;
    log::warning("assistant", "{} {}: {}", intent.name, orders[i].device.name, results[i].error().message);
    if (!first_failed) first_failed = i;
    ++failed;
  }
  Answer answer;
  if (!first_failed) {
    answer = reply(
        model::Outcome::done, intent.response,
        Json{{"name", targets.name}, {"area", targets.area}, {"count", orders.size()}, {"value", said_value(intent)}});
  } else if (failed == results.size()) {
    const auto& order = orders[*first_failed];
    const auto& name = targets.by_name ? targets.name : order.device.name;
    answer = explain(results[*first_failed].error(), name, order.device, order.writes);
  } else {
    answer = failure("partly", Json{{"done", results.size() - failed}, {"failed", failed}, {"count", results.size()}});
  }
  for (const auto& order : orders) answer.devices.push_back(order.device.id);
  co_return answer;
}

}  // namespace entente::assistant
