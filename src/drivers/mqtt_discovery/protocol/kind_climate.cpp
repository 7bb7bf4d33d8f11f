// SPDX-License-Identifier: GPL-3.0-or-later
// What makes warm, cold, damp and wind: climate, water_heater, humidifier, fan.
#include <algorithm>
#include <cmath>

#include "drivers/mqtt_discovery/protocol/kinds.h"
#include "drivers/mqtt_discovery/templates/values.h"

namespace entente::mqtt_discovery::kinds {
namespace {

constexpr std::int32_t on = 1, mode = 2, target_temperature = 3, temperature = 4, target_humidity = 5, humidity = 6,
                       fan_level = 7, swing = 8, preset = 9, doing = 10;

using model::Value;
using Words = std::vector<std::string>;

// Degrees on the wire are Celsius unless it says Fahrenheit.
struct Degrees {
  bool fahrenheit = false;
  double in(double there) const { return fahrenheit ? (there - 32) / 1.8 : there; }
  DecodeText decode() const { return fahrenheit ? plain_number(1 / 1.8, -32 / 1.8) : plain_number(); }
  ToJson encode() const { return fahrenheit ? as_number(1.8, 32) : as_number(); }
};

void temperatures(Builder& builder, double low, double high) {
  const auto unit = builder.text("temperature_unit", "C");
  const Degrees degrees{unit == "F" || unit == "°F"};
  auto& target = builder.property(target_temperature, "target-temperature", model::Format::real);
  target.unit = "celsius";
  double least = builder.number("min_temp", degrees.fahrenheit ? low * 1.8 + 32 : low);
  double most = builder.number("max_temp", degrees.fahrenheit ? high * 1.8 + 32 : high);
  if (least >= most) {
    builder.note("min_temp is not below max_temp");
    most = least + 30;
  }
  double step = builder.number("temp_step", 1);
  if (step <= 0 || step > 10) step = 1;
  if (degrees.fahrenheit) step = 0.5;
  target.range = model::ValueRange{std::round(degrees.in(least)*2) / 2, std::round(degrees.in(most)*2) / 2, step};
  builder.reads(target_temperature, "temperature_state_topic", {"temperature_state_template", "value_template"},
                degrees.decode());
  builder.writes(target_temperature, "temperature_command_topic", "temperature_command_template", degrees.encode());
  auto& current = builder.property(temperature, "temperature", model::Format::real);
  current.unit = "celsius";
  builder.reads(temperature, "current_temperature_topic", {"current_temperature_template", "value_template"},
                degrees.decode());
}

// "off" is among the modes there; here a device is off and keeps its mode.
struct Modes {
  Words all;         // but "off"
  bool off = false;  // whether it is one of them
  std::string first_choice() const {
    for (const auto* usual : {"auto", "heat_cool", "heat", "cool"}) {
      if (std::find(all.begin(), all.end(), usual) != all.end()) return usual;
    }
    return all.front();
  }
};

Modes modes_in(Builder& builder, std::string_view key, const Words& usual) {
  Modes modes;
  modes.all = builder.texts(key);
  if (modes.all.empty()) modes.all = usual;
  modes.off = std::erase(modes.all, "off") > 0;
  return modes;
}

void on_by_mode(Builder& builder, const Modes& modes) {
  builder.reads(on, "mode_state_topic", {"mode_state_template", "value_template"},
                [](const std::string& word) -> std::optional<Value> { return Value{word != "off"}; });
  builder.writes(on, "mode_command_topic", "mode_command_template", either(modes.first_choice(), "off"));
}

void modes_and_switch(Builder& builder, const Modes& modes) {
  builder.property(on, "on", model::Format::boolean);
  const auto yes = builder.text("payload_on", "ON");
  const auto no = builder.text("payload_off", "OFF");
  const bool by_power = builder.has("power_command_topic");
  if (by_power) builder.writes(on, "power_command_topic", "power_command_template", either(yes, no));
  if (by_power && builder.has("power_state_topic")) {
    builder.reads(on, "power_state_topic", {"power_state_template"}, one_of_two(yes, no));
  } else if (by_power && modes.off) {
    builder.reads(on, "mode_state_topic", {"mode_state_template", "value_template"},
                  [](const std::string& word) -> std::optional<Value> { return Value{word != "off"}; });
  }
  if (!by_power && modes.off && !modes.all.empty()) on_by_mode(builder, modes);
  if (modes.all.empty()) return;
  builder.choice(mode, "mode", modes.all);
  builder.reads(mode, "mode_state_topic", {"mode_state_template", "value_template"}, word_of(modes.all));
  builder.writes(mode, "mode_command_topic", "mode_command_template", word_at(modes.all));
}

void list_of(Builder& builder, model::Property& property, const char* prefix, const Words& words) {
  const auto key = [&](const char* end) { return std::string(prefix) + end; };
  const auto id = property.id;
  builder.reads(id, key("_state_topic"), {key("_state_template"), key("_value_template"), "value_template"},
                word_of(words));
  builder.writes(id, key("_command_topic"), key("_command_template"), word_at(words));
}

void humidities(Builder& builder, double low, double high) {
  auto& target = builder.percentage(target_humidity, "target-humidity");
  low = std::clamp(builder.number("min_humidity", low), 0.0, 100.0);
  high = std::clamp(builder.number("max_humidity", high), 0.0, 100.0);
  if (low < high) target.range = model::ValueRange{low, high, 1};
  builder.reads(target_humidity, "target_humidity_state_topic", {"target_humidity_state_template", "value_template"},
                scaled(0, 100, 0, 100));
  builder.writes(target_humidity, "target_humidity_command_topic", "target_humidity_command_template", as_number());
  builder.percentage(humidity, "relative-humidity");
  builder.reads(humidity, "current_humidity_topic", {"current_humidity_template", "value_template"},
                scaled(0, 100, 0, 100));
}

// What it is doing just now, as against what it was told.
void actions(Builder& builder, const Words& words) {
  if (!builder.has("action_topic")) return;
  builder.choice(doing, "status", words);
  builder.reads(doing, "action_topic", {"action_template", "value_template"}, word_of(words));
}

Words swings_in(Builder& builder) {
  auto words = builder.texts("swing_modes");
  if (words.empty()) words = {"on", "off"};
  return words;
}

void swings(Builder& builder) {
  if (!builder.has("swing_mode_command_topic") && !builder.has("swing_mode_state_topic")) return;
  const auto words = swings_in(builder);
  const bool switched = words.size() == 2 && std::find(words.begin(), words.end(), "off") != words.end();
  if (!switched) return list_of(builder, builder.choice(swing, "swing-mode", words), "swing_mode", words);
  const auto yes = words[0] == "off" ? words[1] : words[0];
  builder.property(swing, "vertical-swing", model::Format::boolean);
  builder.reads(swing, "swing_mode_state_topic", {"swing_mode_state_template", "value_template"},
                one_of_two(yes, "off"));
  builder.writes(swing, "swing_mode_command_topic", "swing_mode_command_template", either(yes, "off"));
}

void presets(Builder& builder, std::string_view name) {
  const auto words = builder.texts("preset_modes");
  if (words.empty()) return;
  list_of(builder, builder.choice(preset, name, words), "preset_mode", words);
}

}  // namespace

void air_conditioner(Builder& builder) {
  const auto modes = modes_in(builder, "modes", {"auto", "off", "cool", "heat", "dry", "fan_only"});
  const bool has_mode = builder.has("mode_command_topic") || builder.has("mode_state_topic");
  const auto has = [&](const char* word) {
    return std::find(modes.all.begin(), modes.all.end(), word) != modes.all.end();
  };
  const bool cools = has_mode && (has("cool") || has("dry") || has("fan_only") || has("heat_cool"));
  const char* type = cools ? "air-conditioner" : "thermostat";
  builder.component().device = {type, 11};
  builder.service(type);
  modes_and_switch(builder, modes);
  temperatures(builder, 7, 35);
  humidities(builder, 30, 99);
  auto fan_modes = builder.texts("fan_modes");
  if (fan_modes.empty()) fan_modes = {"auto", "low", "medium", "high"};
  if (builder.has("fan_mode_command_topic")) {
    list_of(builder, builder.choice(fan_level, "fan-level", fan_modes), "fan_mode", fan_modes);
  }
  swings(builder);
  presets(builder, "preset-mode");
  actions(builder, {"off", "heating", "cooling", "drying", "idle", "fan", "preheating", "defrosting"});
}

void water_heater(Builder& builder) {
  builder.component().device = {"water-heater", 12};
  builder.service("water-heater");
  modes_and_switch(builder, modes_in(builder, "modes",
                                     {"off", "eco", "electric", "gas", "heat_pump", "high_demand", "performance"}));
  temperatures(builder, 43, 60);
}

void humidifier(Builder& builder) {
  const bool dries = builder.text("device_class", "humidifier") == "dehumidifier";
  const char* type = dries ? "dehumidifier" : "humidifier";
  builder.component().device = {type, 13};
  builder.service(type);
  builder.property(on, "on", model::Format::boolean);
  const auto yes = builder.text("payload_on", "ON");
  const auto no = builder.text("payload_off", "OFF");
  builder.reads(on, "state_topic", {"state_value_template", "value_template"}, one_of_two(yes, no));
  builder.writes(on, "command_topic", "command_template", either(yes, no));
  const auto modes = builder.texts("modes");
  if (!modes.empty()) list_of(builder, builder.choice(mode, "mode", modes), "mode", modes);
  humidities(builder, 0, 100);
  actions(builder, {"off", "humidifying", "drying", "idle"});
}

namespace {

// A fan counts its speeds from one number to another; off is not one of them.
struct Speeds {
  double low = 1;
  double high = 100;
  double count() const { return high - low + 1; }

