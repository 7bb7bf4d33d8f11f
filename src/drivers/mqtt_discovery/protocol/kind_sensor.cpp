// SPDX-License-Identifier: GPL-3.0-or-later
// What only tells: sensor, binary_sensor, device_tracker. Which of MIoT's services and properties a measurement is,
// goes by its device class; its unit becomes the one that the home counts in.
#include <algorithm>

#include "drivers/mqtt_discovery/protocol/kinds.h"

namespace entente::mqtt_discovery::kinds {
namespace {

using model::Value;

constexpr std::int32_t first = 1;

struct Measure {
  std::string_view device_class;
  std::string_view service;
  std::string_view property;
  std::string_view unit;
  DeviceKind device;
};

constexpr Measure measures[] = {
    {"temperature", "environment", "temperature", "celsius", {"temperature-humidity-sensor", 71}},
    {"humidity", "environment", "relative-humidity", "percentage", {"temperature-humidity-sensor", 72}},
    {"pm25", "environment", "pm2.5-density", "μg/m3", {"air-monitor", 70}},
    {"pm10", "environment", "pm10-density", "μg/m3", {"air-monitor", 70}},
    {"carbon_dioxide", "environment", "co2-density", "ppm", {"air-monitor", 70}},
    {"volatile_organic_compounds", "environment", "tvoc-density", "μg/m3", {"air-monitor", 70}},
    {"atmospheric_pressure", "environment", "atmospheric-pressure", "hPa", {"temperature-humidity-sensor", 73}},
    {"pressure", "environment", "atmospheric-pressure", "hPa", {"temperature-humidity-sensor", 73}},
    {"illuminance", "illumination-sensor", "illumination", "lux", {"illumination-sensor", 74}},
    {"battery", "battery", "battery-level", "percentage", {}},
    {"power", "power-consumption", "electric-power", "watt", {}},
    {"energy", "power-consumption", "power-consumption", "kWh", {}},
    {"voltage", "power-consumption", "voltage", "volt", {}},
    {"current", "power-consumption", "electric-current", "ampere", {}},
};

// number * factor + offset is what the home counts in.
struct Conversion {
  std::string_view from;
  std::string_view to;
  double factor = 1;
  double offset = 0;
};
constexpr Conversion conversions[] = {
    {"°F", "celsius", 1 / 1.8, -32 / 1.8},
    {"F", "celsius", 1 / 1.8, -32 / 1.8},
    {"K", "celsius", 1, -273.15},
    {"kW", "watt", 1000},
    {"mW", "watt", 0.001},
    {"Wh", "kWh", 0.001},
    {"MWh", "kWh", 1000},
    {"mV", "volt", 0.001},
    {"mA", "ampere", 0.001},
    {"Pa", "hPa", 0.01},
    {"kPa", "hPa", 10},
    {"bar", "hPa", 1000},
    {"mmHg", "hPa", 1.333224},
    {"inHg", "hPa", 33.86389},
    {"psi", "hPa", 68.94757},
    {"mg/m³", "μg/m3", 1000},
};

Conversion conversion(std::string_view from, std::string_view to) {
  for (const auto& one : conversions) {
    if (one.from == from && one.to == to) return one;
  }
  return {};
}

const Measure* measure_of(Builder& builder) {
  const auto name = builder.text("device_class", "");
  const auto* found = std::find_if(std::begin(measures), std::end(measures),
                                   [&](const Measure& one) { return one.device_class == name; });
  if (found == std::end(measures)) return nullptr;
  // How warm a chip is, is no news of the room.
  return builder.component().plain || name == "battery" ? found : nullptr;
}

void measured(Builder& builder, const Measure& measure) {
  builder.service(measure.service);
  builder.component().device = measure.device;
  auto& property = builder.property(first, measure.property, model::Format::real);
  property.unit = measure.unit;
  const auto by = conversion(builder.text("unit_of_measurement", ""), measure.unit);
  if (measure.unit == "percentage") {
    property.format = model::Format::real;
    property.range = model::ValueRange{0, 100, 0.1};
  }
  builder.reads(first, "state_topic", {"value_template"}, plain_number(by.factor, by.offset));
}

bool is_number(Builder& builder) {
  return builder.has("unit_of_measurement") || builder.has("state_class") || builder.has("suggested_display_precision");
}

}  // namespace

void sensor(Builder& builder) {
  if (const auto* measure = measure_of(builder)) return measured(builder, *measure);
  builder.vendor_service("sensor");
  const auto options = builder.texts("options");
  if (builder.text("device_class", "") == "enum" && !options.empty()) {
    builder.choice(first, builder.slug("state"), options).type.space = "mqtt-spec";
    builder.reads(first, "state_topic", {"value_template"}, word_of(options));
    return;
  }
  const bool number = is_number(builder);
  auto& property =
      builder.vendor_property(first, builder.slug("value"), number ? model::Format::real : model::Format::text);
  property.unit = builder.text("unit_of_measurement", "");
  builder.reads(first, "state_topic", {"value_template"}, number ? plain_number() : plain_text());
}

namespace {

struct Sense {
  std::string_view device_class;
  std::string_view service;
  std::string_view property;
  DeviceKind device;
  bool inverted = false;  // "on" there is "open", and MIoT asks whether there is contact
};
constexpr Sense senses[] = {
    {"motion", "motion-sensor", "motion-state", {"motion-sensor", 61}},
    {"moving", "motion-sensor", "motion-state", {"motion-sensor", 61}},
    {"occupancy", "occupancy-sensor", "occupancy-status", {"occupancy-sensor", 61}},
    {"presence", "occupancy-sensor", "occupancy-status", {"occupancy-sensor", 61}},
    {"door", "magnet-sensor", "contact-state", {"magnet-sensor", 61}, true},
    {"window", "magnet-sensor", "contact-state", {"magnet-sensor", 61}, true},
    {"opening", "magnet-sensor", "contact-state", {"magnet-sensor", 61}, true},
    {"garage_door", "magnet-sensor", "contact-state", {"magnet-sensor", 61}, true},
    {"moisture", "submersion-sensor", "submersion-state", {"submersion-sensor", 61}},
    {"smoke", "smoke-sensor", "smoke-state", {"smoke-sensor", 61}},
    {"gas", "gas-sensor", "gas-state", {"gas-sensor", 61}},
    {"carbon_monoxide", "gas-sensor", "gas-state", {"gas-sensor", 61}},
    {"vibration", "vibration-sensor", "vibration-state", {"vibration-sensor", 61}},
};

}  // namespace

namespace {

void relapse(Builder& builder, bool inverted) {
  const double delay = builder.number("off_delay", 0);
  if (delay < 1 || delay > 86'400) return;
  builder.component().relapses.push_back(
      {first, Value{!inverted}, Value{inverted}, seconds(static_cast<std::int64_t>(delay))});
}

}  // namespace

void binary_sensor(Builder& builder) {
  const auto name = builder.text("device_class", "");
  const auto* sense =
      std::find_if(std::begin(senses), std::end(senses), [&](const Sense& one) { return one.device_class == name; });
  const auto yes = builder.text("payload_on", "ON");
  const auto no = builder.text("payload_off", "OFF");
  if (sense == std::end(senses) || !builder.component().plain) {
    builder.vendor_service("binary-sensor");
    builder.vendor_property(first, builder.slug(name.empty() ? "state" : slug_of(name)), model::Format::boolean);
    builder.reads(first, "state_topic", {"value_template"}, one_of_two(yes, no));
    return relapse(builder, false);
  }
  builder.service(sense->service);
  builder.component().device = sense->device;
  builder.property(first, sense->property, model::Format::boolean);
  builder.reads(first, "state_topic", {"value_template"}, sense->inverted ? one_of_two(no, yes) : one_of_two(yes, no));
  relapse(builder, sense->inverted);
}

void device_tracker(Builder& builder) {
  constexpr std::int32_t place = 2;
  builder.vendor_service("device-tracker");
  builder.vendor_property(first, "home", model::Format::boolean);
  builder.vendor_property(place, "place", model::Format::text);
  const auto home = builder.text("payload_home", "home");
  const auto away = builder.text("payload_not_home", "not_home");
  builder.reads(first, "state_topic", {"value_template"},
                [home](const std::string& word) -> std::optional<Value> { return Value{word == home}; });
  builder.reads(place, "state_topic", {"value_template"}, plain_text());
}

}  // namespace entente::mqtt_discovery::kinds
