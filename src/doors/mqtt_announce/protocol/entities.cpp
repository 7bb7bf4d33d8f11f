// SPDX-License-Identifier: GPL-3.0-or-later
#include "doors/mqtt_announce/protocol/entities.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "doors/mqtt_announce/protocol/words.h"

namespace entente::mqtt_announce {
namespace {

using home::DeviceView;
using home::Trait;

// One device while its announcements are put together.
class Announcing {
 public:
  Announcing(const DeviceView& device, const Naming& naming) : device_(device), naming_(naming) {}

  std::map<std::string, std::string> made() {
    if (!device_.spec) return {};
    add_thing();
    add_sensors();
    return std::move(made_);
  }

 private:
  bool has(Trait trait) const { return property_of(device_, trait).has_value(); }
  bool can_set(Trait trait) const {
    const auto found = property_of(device_, trait);
    return found && found->property->writable;
  }
  bool can_do(Trait action) const { return home::find_action(*device_.spec, action).has_value(); }
  std::string topic(std::string_view leaf) const { return fmt::format("{}/{}", naming_.base(device_.id), leaf); }

  // "<key>state_topic" and "<key>command_topic" for a trait, where the device has it.
  void tie(Json& config, Trait trait, const std::string& key) const {
    const auto found = property_of(device_, trait);
    if (!found) return;
    const auto leaf = topic(home::to_string(trait));
    if (found->property->readable) config[key + "state_topic"] = leaf;
    if (found->property->writable) config[key + "command_topic"] = leaf + "/set";
  }
  void tie_list(Json& config, Trait trait, const std::string& key, const char* names) const {
    const auto found = property_of(device_, trait);
    if (!found || found->property->list.empty()) return;
    tie(config, trait, key);
    config[names] = names_in(*found->property);
  }

  void add_thing() {
    const auto& domain = device_.domain;
    if (domain == "light") return add_light();
    if (domain == "fan") return add_fan();
    if (domain == "cover") return add_cover();
    if (domain == "climate" || domain == "water_heater") return add_climate();
    if (domain == "humidifier" && has(Trait::target_humidity)) return add_humidifier();
    if (domain == "lock" && has(Trait::locked)) return add_lock();
    if (domain == "vacuum") return add_vacuum();
    if (domain == "valve" && has(Trait::on)) return add_valve();
    if (can_set(Trait::on)) add_switch();
  }

  void add_light() {
    Json config{{"brightness_scale", 100}};
    tie(config, Trait::on, "");
    tie(config, Trait::brightness, "brightness_");
    tie(config, Trait::color_temperature, "color_temp_");
    tie(config, Trait::color, "rgb_");
    const auto warmth = property_of(device_, Trait::color_temperature);
    if (warmth && warmth->property->range && warmth->property->range->low > 100) {
      config["min_mireds"] = std::lround(1e6 / warmth->property->range->high);
      config["max_mireds"] = std::lround(1e6 / warmth->property->range->low);
    }
    if (can_set(Trait::on)) announce("light", "", std::move(config));
  }

  void add_switch() {
    Json config = Json::object();
    tie(config, Trait::on, "");
    if (device_.spec->type.name == "outlet") config["device_class"] = "outlet";
    announce("switch", "", std::move(config));
  }

  void add_fan() {
    Json config{{"payload_oscillation_on", "ON"}, {"payload_oscillation_off", "OFF"}};
    tie(config, Trait::on, "");
    tie(config, Trait::fan_speed, "percentage_");
    tie(config, Trait::swing, "oscillation_");
    tie_list(config, Trait::mode, "preset_mode_", "preset_modes");
    if (can_set(Trait::on)) announce("fan", "", std::move(config));
  }

  void add_cover() {
    Json config = Json::object();
    if (has(Trait::position)) {
      config["position_topic"] = topic("position");
      config["set_position_topic"] = topic("position/set");
    }
    if (can_set(Trait::motor)) config["command_topic"] = topic("motor/set");
    if (device_.spec->type.name == "garage-door") config["device_class"] = "garage";
    if (!config.empty()) announce("cover", "", std::move(config));
  }

