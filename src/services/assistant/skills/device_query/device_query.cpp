// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/skills/device_query/device_query.h"

#include <cmath>

#include "base/all.h"
#include "base/json.h"
#include "base/text.h"

namespace entente::assistant {
namespace {

using home::Trait;

// What people ask for (the slot `measure`) and the trait that tells.
std::optional<Trait> trait_for(std::string_view asked) {
  constexpr std::pair<std::string_view, Trait> traits[] = {
      {"temperature", Trait::temperature},
      {"humidity", Trait::humidity},
      {"air_quality", Trait::pm2_5},
      {"battery", Trait::battery},
      {"power", Trait::power},
      {"filter", Trait::filter_life},
      {"brightness", Trait::brightness},
      {"speed", Trait::fan_speed},
      {"color", Trait::color},
      {"color_temperature", Trait::color_temperature},
  };
  for (const auto& [name, trait] : traits) {
    if (name == asked) return trait;
  }
  return std::nullopt;
}

// How clean air is by its fine dust: the 24-hour steps of the World Health Organization's guideline and interim
// targets.
const char* air_grade(double micrograms) {
  if (micrograms <= 15) return "good";
  if (micrograms <= 37.5) return "fair";
  if (micrograms <= 75) return "poor";
  return "bad";
}

const char* unit_sign(std::string_view unit) {
  if (unit == "celsius") return "°C";
  if (unit == "percentage") return "%";
  if (unit == "kelvin") return "K";
  if (unit == "watt" || unit == "w") return "W";
  if (unit == "μg/m3" || unit == "ug/m3") return "µg/m³";
  return "";
}

// A listed value by its description, a number rounded to what people say.
Json said(const model::Property& property, const model::Value& value) {
  const auto number = model::to_number(value);
  for (const auto& listed : property.list) {
    if (number && static_cast<double>(listed.value) == *number) return listed.description;
  }
  if (std::holds_alternative<double>(value)) {
    const double rounded = std::round(std::get<double>(value) * 10) / 10;
    if (rounded == std::floor(rounded)) return static_cast<std::int64_t>(rounded);
    return rounded;
  }
  return model::to_json(value);
}

Answer unreachable(const std::string& name, const Error& error) {
  const Json variables{{"name", name}, {"reason", error.message}};
  return failure(error.code == ErrorCode::denied ? "token_wrong" : "unreachable", variables);
}

std::string lower(std::string_view text) { return text::to_lower_ascii(text); }

bool is_position(const model::Property& property) { return property.type.name.ends_with("-position"); }
bool is_lock(const model::Property& property) { return property.type.name.starts_with("lock"); }

// How a device is, in the words that sentences ask with.
Json state_word(const model::Property& property, const model::Value& value) {
  if (property.type.name == "on") return model::to_bool(value).value_or(false) ? "on" : "off";
  if (is_position(property)) return model::to_number(value).value_or(0) > 0 ? "open" : "closed";
  if (is_lock(property)) return model::to_bool(value).value_or(false) ? "locked" : "unlocked";
  Json state = said(property, value);
  if (state.is_string()) state = lower(state.get<std::string>());
  return state;
}

// Where to look, in this order.
std::vector<Trait> traits_that_tell(std::string_view state) {
  if (state == "docked") return {Trait::status};
  if (state == "open" || state == "closed") return {Trait::position, Trait::locked, Trait::on};
  if (state == "locked" || state == "unlocked") return {Trait::locked};
  return {Trait::on, Trait::status, Trait::locked, Trait::position};
}

// Whether a device is as asked: on, off, or (a vacuum cleaner) at its dock. Running things have a status instead of a
// switch, in their maker's words.
bool is_as(const model::Property& property, const model::Value& value, std::string_view wanted) {
  if (is_position(property)) return (model::to_number(value).value_or(0) > 0) == (wanted == "open" || wanted == "on");
  if (is_lock(property)) return model::to_bool(value).value_or(false) == (wanted == "locked" || wanted == "on");
  if (property.type.name == "on") return model::to_bool(value).value_or(false) == (wanted != "off");
  const auto status = lower(model::to_text(model::value_from_json(said(property, value))));
  const auto says = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](auto word) { return status.find(word) != std::string::npos; });
  };
  if (wanted == "docked") return says({"charg", "dock"}) && !says({"go", "return", "back"});
  const bool runs = says({"sweep", "clean", "mop", "work", "run"});
  return runs == (wanted != "off");
}

std::string asked_of(const model::Intent& intent) {
  return intent.name == "HassClimateGetTemperature" ? "temperature" : intent.slot_text("measure");
}

// The reply that the sentence names, else the one for what was asked and of what.
std::string reply_key(const model::Intent& intent, const Targets& targets, std::string_view of) {
  if (!intent.response.empty() && intent.response != "auto") return intent.response;
  const bool one_device = targets.by_name || targets.devices.size() == 1;
  if (of == "state") return one_device ? "one_yesno" : targets.area.empty() ? "which" : "which_area";
  const bool of_room = of == "temperature" || of == "humidity" || of == "air_quality";
  if (targets.by_name || !of_room) return "measure";
  return targets.area.empty() ? "measure_home" : "measure_area";
}

}  // namespace

