// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/mqtt_discovery/protocol/announcement.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "drivers/mqtt_discovery/protocol/abbreviations.h"
#include "model/value.h"

namespace entente::mqtt_discovery {
namespace {

constexpr int deepest_json = 16;
constexpr std::size_t most_components = 500;  // of one message
constexpr std::size_t most_identifiers = 16;
constexpr std::size_t longest_name = 100;
constexpr std::size_t longest_identifier = 120;

std::string short_text(const Json& object, std::string_view key) {
  const Json* found = find(object, key);
  if (found == nullptr) return "";
  const auto words = model::to_text(model::value_from_json(*found));  // a model may be a number
  return text::shorten(std::string(text::trim(words)), longest_name);
}

void add_identifier(Belonging& device, std::string identifier) {
  if (identifier.empty() || identifier.size() > longest_identifier) return;
  if (device.identifiers.size() < most_identifiers) device.identifiers.push_back(std::move(identifier));
}

std::string identifier_in(const Json& one) { return model::to_text(model::value_from_json(one)); }

Belonging belonging_of(const Json& configuration) {
  Belonging device;
  const Json* block = find(configuration, "device");
  if (block == nullptr || !block->is_object()) return device;
  device.name = short_text(*block, "name");
  device.room = short_text(*block, "suggested_area");
  device.maker = short_text(*block, "manufacturer");
  device.model = short_text(*block, "model");
  if (const Json* identifiers = find(*block, "identifiers"); identifiers != nullptr && identifiers->is_array()) {
    for (const Json& one : *identifiers) add_identifier(device, identifier_in(one));
  } else if (identifiers != nullptr) {
    add_identifier(device, identifier_in(*identifiers));
  }
  if (const Json* connections = find(*block, "connections"); connections != nullptr && connections->is_array()) {
    for (const Json& pair : *connections) {
      if (!pair.is_array() || pair.size() != 2) continue;
      add_identifier(device, identifier_in(pair[0]) + ":" + text::to_lower_ascii(identifier_in(pair[1])));
    }
  }
  std::sort(device.identifiers.begin(), device.identifiers.end());
  device.identifiers.erase(std::unique(device.identifiers.begin(), device.identifiers.end()), device.identifiers.end());
  return device;
}

std::string place_of(const DiscoveryTopic& topic) {
  return topic.node.empty() ? topic.object : topic.node + "/" + topic.object;
}

std::string key_of(const Json& configuration, const std::string& place) {
  auto key = identifier_in(configuration.value("unique_id", Json()));
  if (key.empty() || key.size() > longest_identifier) key = place;
  return key;
}

// What all components of a device share where they do not say otherwise.
void inherit(Json& component, const Json& whole) {
  for (const auto* key :
       {"availability", "availability_topic", "availability_template", "availability_mode", "payload_available",
        "payload_not_available", "command_topic", "state_topic", "qos", "encoding", "device"}) {
    const Json* shared = find(whole, key);
    if (shared != nullptr && find(component, key) == nullptr) component[key] = *shared;
  }
}

Result<std::vector<AnnouncedComponent>> parse_device(const DiscoveryTopic& topic, const Json& whole) {
  const Json* components = find(whole, "components");
  if (components == nullptr || !components->is_object()) {
    return Error{ErrorCode::invalid, "a device without \"components\""};
  }
  if (components->size() > most_components) {
    return Error{ErrorCode::exhausted, fmt::format("{} components are too many", components->size())};
  }
  const auto device = belonging_of(whole);
  if (device.identifiers.empty())
    return Error{ErrorCode::invalid, "its device has neither identifiers nor connections"};
  std::vector<AnnouncedComponent> found;
  for (const auto& [name, component] : components->items()) {
    if (!component.is_object() || component.size() < 2) continue;  // only its platform: it was taken back
    AnnouncedComponent one;
    one.kind = string_or(component, "platform", "");
    one.configuration = component;
    inherit(one.configuration, whole);
    one.key = key_of(component, place_of(topic) + "/" + text::shorten(name, longest_name));
    one.device = device;
    found.push_back(std::move(one));
  }
  return found;
}

}  // namespace

std::optional<DiscoveryTopic> parse_discovery_topic(std::string_view topic, std::string_view prefix) {
  if (topic.size() <= prefix.size() + 1 || topic.substr(0, prefix.size()) != prefix || topic[prefix.size()] != '/') {
    return std::nullopt;
  }
  const auto levels = text::split(topic.substr(prefix.size() + 1), '/');
  if ((levels.size() != 3 && levels.size() != 4) || levels.back() != "config") return std::nullopt;
  if (std::any_of(levels.begin(), levels.end(), [](std::string_view level) { return level.empty(); })) {
    return std::nullopt;
  }
  DiscoveryTopic parsed;
  parsed.kind = levels[0];
  if (levels.size() == 4) parsed.node = levels[1];
  parsed.object = levels[levels.size() - 2];
  return parsed;
}

Result<std::vector<AnnouncedComponent>> parse_announcement(const DiscoveryTopic& topic, std::string_view payload) {
  if (text::trim(payload).empty()) return std::vector<AnnouncedComponent>();
  ENTENTE_TRY(const Json json, parse_json(payload, "announcement", deepest_json));
  if (!json.is_object()) return Error{ErrorCode::invalid, "announcement: not a JSON object"};
  const Json whole = with_long_names(json);
  if (bool_or(whole, "migrate_discovery", false)) return std::vector<AnnouncedComponent>();
  if (topic.kind == "device") return parse_device(topic, whole);
  AnnouncedComponent one;
  one.kind = topic.kind;
  one.key = key_of(whole, place_of(topic));
  one.device = belonging_of(whole);
  one.configuration = whole;
  std::vector<AnnouncedComponent> found;
  found.push_back(std::move(one));
  return found;
}

}  // namespace entente::mqtt_discovery
