// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/traits.h"

#include <algorithm>
#include <span>

#include "services/home/impl/levels.h"

namespace entente::home {
namespace {

using model::DeviceSpec;
using model::Format;
using model::Property;
using model::PropertyId;
using model::Service;

constexpr std::string_view trait_names[] = {"on",
                                            "brightness",
                                            "color_temperature",
                                            "color",
                                            "fan_speed",
                                            "mode",
                                            "target_temperature",
                                            "temperature",
                                            "humidity",
                                            "pm2_5",
                                            "battery",
                                            "filter_life",
                                            "status",
                                            "power",
                                            "position",
                                            "motor",
                                            "volume",
                                            "mute",
                                            "target_humidity",
                                            "swing",
                                            "locked",
                                            "intensity",
                                            "start_cleaning",
                                            "stop_cleaning",
                                            "dock",
                                            "play",
                                            "pause",
                                            "next",
                                            "previous",
                                            "feed",
                                            "start",
                                            "stop"};
constexpr auto trait_count = std::size(trait_names);

constexpr Trait last_property_trait = Trait::intensity;

using Names = std::initializer_list<std::string_view>;

bool one_of(std::string_view name, Names names) { return std::find(names.begin(), names.end(), name) != names.end(); }

const Service* standard_service(const DeviceSpec& spec, std::string_view name) {
  for (const auto& service : spec.services) {
    if (service.type.standard() && service.type.name == name) return &service;
  }
  return nullptr;
}

// Where the main service is not called like the device.
constexpr std::pair<std::string_view, std::string_view> main_services[] = {
    {"outlet", "switch"},
    {"relay", "switch"},
    {"fan", "ceiling-fan"},
    {"bath-heater", "ptc-bath-heater"},
    {"airer", "airer"},
    {"air-condition-outlet", "air-conditioner"},
    {"air-purifier", "air-fresh"},
    {"air-monitor", "environment"},
    {"vacuum", "mopping-machine"},
    {"temperature-humidity-sensor", "environment"},
    {"light", "ambient-light"},
    {"light", "switch"},
    {"window-opener", "curtain"},
    {"garage-door", "curtain"},
    {"tv-box", "television"},
    {"speaker", "intelligent-speaker"}};

// Services that only accompany the thing itself.
bool is_accessory(const Service& service) {
  return one_of(service.type.name,
                {"device-information", "indicator-light", "alarm", "battery", "screen", "physical-controls-locked",
                 "filter", "environment", "identify", "countdown", "delay", "brush-cleaner", "clock",
                 "power-consumption", "illumination-sensor", "temperature-humidity-sensor", "tds-sensor"});
}

const Property* property_named(const Service& service, std::string_view name, bool (*fits)(const Property&)) {
  for (const auto& property : service.properties) {
    if (property.type.standard() && property.type.name == name && fits(property)) return &property;
  }
  return nullptr;
}

bool is_switch(const Property& property) {
  if (!property.writable) return false;
  if (property.format == Format::boolean) return true;
  const bool two_listed = property.list.size() == 2;
  const bool zero_one = property.range && property.range->low == 0 && property.range->high == 1;
  return property.format != Format::text && property.format != Format::real && (two_listed || zero_one);
}
bool is_number(const Property& property) {
  return property.format != Format::boolean && property.format != Format::text;
}
bool is_readable_number(const Property& property) { return property.readable && is_number(property); }
bool is_settable_number(const Property& property) { return property.writable && is_number(property); }
bool is_choice(const Property& property) { return !property.list.empty() && property.writable; }
bool is_reading_of_list(const Property& property) { return !property.list.empty() && property.readable; }
bool is_settable_or_readable_list(const Property& property) {
  return is_choice(property) || is_reading_of_list(property);
}
bool is_wide(const Property& property) {
  return is_settable_number(property) && property.range && property.range->high - property.range->low >= 90;
}
bool is_level_choice(const Property& property) {
  if (!is_settable_number(property)) return false;
  return property.range ? property.range->high > property.range->low : levels_of(property).size() >= 2;
}

// "Auto", "Sleep", "Favorite": some purifiers call their modes fan levels.
bool is_choice_of_no_level(const Property& property) { return is_choice(property) && !is_level_choice(property); }

const Service* main_service(const DeviceSpec& spec) {
  if (const Service* same = standard_service(spec, spec.type.name)) return same;
  for (const auto& [device, service] : main_services) {
    const Service* found = device == spec.type.name ? standard_service(spec, service) : nullptr;
    if (found != nullptr) return found;
  }
  for (const auto& service : spec.services) {
    if (!service.type.standard() || is_accessory(service)) continue;
    if (property_named(service, "on", is_switch) != nullptr) return &service;
  }
  return nullptr;
}

struct Found {
  const Service* service = nullptr;
  const Property* property = nullptr;
};

Found in_service(const Service* service, Names names, bool (*fits)(const Property&)) {
  if (service == nullptr) return {};
  for (const auto name : names) {
    if (const Property* property = property_named(*service, name, fits)) return {service, property};
  }
  return {};
}

Found in_services(const DeviceSpec& spec, Names services, Names names, bool (*fits)(const Property&)) {
  for (const auto wanted : services) {
    for (const auto& service : spec.services) {
      if (!service.type.standard() || service.type.name != wanted) continue;
      if (const Found found = in_service(&service, names, fits); found.property != nullptr) return found;
    }
  }
  return {};
}

Found either(Found first, Found second) { return first.property != nullptr ? first : second; }

// What a lamp can do, in the lamp itself or in the lamp of a ceiling fan.
Found find_light(const DeviceSpec& spec, std::string_view name, bool (*fits)(const Property&)) {
  const Found lamp = in_services(spec, {"light"}, {name}, fits);
  return lamp.property != nullptr || spec.type.name != "light" ? lamp : in_service(main_service(spec), {name}, fits);
}

// A percentage is finer than four levels, so it comes first.
Found find_fan_speed(const DeviceSpec& spec, const Service* main) {
  for (const auto* service : {main, standard_service(spec, "fan-control"), standard_service(spec, "fan")}) {
    Found found = in_service(service, {"speed-level", "fan-level"}, is_wide);
    found = either(found, in_service(service, {"fan-level", "speed-level"}, is_level_choice));
    if (found.property != nullptr) return found;
  }
  return {};
}

Found find_swing(const DeviceSpec& spec, const Service* main) {
  const Names names = {"horizontal-swing", "vertical-swing", "swing"};
  const Found found = in_service(main, names, is_switch);
  return found.property != nullptr ? found : in_services(spec, {"fan-control"}, names, is_switch);
}

// Where a spec has both, the position to go to; a curtain that only reports where it is cannot be told.
Found find_position(const DeviceSpec& spec, const Service* main) {
  const Names names = {"target-position", "current-position"};
  const Found found = in_service(main, names, is_settable_number);
  return found.property != nullptr ? found : in_services(spec, {"curtain", "garage-door"}, names, is_settable_number);
}

// How warm the room is, or the water in a kettle; how warm a plug is itself is of no interest.
Found find_temperature(const DeviceSpec& spec, const Service* main) {
  const Found room = in_services(spec, {"environment", "temperature-humidity-sensor", "temperature-sensor"},
                                 {"temperature"}, is_readable_number);
  if (room.property != nullptr || main == nullptr || main->type.name == "switch") return room;
  return in_service(main, {"temperature"}, is_readable_number);
}

Found find(const DeviceSpec& spec, Trait trait) {
  const Service* main = main_service(spec);
  switch (trait) {
    case Trait::on: return in_service(main, {"on"}, is_switch);
    case Trait::brightness: return find_light(spec, "brightness", is_level_choice);
    case Trait::color_temperature: return find_light(spec, "color-temperature", is_settable_number);
    case Trait::color: return find_light(spec, "color", is_settable_number);
    case Trait::fan_speed: return find_fan_speed(spec, main);
    case Trait::mode:
      return either(in_service(main, {"mode"}, is_settable_or_readable_list),
                    in_service(main, {"fan-level"}, is_choice_of_no_level));
    case Trait::target_temperature: return in_service(main, {"target-temperature"}, is_settable_number);
    case Trait::temperature: return find_temperature(spec, main);
    case Trait::humidity:
      return either(in_services(spec, {"environment", "temperature-humidity-sensor", "humidity-sensor"},
                                {"relative-humidity"}, is_readable_number),
                    in_service(main, {"relative-humidity"}, is_readable_number));
    case Trait::pm2_5:
      return either(in_services(spec, {"environment", "air-monitor", "air-quality-sensor"}, {"pm2.5-density"},
                                is_readable_number),
                    in_service(main, {"pm2.5-density"}, is_readable_number));
    case Trait::battery:
      return either(in_services(spec, {"battery"}, {"battery-level"}, is_readable_number),
                    in_service(main, {"battery-level"}, is_readable_number));
    case Trait::filter_life:
      return either(in_services(spec, {"filter"}, {"filter-life-level"}, is_readable_number),
                    in_service(main, {"filter-life-level"}, is_readable_number));
    case Trait::status: return in_service(main, {"status"}, is_reading_of_list);
    case Trait::power:
      return either(in_services(spec, {"power-consumption"}, {"electric-power"}, is_readable_number),
                    in_service(main, {"electric-power"}, is_readable_number));
    case Trait::position: return find_position(spec, main);
    case Trait::motor: return in_service(main, {"motor-control"}, is_choice);
    case Trait::volume: return in_services(spec, {"speaker", "television", "intelligent-speaker"}, {"volume"}, is_wide);
    case Trait::mute: return in_services(spec, {"speaker", "television", "intelligent-speaker"}, {"mute"}, is_switch);
    case Trait::target_humidity:
      return either(in_service(main, {"target-humidity"}, is_settable_number),
                    in_services(spec, {"environment"}, {"target-humidity"}, is_settable_number));
    case Trait::swing: return find_swing(spec, main);
    case Trait::locked: return in_service(main, {"locked", "lock"}, is_switch);
    case Trait::intensity: {
      const Names names = {"intensity", "heat-level", "spray-level"};
      return either(in_service(main, names, is_wide), in_service(main, names, is_level_choice));
    }
    default: return {};
  }
}

// Things that do one piece of work and end.
constexpr std::string_view appliances[] = {
    "air-fryer",  "cooker",         "pressure-cooker", "induction-cooker",
    "oven",       "microwave-oven", "steam-oven",      "multifunction-cooking-pot",
    "health-pot", "coffee-machine", "juicer",          "toaster",
    "washer",     "dishwasher",     "clothes-dryer",   "sterilizer",
    "foot-bath",  "massager"};

using Services = std::span<const std::string_view>;

std::optional<model::ActionId> action_named(const DeviceSpec& spec, Services services, Names names) {
  for (const auto name : names) {
    for (const auto& service : spec.services) {
      if (!service.type.standard() || std::find(services.begin(), services.end(), service.type.name) == services.end())
        continue;
      for (const auto& action : service.actions) {
        if (action.type.standard() && action.type.name == name && action.in.empty()) {
          return model::ActionId{service.id, action.id};
        }
      }
    }
  }
  return std::nullopt;
}

}  // namespace

const char* to_string(Trait trait) { return trait_names[static_cast<std::size_t>(trait)].data(); }

std::string domain_of(const DeviceSpec& spec) {
  static const std::map<std::string_view, std::string_view> domains = {{"light", "light"},
                                                                       {"outlet", "switch"},
                                                                       {"switch", "switch"},
                                                                       {"relay", "switch"},
                                                                       {"air-condition-outlet", "climate"},
                                                                       {"fan", "fan"},
                                                                       {"ceiling-fan", "fan"},
                                                                       {"air-purifier", "fan"},
                                                                       {"air-fresh", "fan"},
                                                                       {"hood", "fan"},
                                                                       {"vacuum", "vacuum"},
                                                                       {"mopping-machine", "vacuum"},
                                                                       {"air-conditioner", "climate"},
                                                                       {"heater", "climate"},
                                                                       {"thermostat", "climate"},
                                                                       {"bath-heater", "climate"},
                                                                       {"electric-blanket", "climate"},
                                                                       {"water-heater", "water_heater"},
                                                                       {"kettle", "water_heater"},
                                                                       {"curtain", "cover"},
                                                                       {"airer", "cover"},
                                                                       {"window-opener", "cover"},
                                                                       {"motor-controller", "cover"},
                                                                       {"garage-door", "cover"},
                                                                       {"valve", "valve"},
                                                                       {"diffuser", "humidifier"},
                                                                       {"humidifier", "humidifier"},
                                                                       {"dehumidifier", "humidifier"},
                                                                       {"air-monitor", "sensor"},
                                                                       {"temperature-humidity-sensor", "sensor"},
                                                                       {"illumination-sensor", "sensor"},
                                                                       {"gas-sensor", "binary_sensor"},
                                                                       {"motion-sensor", "binary_sensor"},
                                                                       {"magnet-sensor", "binary_sensor"},
                                                                       {"occupancy-sensor", "binary_sensor"},
                                                                       {"smoke-sensor", "binary_sensor"},
                                                                       {"submersion-sensor", "binary_sensor"},
                                                                       {"speaker", "media_player"},
                                                                       {"television", "media_player"},
                                                                       {"tv-box", "media_player"},
                                                                       {"camera", "camera"},
                                                                       {"lock", "lock"}};
  const auto found = domains.find(spec.type.name);
  return std::string(found == domains.end() ? "other" : found->second);
}

std::optional<PropertyId> find_property(const DeviceSpec& spec, Trait trait) {
  const Found found = find(spec, trait);
  if (found.property == nullptr) return std::nullopt;
  return PropertyId{found.service->id, found.property->id};
}

std::optional<model::ActionId> find_action(const DeviceSpec& spec, Trait trait) {
  constexpr std::string_view cleaners[] = {"vacuum", "mopping-machine"};
  constexpr std::string_view chargers[] = {"battery", "vacuum", "mopping-machine"};
  constexpr std::string_view players[] = {"play-control"};
  constexpr std::string_view feeders[] = {"pet-feeder"};
  switch (trait) {
    case Trait::start_cleaning:
      return action_named(spec, cleaners, {"start-sweep", "start-sweep-mop", "start-only-sweep", "start-mop"});
    case Trait::stop_cleaning:
      return action_named(spec, cleaners, {"stop-sweeping", "stop-sweep", "pause-sweeping", "stop-mop", "pause"});
    case Trait::dock: return action_named(spec, chargers, {"start-charge"});
    case Trait::play: return action_named(spec, players, {"play"});
    case Trait::pause: return action_named(spec, players, {"pause", "stop"});
    case Trait::next: return action_named(spec, players, {"next"});
    case Trait::previous: return action_named(spec, players, {"previous"});
    case Trait::feed: return action_named(spec, feeders, {"pet-food-out"});
    case Trait::start:
      return action_named(spec, appliances, {"start-cook", "start-wash", "start-work", "start-dry", "start", "resume"});
    case Trait::stop:
      return action_named(spec, appliances,
                          {"cancel-cooking", "stop-cook", "stop-cooking", "stop-wash", "stop-work", "stop", "pause"});
    default: return std::nullopt;
  }
}

std::vector<Trait> traits_of(const DeviceSpec& spec) {
  std::vector<Trait> traits;
  for (std::size_t i = 0; i < trait_count; ++i) {
    const auto trait = static_cast<Trait>(i);
    const bool held =
        trait <= last_property_trait ? find_property(spec, trait).has_value() : find_action(spec, trait).has_value();
    if (held) traits.push_back(trait);
  }
  return traits;
}

}  // namespace entente::home