std::vector<std::string_view> DeviceQuery::intents() const { return {"HassGetState", "HassClimateGetTemperature"}; }

Task<Answer> DeviceQuery::answer(const model::Intent& intent, const Moment& moment) {
  const auto asked = asked_of(intent);
  if (!asked.empty() && asked != "state") co_return co_await answer_measure(intent, moment);
  auto found = find_targets(home_, intent);
  if (auto* missing = std::get_if<Answer>(&found)) co_return *missing;
  co_return co_await answer_state(intent, std::get<Targets>(found));
}

Task<DeviceQuery::Measured> DeviceQuery::measure(home::DeviceView device, model::PropertyId property) {
  const auto* described = device.spec->property(property);
  std::vector<model::PropertyId> wanted{property};
  auto readings = co_await home_.read(device.id, std::move(wanted));
  Result<model::Value> value = Error{ErrorCode::failed, device.name + ": the device answered nothing"};
  if (!readings) {
    value = readings.error();
  } else if (!readings->empty()) {
    value = readings->front().value;
  }
  co_return Measured{std::move(device), described, std::move(value)};
}

Task<std::vector<DeviceQuery::Measured>> DeviceQuery::measure_all(std::vector<home::DeviceView> devices, Trait trait) {
  std::vector<Task<Measured>> tasks;
  for (auto& device : devices) {
    const auto property = device.spec ? home::find_property(*device.spec, trait) : std::nullopt;
    if (property) tasks.push_back(measure(std::move(device), *property));
  }
  co_return co_await all(loop_, std::move(tasks));
}

Task<Answer> DeviceQuery::answer_measure(const model::Intent& intent, const Moment& moment) {
  const auto asked = asked_of(intent);
  const auto trait = trait_for(asked);
  auto found = find_targets(home_, intent);
  if (auto* missing = std::get_if<Answer>(&found)) co_return *missing;
  const auto& targets = std::get<Targets>(found);
  std::vector<Measured> measured;
  if (trait) measured = co_await measure_all(targets.devices, *trait);
  if (measured.empty()) {
    const bool by_area = !targets.by_name && !targets.area.empty();
    const Json variables{{"name", targets.name}, {"area", targets.area}};
    co_return refusal(targets.by_name ? "no_value" : by_area ? "no_value_in_area" : "no_value_in_home", variables);
  }
  // Several may know: the one in the speaker's room first, then whichever answers.
  std::stable_partition(measured.begin(), measured.end(),
                        [&](const Measured& one) { return !moment.area.empty() && one.device.room == moment.area; });
  const auto answered = std::find_if(measured.begin(), measured.end(), [](const auto& one) { return one.value.ok(); });
  if (answered == measured.end()) co_return unreachable(measured.front().device.name, measured.front().value.error());

  Json variables{{"measure", asked},
                 {"name", targets.by_name ? targets.name : answered->device.name},
                 {"area", answered->device.room},
                 {"value", said(*answered->property, *answered->value)},
                 {"unit", unit_sign(answered->property->unit)}};
  const auto number = model::to_number(*answered->value);
  if (number && *trait == Trait::pm2_5) variables["state"] = air_grade(*number);
  if (number && *trait == Trait::color) variables["value"] = fmt::format("#{:06x}", static_cast<std::int64_t>(*number));
  Answer answer = reply(model::Outcome::answered, reply_key(intent, targets, asked), std::move(variables));
  if (targets.by_name) answer.devices.push_back(answered->device.id);
  co_return answer;
}

Task<Answer> DeviceQuery::answer_state(const model::Intent& intent, const Targets& targets) {
  std::vector<Measured> measured;
  for (const auto trait : traits_that_tell(intent.slot_text("state"))) {
    if (measured.empty()) measured = co_await measure_all(targets.devices, trait);
  }
  if (measured.empty()) co_return refusal("unknown_state", Json{{"name", targets.devices.front().name}});

  const auto wanted = intent.slot_text("state");
  std::vector<std::string> matching;
  const Measured* answered = nullptr;
  for (const auto& one : measured) {
    if (!one.value) continue;
    if (answered == nullptr) answered = &one;
    if (is_as(*one.property, *one.value, wanted)) matching.push_back(one.device.name);
  }
  if (answered == nullptr) co_return unreachable(measured.front().device.name, measured.front().value.error());
  const Json state = state_word(*answered->property, *answered->value);
  const auto* of = intent.slot("measure") == nullptr ? "state" : "measure";
  Answer answer = reply(model::Outcome::answered, reply_key(intent, targets, of),
                        Json{{"measure", "state"},
                             {"name", targets.by_name ? targets.name : answered->device.name},
                             {"area", targets.area},
                             {"names", matching},
                             {"count", matching.size()},
                             {"yes", !matching.empty()},
                             {"state", state},
                             {"value", state}});
  if (targets.by_name) answer.devices.push_back(answered->device.id);
  co_return answer;
}

}  // namespace entente::assistant