  DecodeText decode() const {
    return [speeds = *this](const std::string& words) -> std::optional<Value> {
      const auto number = templates::number_in_text(words);
      if (!number || !std::isfinite(*number) || *number < speeds.low) return std::nullopt;
      const double share = (std::min(*number, speeds.high) - speeds.low + 1) / speeds.count();
      return Value{std::clamp(static_cast<std::int64_t>(share * 100), std::int64_t{1}, std::int64_t{100})};
    };
  }
  ToJson encode() const {
    return [speeds = *this](const Value& value) -> Result<Json> {
      const auto percent = model::to_number(value);
      if (!percent) return Error{ErrorCode::invalid, "mqtt: that is no speed"};
      const double step = std::ceil(std::clamp(*percent, 0.0, 100.0) / 100 * speeds.count() - 1e-9);
      return Json(static_cast<std::int64_t>(speeds.low - 1 + std::max(step, 1.0)));
    };
  }
};

constexpr std::int32_t speed_level = 7, direction = 11;

void directions(Builder& builder) {
  if (!builder.has("direction_command_topic")) return;
  const Words words = {"forward", "reverse"};
  list_of(builder, builder.choice(direction, "direction", words), "direction", words);
}

}  // namespace

void fan(Builder& builder) {
  builder.component().device = {"fan", 14};
  builder.service("fan");
  builder.property(on, "on", model::Format::boolean);
  const auto yes = builder.text("payload_on", "ON");
  const auto no = builder.text("payload_off", "OFF");
  builder.reads(on, "state_topic", {"state_value_template", "value_template"}, one_of_two(yes, no));
  builder.writes(on, "command_topic", "command_template", either(yes, no));
  Speeds speeds{builder.number("speed_range_min", 1), builder.number("speed_range_max", 100)};
  if (speeds.low < 1 || speeds.high < speeds.low) speeds = {};
  builder.percentage(speed_level, "speed-level", 1);
  builder.reads(speed_level, "percentage_state_topic", {"percentage_value_template"}, speeds.decode());
  builder.writes(speed_level, "percentage_command_topic", "percentage_command_template", speeds.encode());
  presets(builder, "mode");
  const auto swings_on = builder.text("payload_oscillation_on", "oscillate_on");
  const auto swings_off = builder.text("payload_oscillation_off", "oscillate_off");
  builder.property(swing, "horizontal-swing", model::Format::boolean);
  builder.reads(swing, "oscillation_state_topic", {"oscillation_value_template"}, one_of_two(swings_on, swings_off));
  builder.writes(swing, "oscillation_command_topic", "oscillation_command_template", either(swings_on, swings_off));
  directions(builder);
}

}  // namespace entente::mqtt_discovery::kinds
