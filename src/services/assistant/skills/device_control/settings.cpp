// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/skills/device_control/settings.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "services/assistant/skills/device_control/orders.h"
#include "services/assistant/skills/targets.h"

namespace entente::assistant {
namespace {

using home::Trait;

constexpr double usual_step = 10;  // percent
constexpr double kelvin_step = 500;

bool has(const home::DeviceView& device, Trait trait) {
  return device.spec && home::find_property(*device.spec, trait).has_value();
}

// What "50 percent", "higher" or "warmer" is about when it is not said.
std::optional<Trait> main_trait(const home::DeviceView& device) {
  constexpr std::pair<std::string_view, Trait> mains[] = {
      {"light", Trait::brightness},           {"fan", Trait::fan_speed},
      {"media_player", Trait::volume},        {"cover", Trait::position},
      {"climate", Trait::target_temperature}, {"water_heater", Trait::target_temperature},
      {"humidifier", Trait::target_humidity}};
  for (const auto& [domain, trait] : mains) {
    if (domain == device.domain && has(device, trait)) return trait;
  }
  if (has(device, Trait::intensity)) return Trait::intensity;
  return std::nullopt;
}

Trait first_of(const home::DeviceView& device, std::initializer_list<Trait> traits) {
  const auto* held = std::find_if(traits.begin(), traits.end(), [&](Trait trait) { return has(device, trait); });
  return held == traits.end() ? *traits.begin() : *held;
}

// The trait behind a slot's name, or behind the word of the slot "what".
std::optional<Trait> trait_of(std::string_view slot, const model::Intent& intent, const home::DeviceView& device) {
  const bool light = intent.name == "HassLightSet" || device.domain == "light";
  if (slot == "brightness") return Trait::brightness;
  if (slot == "color") return Trait::color;
  if (slot == "color_temperature") return Trait::color_temperature;
  if (slot == "temperature" || slot == "warmth") return light ? Trait::color_temperature : Trait::target_temperature;
  if (slot == "percentage" || slot == "speed") return first_of(device, {Trait::fan_speed, Trait::intensity});
  if (slot == "position") return Trait::position;
  if (slot == "humidity") return Trait::target_humidity;
  if (slot == "volume_level" || slot == "volume") return Trait::volume;
  if (slot == "mode") return Trait::mode;
  if (slot == "swing") return Trait::swing;
  if (slot == "intensity") return first_of(device, {Trait::intensity, Trait::fan_speed});
  if (slot == "level") return main_trait(device);
  return std::nullopt;
}

// A number that was said, not a word that stands for one: "candle light" takes what the lamp can do nearest to it.
bool is_strict(const model::Slot& slot, Trait trait) {
  if (trait != Trait::color_temperature) return true;
  return std::any_of(slot.text.begin(), slot.text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_percentage(Trait trait) {
  return trait == Trait::brightness || trait == Trait::fan_speed || trait == Trait::position ||
         trait == Trait::volume || trait == Trait::intensity || trait == Trait::target_humidity;
}

std::string folded(std::string_view words) {
  std::string kept;
  for (const char c : text::to_lower_ascii(words)) {
    if (c != ' ' && c != '-' && c != '_') kept += c;
  }
  return kept;
}

}  // namespace

std::vector<Setting> settings_of(const model::Intent& intent, const home::DeviceView& device) {
  std::vector<Setting> settings;
  for (const auto& slot : intent.slots) {
    const auto trait = trait_of(slot.name, intent, device);
    if (!trait) continue;
    const bool by_word = slot.name == "color" || slot.name == "mode" || slot.name == "swing";
    Json said = by_word && !slot.text.empty() ? Json(slot.text) : model::to_json(slot.value);
    settings.push_back({*trait, slot.value, std::move(said), is_strict(slot, *trait)});
  }
  return settings;
}

std::optional<model::Value> chosen_value(const model::Property& property, const Setting& setting) {
  const auto* word = std::get_if<std::string>(&setting.value);
  if (word == nullptr || property.list.empty()) return setting.value;
  const auto wanted = folded(*word);
  for (const auto& listed : property.list) {
    if (folded(listed.description) == wanted) return model::Value{listed.value};
  }
  for (const auto& listed : property.list) {
    if (folded(listed.description).find(wanted) != std::string::npos) return model::Value{listed.value};
  }
  return std::nullopt;
}

std::optional<Change> change_of(const model::Intent& intent, const home::DeviceView& device) {
  const auto what = intent.slot_text("what");
  auto trait = what.empty() ? main_trait(device) : trait_of(what, intent, device);
  if (intent.name == "HassSetVolumeRelative") trait = Trait::volume;
  if (!trait) return std::nullopt;
  double by = is_percentage(*trait) ? usual_step : *trait == Trait::color_temperature ? kelvin_step : 1;
  if (const auto* amount = intent.slot("amount")) by = model::to_number(amount->value).value_or(by);
  const auto step = intent.slot_text("volume_step");
  if (const auto number = model::to_number(model::Value{step}); number && !step.empty()) return Change{*trait, *number};
  const auto direction = step.empty() ? intent.slot_text("direction") : step;
  // Warmer light has fewer kelvin.
  const bool downwards = (direction == "down") != (what == "warmth" && *trait == Trait::color_temperature);
  return Change{*trait, downwards ? -by : by};
}

std::optional<Limits> limits_of(const model::Property& property, Trait trait) {
  if (is_percentage(trait)) {
    const bool narrower = property.range && property.range->high <= 100 && property.range->high > 10;
    const bool from_zero = trait == Trait::brightness || trait == Trait::fan_speed;
    Limits limits{0, 100, "percent"};
    if (narrower) limits = {from_zero ? 0 : property.range->low, property.range->high, "percent"};
    return limits;
  }
  const bool measured = trait == Trait::target_temperature || trait == Trait::color_temperature;
  if (!measured || !property.range || property.range->high <= property.range->low) return std::nullopt;
  const bool counts_share = trait == Trait::color_temperature && property.range->high <= 100;
  if (counts_share) return std::nullopt;
  return Limits{property.range->low, property.range->high,
                trait == Trait::color_temperature ? "kelvin"
                : property.unit == "celsius"      ? "°C"
                                                  : ""};
}

Answer out_of_range(const std::string& name, const Limits& limits) {
  const auto said = [](double number) {
    return number == std::floor(number) ? Json(static_cast<std::int64_t>(number)) : Json(number);
  };
  return refusal("out_of_range",
                 Json{{"name", name}, {"low", said(limits.low)}, {"high", said(limits.high)}, {"unit", limits.unit}});
}

std::optional<model::Value> shifted(const model::Property& property, const model::Value& now, double by) {
  const auto number = model::to_number(now);
  if (!number) return std::nullopt;
  if (property.list.empty()) {
    double wanted = *number + by;
    if (property.range) wanted = std::clamp(wanted, property.range->low, property.range->high);
    return model::Value{wanted};
  }
  std::vector<std::int64_t> levels;
  for (const auto& listed : property.list) levels.push_back(listed.value);
  std::sort(levels.begin(), levels.end());
  const auto at = std::find(levels.begin(), levels.end(), static_cast<std::int64_t>(*number));
  if (at == levels.end()) return std::nullopt;
  if (by > 0) return model::Value{at + 1 == levels.end() ? *at : *(at + 1)};
  return model::Value{at == levels.begin() ? *at : *(at - 1)};
}

}  // namespace entente::assistant
