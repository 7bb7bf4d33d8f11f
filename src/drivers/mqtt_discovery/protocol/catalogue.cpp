// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/mqtt_discovery/protocol/catalogue.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "base/text.h"

namespace entente::mqtt_discovery {
namespace {

constexpr std::size_t most_complaints = 1000;

void add(std::string& reasons, std::string_view reason) {
  if (reasons.size() > 500) return;
  if (!reasons.empty()) reasons += "; ";
  reasons += reason;
}

}  // namespace

Catalogue::Catalogue(std::string prefix, std::string own_node, Limits limits)
    : prefix_(std::move(prefix)), own_node_(std::move(own_node)), limits_(limits) {}

AnnouncedDevice* Catalogue::device(const std::string& key) {
  const auto found = devices_.find(key);
  return found == devices_.end() ? nullptr : found->second.get();
}

void Catalogue::complain(const std::string& topic, std::string reason) {
  reason = text::shorten(reason, 400);
  auto known = complaints_.find(topic);
  if (known != complaints_.end() && known->second == reason) return;
  if (known == complaints_.end() && complaints_.size() >= most_complaints) return;
  log::warning("mqtt", "{}: {}", topic, reason);
  complaints_[topic] = std::move(reason);
}

CatalogueChange Catalogue::hear(std::string_view name, std::string_view payload) {
  CatalogueChange change;
  const auto parsed = parse_discovery_topic(name, prefix_);
  if (!parsed || (!own_node_.empty() && parsed->node == own_node_)) return change;
  const std::string topic(name);
  const auto fingerprint = std::hash<std::string_view>()(payload);
  const auto known = topics_.find(topic);
  if (known != topics_.end() && known->second.fingerprint == fingerprint) return change;  // they repeat themselves
  auto announced = parse_announcement(*parsed, payload);
  if (!announced.ok()) {
    complain(topic, announced.error().message);
    return change;
  }
  take_out(topic, change);
  std::string reasons;
  for (auto& one : *announced) put(topic, std::move(one), change, reasons);
  if (const auto here = topics_.find(topic); here != topics_.end()) here->second.fingerprint = fingerprint;
  if (reasons.empty()) {
    complaints_.erase(topic);
  } else {
    complain(topic, std::move(reasons));
  }
  for (auto key = change.changed.begin(); key != change.changed.end();) {
    const auto found = devices_.find(*key);
    if (found != devices_.end() && !found->second->empty()) {
      found->second->settle();
      ++key;
      continue;
    }
    if (found != devices_.end()) {
      std::erase_if(by_identifier_, [&](const auto& entry) { return entry.second == *key; });
      devices_.erase(found);
    }
    change.gone.insert(*key);
    key = change.changed.erase(key);
  }
  return change;
}

void Catalogue::take_out(const std::string& topic, CatalogueChange& change) {
  const auto known = topics_.find(topic);
  if (known == topics_.end()) return;
  for (const auto& place : known->second.places) {
    owners_.erase(place.component);
    change.changed.insert(place.device);
    if (auto* found = device(place.device)) found->take_out(place.component);
  }
  topics_.erase(known);
}

AnnouncedDevice* Catalogue::device_of(const AnnouncedComponent& announced) {
  for (const auto& identifier : announced.device.identifiers) {
    const auto known = by_identifier_.find(identifier);
    if (known != by_identifier_.end()) return device(known->second);
  }
  if (devices_.size() >= limits_.devices) return nullptr;
  auto key = announced.device.identifiers.empty() ? announced.kind + "/" + announced.key
                                                  : announced.device.identifiers.front();
  std::replace(key.begin(), key.end(), face_mark, '_');
  auto& made = devices_[key];
  if (made == nullptr) made = std::make_unique<AnnouncedDevice>(key, announced.device);
  return made.get();
}

void Catalogue::put(const std::string& topic, AnnouncedComponent announced, CatalogueChange& change,
                    std::string& reasons) {
  const auto name = announced.kind + "/" + announced.key;
  if (const auto owner = owners_.find(name); owner != owners_.end()) {
    return add(reasons, fmt::format("unique_id '{}' is taken by {}", announced.key, owner->second));
  }
  if (owners_.size() >= limits_.components) return add(reasons, "there are too many components");
  std::vector<std::string> notes;
  auto component = make_component(announced, notes);
  for (const auto& note : notes) add(reasons, fmt::format("{}: {}", name, note));
  if (!component.ok()) {
    if (component.error().code == ErrorCode::unsupported) {
      return log::debug("mqtt", "{}: {}", topic, component.error().message);
    }
    return add(reasons, fmt::format("{}: {}", name, component.error().message));
  }
  auto* owner = device_of(announced);
  if (owner == nullptr) return add(reasons, fmt::format("{} devices are too many", limits_.devices + 1));
  if (owner->size() >= limits_.components_of_a_device) {
    return add(reasons, fmt::format("{} has too many components", owner->name()));
  }
  owner->put(name, *std::move(component), announced.device);
  for (const auto& identifier : owner->identifiers()) by_identifier_.emplace(identifier, owner->key());
  owners_[name] = topic;
  topics_[topic].places.push_back({owner->key(), name});
  change.changed.insert(owner->key());
}

}  // namespace entente::mqtt_discovery
