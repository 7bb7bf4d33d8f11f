// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/mqtt_discovery/impl/station.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "drivers/mqtt_discovery/impl/link.h"

namespace entente::mqtt_discovery {
namespace {

constexpr Duration longest_settling = seconds(3);
constexpr Duration patience = seconds(5);  // for what the broker keeps, before a device counts as gone
constexpr std::size_t most_filters = 100'000;

}  // namespace

Station::Station(Loop& loop, mqtt::Client& client, MqttDriver::Options options)
    : loop_(loop), client_(client), options_(std::move(options)), catalogue_(options_.prefix, options_.own_node) {
  const auto announced = [this](const mqtt::Message& message) { on_announcement(message); };
  subscriptions_.push_back(client_.watch([this] { on_broker(); }));
  subscriptions_.push_back(client_.subscribe(options_.prefix + "/+/+/config", announced));
  subscriptions_.push_back(client_.subscribe(options_.prefix + "/+/+/+/config", announced));
  if (client_.connected()) on_broker();
}

void Station::search(home::SightingObserver* observer) {
  observer_ = observer;
  if (observer_ == nullptr) return;
  for (const auto& [key, device] : catalogue_.devices()) unsettled_.insert(key);
  if (!unsettled_.empty()) settle_.start(Duration::zero(), [this] { settle(); });
}

// ---- the broker

void Station::on_broker() {
  const bool now = client_.connected();
  if (now && !connected_) {
    connected_at_ = loop_.now();
    patience_.start(patience, [this] { on_broker(); });
    // Who keeps no state at the broker sends it at these words: they say that a home has come up.
    const auto greeted = client_.send({options_.prefix + "/status", "online", false});
    if (!greeted.ok()) log::debug("mqtt", "{}", greeted.error().message);
  }
  connected_ = now;
  std::set<std::string> keys;
  for (const auto& [key, link] : links_) keys.insert(key);
  for (const auto& key : keys) reach_changed(key);
}

bool Station::still_waiting() const {
  if (!connected_) return client_.trouble().empty();
  return loop_.now() - connected_at_ < patience;
}

std::string Station::trouble_of(const std::string& key) {
  if (!client_.connected()) {
    return client_.trouble().empty() ? fmt::format("mqtt broker {}: not connected yet", client_.broker_name())
                                     : client_.trouble();
  }
  auto* found = device(key);
  if (found == nullptr) {
    return fmt::format("mqtt: '{}' is not announced at the broker {}", key, client_.broker_name());
  }
  if (!found->online()) return fmt::format("mqtt: {} says at the broker that it is offline", found->name());
  return "";
}

// ---- announcements

void Station::on_announcement(const mqtt::Message& message) {
  const auto change = catalogue_.hear(message.topic, message.payload);
  if (change.changed.empty() && change.gone.empty()) return;
  if (unsettled_.empty()) first_unsettled_ = loop_.now();
  unsettled_.insert(change.changed.begin(), change.changed.end());
  unsettled_.insert(change.gone.begin(), change.gone.end());
  const auto left = first_unsettled_ + longest_settling - loop_.now();
  settle_.start(std::clamp(left, Duration::zero(), options_.settle), [this] { settle(); });
}

void Station::listen_for(const std::string& key, std::set<std::string>& anew) {
  auto* found = device(key);
  const auto wanted = found == nullptr ? std::set<std::string>() : found->topics();
  auto& filters = filters_[key];
  for (const auto& filter : filters) {
    if (wanted.count(filter) == 0) stop_listening(key, filter);
  }
  for (const auto& filter : wanted) {
    if (listening_.size() >= most_filters && listening_.count(filter) == 0) continue;
    listening_[filter].devices.insert(key);
    anew.insert(filter);
  }
  filters = wanted;
  if (filters.empty()) filters_.erase(key);
}

void Station::stop_listening(const std::string& key, const std::string& filter) {
  const auto found = listening_.find(filter);
  if (found == listening_.end()) return;
  found->second.devices.erase(key);
  if (found->second.devices.empty()) listening_.erase(found);
}

void Station::settle() {
  const auto keys = std::exchange(unsettled_, {});
  std::set<std::string> anew;
  for (const auto& key : keys) listen_for(key, anew);
  // Also where somebody listens already: that brings what the broker keeps once more, which a new component has not
  // heard. Once for all devices of a topic, because there are topics that all of them share.
  for (const auto& filter : anew) {
    const auto hear = [this, filter](const mqtt::Message& message) { on_message(filter, message); };
    const auto listening = listening_.find(filter);
    if (listening != listening_.end()) listening->second.subscription = client_.subscribe(filter, hear);
  }
  for (const auto& key : keys) report(key);
}

home::Address Station::address_of(const std::string& key) const {
  home::Address address;
  address.driver = "mqtt";
  address.host = client_.broker_name();
  address.device_id = key;
  return address;
}

void Station::report(const std::string& key) {
  const auto* found = device(key);
  const auto faces = found == nullptr ? std::vector<Face>() : found->faces();
  const auto room = found == nullptr ? std::string() : found->room();
  auto gone = std::exchange(reported_[key], {});
  for (const auto& face : faces) {
    gone.erase(face.key);
    if (observer_ == nullptr) continue;
    reported_[key].insert(face.key);
    home::Sighting sighting;
    sighting.address = address_of(face.key);
    sighting.model = face.spec->model;
    sighting.name = face.name;
    sighting.room = room;
    sighting.spec = face.spec;
    observer_->sighted(std::move(sighting));
  }
  for (const auto& face : gone) {
    if (observer_ != nullptr) observer_->withdrawn(address_of(face));
  }
  if (reported_[key].empty()) reported_.erase(key);
  reach_changed(key);
}

// ---- what devices say

void Station::on_message(const std::string& filter, const mqtt::Message& message) {
  const auto listening = listening_.find(filter);
  if (listening == listening_.end()) return;
  const auto keys = listening->second.devices;
  for (const auto& key : keys) {
    auto* found = device(key);
    if (found == nullptr) continue;
    const auto news = found->hear(filter, message.payload, message.retained);
    relapse_later(key, news);
    pass_on(key, news);
  }
}

void Station::pass_on(const std::string& key, const News& news) {
  for (auto* link : links_of(key)) {
    if (has(key, link)) link->hear(news);
  }
}

void Station::relapse_later(const std::string& key, const News& news) {
  for (const auto& [property, value] : news.state) relapses_.erase({key, property});
  for (const auto& later : news.later) {
    const auto [timer, made] = relapses_.try_emplace({key, later.property}, loop_);
    timer->second.start(later.after, [this, key, property = later.property, value = later.value] {
      News assumed;
      assumed.state.emplace_back(property, value);
      if (auto* found = device(key)) found->assume(property, value);
      pass_on(key, assumed);
    });
  }
}

// ---- links

void Station::add(MqttLink& link) { links_.emplace(link.key(), &link); }

void Station::remove(MqttLink& link) {
  const auto [first, last] = links_.equal_range(link.key());
  const auto found = std::find_if(first, last, [&](const auto& entry) { return entry.second == &link; });
  if (found != last) links_.erase(found);
}

std::vector<MqttLink*> Station::links_of(const std::string& key) const {
  std::vector<MqttLink*> links;
  const auto [first, last] = links_.equal_range(key);
  for (auto entry = first; entry != last; ++entry) links.push_back(entry->second);
  return links;
}

// Whoever hears something may end a link, of this device or another.
bool Station::has(const std::string& key, const MqttLink* link) const {
  const auto [first, last] = links_.equal_range(key);
  return std::any_of(first, last, [&](const auto& entry) { return entry.second == link; });
}

void Station::reach_changed(const std::string& key) {
  for (auto* link : links_of(key)) {
    if (has(key, link)) link->look_at_reach();
  }
}

}  // namespace entente::mqtt_discovery