  // Off is a mode there.
  void add_climate() {
    Json config = Json::object();
    const auto mode = property_of(device_, Trait::mode);
    std::vector<std::string> modes;
    for (const auto& name : mode ? names_in(*mode->property) : std::vector<std::string>()) {
      if (is_climate_mode(name)) modes.push_back(name);
    }
    if (modes.empty()) modes = {"heat"};
    modes.insert(modes.begin(), "off");
    config["modes"] = modes;
    config["mode_state_topic"] = topic("climate");
    config["mode_command_topic"] = topic("climate/set");
    tie(config, Trait::target_temperature, "temperature_");
    set_range(config, Trait::target_temperature, "min_temp", "max_temp", "temp_step");
    config["temperature_unit"] = "C";
    if (has(Trait::temperature)) config["current_temperature_topic"] = topic("temperature");
    if (has(Trait::humidity)) config["current_humidity_topic"] = topic("humidity");
    if (has(Trait::swing)) {
      tie(config, Trait::swing, "swing_mode_");
      config["swing_modes"] = {"ON", "OFF"};
    }
    if (can_set(Trait::on)) announce("climate", "", std::move(config));
  }
  static bool is_climate_mode(std::string_view name) {
    constexpr std::string_view known[] = {"auto", "heat", "cool", "dry", "fan_only", "heat_cool"};
    return std::find(std::begin(known), std::end(known), name) != std::end(known);
  }

  void add_humidifier() {
    const bool dries = device_.spec->type.name == "dehumidifier";
    Json config{{"device_class", dries ? "dehumidifier" : "humidifier"}};
    tie(config, Trait::on, "");
    tie(config, Trait::target_humidity, "target_humidity_");
    set_range(config, Trait::target_humidity, "min_humidity", "max_humidity", nullptr);
    tie_list(config, Trait::mode, "mode_", "modes");
    if (has(Trait::humidity)) config["current_humidity_topic"] = topic("humidity");
    if (can_set(Trait::on)) announce("humidifier", "", std::move(config));
  }

  void add_lock() {
    Json config = Json::object();
    tie(config, Trait::locked, "");
    announce("lock", "", std::move(config));
  }

  void add_valve() {
    Json config{{"payload_open", "ON"}, {"payload_close", "OFF"}, {"state_open", "ON"}, {"state_closed", "OFF"}};
    tie(config, Trait::on, "");
    announce("valve", "", std::move(config));
  }

  void add_vacuum() {
    Json able = Json::array();
    if (can_do(Trait::start_cleaning)) able.push_back("start");
    if (can_do(Trait::stop_cleaning)) able.push_back("stop");
    if (can_do(Trait::dock)) able.push_back("return_home");
    if (able.empty()) return;
    able.push_back("status");
    Json config{{"schema", "state"}, {"command_topic", topic("vacuum/set")}, {"state_topic", topic("vacuum")}};
    const auto mode = property_of(device_, Trait::mode);
    if (mode && mode->property->writable) {
      able.push_back("fan_speed");
      config["fan_speed_list"] = names_in(*mode->property);
      config["set_fan_speed_topic"] = topic("mode/set");
    }
    config["supported_features"] = std::move(able);
    announce("vacuum", "", std::move(config));
  }

  void add_sensors() {
    add_sensor(Trait::temperature, "temperature", "°C");
    add_sensor(Trait::humidity, "humidity", "%");
    add_sensor(Trait::pm2_5, "pm25", "µg/m³");
    add_sensor(Trait::battery, "battery", "%");
    add_sensor(Trait::power, "power", "W");
    add_sensor(Trait::filter_life, "", "%");
  }
  void add_sensor(Trait trait, const char* device_class, const char* unit) {
    if (!has(trait)) return;
    const std::string name = home::to_string(trait);
    Json config{{"state_topic", topic(name)}, {"unit_of_measurement", unit}, {"state_class", "measurement"}};
    if (*device_class != '\0') config["device_class"] = device_class;
    config["name"] = *device_class == '\0' ? Json("Filter life") : Json();
    if (config["name"].is_null()) config.erase("name");  // the device class names it, in the language of the house
    announce("sensor", name, std::move(config));
  }

  void set_range(Json& config, Trait trait, const char* low, const char* high, const char* step) const {
    const auto found = property_of(device_, trait);
    if (!found || !found->property->range) return;
    config[low] = found->property->range->low;
    config[high] = found->property->range->high;
    if (step != nullptr) config[step] = found->property->range->step;
  }

  void announce(const std::string& component, const std::string& leaf, Json config) {
    const auto object = leaf.empty() ? device_.id.text : device_.id.text + "_" + leaf;
    if (leaf.empty()) config["name"] = nullptr;  // it is the device itself
    config["unique_id"] = naming_.node + "_" + object;
    config["availability"] = Json::array({Json{{"topic", naming_.status_topic()}}, Json{{"topic", topic("reach")}}});
    config["availability_mode"] = "all";
    config["origin"] = Json{{"name", "Entente"}};
    Json device{{"identifiers", Json::array({naming_.node + "_" + device_.id.text})}, {"name", device_.name}};
    device["model"] = device_.model;
    if (!device_.room.empty()) device["suggested_area"] = device_.room;
    config["device"] = std::move(device);
    made_[fmt::format("{}/{}/{}/{}/config", naming_.prefix, component, naming_.node, object)] = to_text(config);
  }

