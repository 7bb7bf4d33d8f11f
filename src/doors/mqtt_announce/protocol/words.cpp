// SPDX-License-Identifier: GPL-3.0-or-later
#include "doors/mqtt_announce/protocol/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace entente::mqtt_announce {
namespace {

using home::Trait;
using model::Property;
using model::Value;

std::string folded(std::string_view description) {
  std::string word = text::to_lower_ascii(description);
  for (char& c : word) c = c == ' ' || c == '-' ? '_' : c;
  return word == "fan" ? "fan_only" : word;
}

std::string number_words(double number) { return fmt::format("{:.10g}", number); }

bool is_share(Trait trait) {
  return trait == Trait::brightness || trait == Trait::fan_speed || trait == Trait::intensity ||
         trait == Trait::volume || trait == Trait::position;
}

// Which percentage the value stands for: the most that becomes it, so that the highest level is 100.
std::optional<int> percent_of(const Property& property, const Value& value) {
  const bool counts_percent = property.list.empty() && property.range && property.range->high == 100;
  if (counts_percent) return static_cast<int>(std::lround(model::to_number(value).value_or(0)));
  for (int percent = 100; percent >= 0; --percent) {
    const auto made = home::to_device_value(property, std::int64_t{percent});
    if (made.ok() && *made == value) return percent;
  }
  return std::nullopt;
}

std::optional<std::string> name_of(const Property& property, const Value& value) {
  const auto number = model::to_number(value);
  for (const auto& listed : property.list) {
    if (number && static_cast<double>(listed.value) == *number) return folded(listed.description);
  }
  return std::nullopt;
}

std::optional<std::string> said(Trait trait, const Property& property, const Value& value) {
  const auto number = model::to_number(value);
  const auto state = model::to_bool(value);
  if (trait == Trait::on || trait == Trait::swing || trait == Trait::mute) {
    if (state || number) return state.value_or(number.value_or(0) != 0) ? "ON" : "OFF";
    return std::nullopt;
  }
  if (trait == Trait::locked) return state.value_or(number.value_or(0) != 0) ? "LOCKED" : "UNLOCKED";
  if (is_share(trait)) {
    const auto percent = percent_of(property, value);
    return percent ? std::optional(std::to_string(*percent)) : std::nullopt;
  }
  if (!property.list.empty()) return name_of(property, value);
  if (!number) return std::nullopt;
  if (trait == Trait::color_temperature) {
    if (*number <= 0) return std::nullopt;
    return std::to_string(std::lround(1e6 / *number));
  }
  if (trait == Trait::color) {
    const auto rgb = static_cast<std::int64_t>(*number);
    return fmt::format("{},{},{}", (rgb >> 16) & 0xff, (rgb >> 8) & 0xff, rgb & 0xff);
  }
  return number_words(*number);
}

Error not_understood(std::string_view words, std::string_view wanted) {
  return Error{ErrorCode::invalid, fmt::format("'{}' is no {}", text::shorten(text::to_valid_utf8(words), 40), wanted)};
}

Result<Value> colour_in(std::string_view words) {
  std::int64_t rgb = 0;
  const auto parts = text::split(words, ',');
  if (parts.size() != 3) return not_understood(words, "colour");
  for (const auto part : parts) {
    const auto channel = model::to_number(std::string(text::trim(part)));
    if (!channel || *channel < 0 || *channel > 255) return not_understood(words, "colour");
    rgb = rgb * 256 + std::lround(*channel);
  }
  return Value{rgb};
}

Result<Value> meant(Trait trait, const Property& property, std::string_view words) {
  const auto word = text::trim(words);
  if (trait == Trait::on || trait == Trait::swing || trait == Trait::mute) {
    if (word == "ON" || word == "OFF") return Value{word == "ON"};
    return not_understood(words, "ON or OFF");
  }
  if (trait == Trait::locked) {
    if (word == "LOCK" || word == "UNLOCK") return Value{word == "LOCK"};
    return not_understood(words, "LOCK or UNLOCK");
  }
  if (trait == Trait::motor) {
    if (word == "STOP" && home::to_device_value(property, std::string("pause")).ok())
      return Value{std::string("pause")};
    if (word == "OPEN" || word == "CLOSE" || word == "STOP") return Value{text::to_lower_ascii(word)};
    return not_understood(words, "OPEN, CLOSE or STOP");
  }
  if (trait == Trait::color) return colour_in(word);
  if (!property.list.empty() && !is_share(trait)) {
    for (const auto& listed : property.list) {
      if (folded(listed.description) == word) return Value{listed.value};
    }
    return not_understood(words, "value of its list");
  }
  const auto number = model::to_number(std::string(word));
  if (!number || !std::isfinite(*number)) return not_understood(words, "number");
  if (trait == Trait::color_temperature) {
    if (*number <= 0) return not_understood(words, "colour temperature");
    return Value{1e6 / *number};
  }
  return Value{*number};
}

}  // namespace

std::optional<TraitProperty> property_of(const home::DeviceView& device, Trait trait) {
  if (!device.spec) return std::nullopt;
  const auto id = home::find_property(*device.spec, trait);
  if (!id) return std::nullopt;
  return TraitProperty{trait, *id, device.spec->property(*id)};
}

std::optional<std::string> words_for(const home::DeviceView& device, Trait trait) {
  const auto found = property_of(device, trait);
  const Value* value = found ? device.known(found->id) : nullptr;
  if (value == nullptr) return std::nullopt;
  return said(trait, *found->property, *value);
}

Result<model::PropertyWrite> write_for(const home::DeviceView& device, Trait trait, std::string_view words) {
  const auto found = property_of(device, trait);
  if (!found || !found->property->writable) {
    return Error{ErrorCode::unsupported, fmt::format("{} has no {} to set", device.name, home::to_string(trait))};
  }
  auto value = meant(trait, *found->property, words);
  if (!value.ok()) return value.error().within(fmt::format("{}: {}", device.name, home::to_string(trait)));
  return model::PropertyWrite{found->id, *std::move(value)};
}

std::vector<std::string> names_in(const Property& property) {
  std::vector<std::string> names;
  for (const auto& listed : property.list) {
    if (!listed.description.empty()) names.push_back(folded(listed.description));
  }
  return names;
}

std::string vacuum_state(std::string_view description) {
  const auto word = text::to_lower_ascii(description);
  const auto has = [&](std::string_view part) { return word.find(part) != std::string::npos; };
  if (has("go") || has("return") || has("back")) return "returning";
  if (has("charg") || has("dock")) return "docked";
  if (has("pause")) return "paused";
  if (has("error") || has("fault")) return "error";
  if (has("sweep") || has("clean") || has("mop") || has("work")) return "cleaning";
  return "idle";
}

}  // namespace entente::mqtt_announce