  const DeviceView& device_;
  const Naming& naming_;
  std::map<std::string, std::string> made_;
};

constexpr Trait told[] = {Trait::on,
                          Trait::brightness,
                          Trait::color_temperature,
                          Trait::color,
                          Trait::fan_speed,
                          Trait::mode,
                          Trait::target_temperature,
                          Trait::temperature,
                          Trait::humidity,
                          Trait::pm2_5,
                          Trait::battery,
                          Trait::filter_life,
                          Trait::power,
                          Trait::position,
                          Trait::target_humidity,
                          Trait::swing,
                          Trait::locked,
                          Trait::motor};

std::optional<Trait> trait_named(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(told), std::end(told), [&](Trait trait) { return home::to_string(trait) == name; });
  return found == std::end(told) ? std::nullopt : std::optional(*found);
}

std::optional<std::string> vacuum_words(const DeviceView& device) {
  const auto status = property_of(device, Trait::status);
  const auto* value = status ? device.known(status->id) : nullptr;
  if (value == nullptr) return std::nullopt;
  const auto number = model::to_number(*value);
  Json state = Json::object();
  for (const auto& listed : status->property->list) {
    if (number && static_cast<double>(listed.value) == *number) state["state"] = vacuum_state(listed.description);
  }
  if (const auto speed = words_for(device, Trait::mode)) state["fan_speed"] = *speed;
  return state.contains("state") ? std::optional(to_text(state)) : std::nullopt;
}

// "off", else the mode; "heat" for what has none.
std::optional<std::string> climate_words(const DeviceView& device) {
  const auto on = words_for(device, Trait::on);
  if (!on) return std::nullopt;
  if (*on == "OFF") return "off";
  return property_of(device, Trait::mode) ? words_for(device, Trait::mode) : std::optional<std::string>("heat");
}

Result<Order> vacuum_order(const DeviceView& device, std::string_view payload) {
  const auto wanted = payload == "start"            ? std::optional(Trait::start_cleaning)
                      : payload == "stop"           ? std::optional(Trait::stop_cleaning)
                      : payload == "return_to_base" ? std::optional(Trait::dock)
                                                    : std::nullopt;
  const auto action = wanted && device.spec ? home::find_action(*device.spec, *wanted) : std::nullopt;
  if (action) return Order{model::ActionCall{*action, {}}};
  return Error{ErrorCode::unsupported, fmt::format("{} cannot do that", device.name)};
}

Result<Order> write_order(const DeviceView& device, Trait trait, std::string_view payload) {
  ENTENTE_TRY(auto write, write_for(device, trait, payload));
  return Order{std::move(write)};
}

}  // namespace

std::string Naming::status_topic() const { return fmt::format("entente/{}/status", node); }
std::string Naming::base(const model::DeviceId& device) const {
  return fmt::format("entente/{}/device/{}", node, device.text);
}
std::string Naming::commands() const { return fmt::format("entente/{}/device/+/+/set", node); }

std::pair<std::string, std::string> Naming::command(std::string_view topic) const {
  const auto levels = text::split(topic, '/');
  if (levels.size() != 6 || levels[1] != node || levels[5] != "set") return {};
  return {std::string(levels[3]), std::string(levels[4])};
}

std::map<std::string, std::string> announcements_of(const DeviceView& device, const Naming& naming) {
  return Announcing(device, naming).made();
}

std::map<std::string, std::string> states_of(const DeviceView& device, const Naming& naming) {
  std::map<std::string, std::string> states;
  const auto base = naming.base(device.id);
  states[base + "/reach"] = device.reach == home::Reach::reachable ? "online" : "offline";
  for (const auto trait : told) {
    if (auto words = words_for(device, trait)) states[base + "/" + home::to_string(trait)] = *std::move(words);
  }
  const bool climate = device.domain == "climate" || device.domain == "water_heater";
  if (auto words = climate ? climate_words(device) : std::nullopt) states[base + "/climate"] = *std::move(words);
  if (auto words = device.domain == "vacuum" ? vacuum_words(device) : std::nullopt) {
    states[base + "/vacuum"] = *std::move(words);
  }
  return states;
}

Result<Order> order_for(const DeviceView& device, std::string_view trait, std::string_view payload) {
  if (trait == "vacuum") return vacuum_order(device, payload);
  if (trait == "climate" && payload == "off") return write_order(device, Trait::on, "OFF");
  if (trait == "climate") {
    if (!property_of(device, Trait::mode)) return write_order(device, Trait::on, "ON");
    return write_order(device, Trait::mode, payload);
  }
  const auto known = trait_named(trait);
  if (known) return write_order(device, *known, payload);
  return Error{ErrorCode::not_found, fmt::format("{} has no '{}'", device.name, text::shorten(trait, 40))};
}

}  // namespace entente::mqtt_announce
