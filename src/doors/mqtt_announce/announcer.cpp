// SPDX-License-Identifier: GPL-3.0-or-later
#include "doors/mqtt_announce/announcer.h"

#include <fmt/format.h>

#include "base/log.h"
#include "base/text.h"

namespace entente::mqtt_announce {
namespace {

constexpr Duration patience = seconds(3);   // until the broker has sent what it kept of ours
constexpr std::size_t most_commands = 200;  // under way
constexpr std::size_t most_kept = 20'000;

bool is_ours_to_show(const home::DeviceView& device) { return device.address.driver != "mqtt"; }

}  // namespace

mqtt::Message will_of(const std::string& node) { return {Naming{"", node}.status_topic(), "offline", true}; }

Announcer::Announcer(Loop& loop, home::Home& home, bus::Bus& bus, mqtt::Client& client, Options options)
    : loop_(loop), home_(home), client_(client), naming_{std::move(options.prefix), std::move(options.node)} {
  const auto on_news = [this](const bus::Message& message) { on_bus(message); };
  heard_.push_back(bus.subscribe("home/device/#", on_news));
  subscriptions_.push_back(client_.watch([this] { on_broker(); }));
  subscriptions_.push_back(
      client_.subscribe(naming_.commands(), [this](const mqtt::Message& message) { on_command(message); }));
  subscriptions_.push_back(client_.subscribe(fmt::format("{}/+/{}/+/config", naming_.prefix, naming_.node),
                                             [this](const mqtt::Message& message) { on_kept(message); }));
  on_broker();
}

void Announcer::on_broker() {
  const bool now = client_.connected();
  if (now && !connected_) {
    said_.clear();
    say(naming_.status_topic(), "online");
    announce_all();
    look_back_.start(patience, [this] { forget_what_is_gone(); });
  }
  connected_ = now;
}

void Announcer::announce_all() {
  for (const auto& device : home_.devices()) announce(device);
}

void Announcer::announce(const home::DeviceView& device) {
  if (!is_ours_to_show(device)) return;
  for (const auto& [topic, payload] : announcements_of(device, naming_)) {
    topics_[device.id.text].insert(topic);
    say(topic, payload);
  }
  tell_state(device);
}

void Announcer::tell_state(const home::DeviceView& device) {
  if (!is_ours_to_show(device)) return;
  for (const auto& [topic, payload] : states_of(device, naming_)) {
    topics_[device.id.text].insert(topic);
    say(topic, payload);
  }
}

void Announcer::say(const std::string& topic, const std::string& payload) {
  if (!client_.connected()) return;
  auto& said = said_[topic];
  if (said == payload) return;
  said = payload;
  const auto sent = client_.send({topic, payload, true});
  if (!sent.ok()) log::debug("mqtt", "{}: {}", topic, sent.error().message);
}

// ---- what the home says

void Announcer::on_bus(const bus::Message& message) {
  const auto levels = text::split(message.topic, '/');
  if (levels.size() != 4) return;
  const std::string device(levels[2]);
  const auto what = levels[3];
  if (what == "removed") return take_back(device);
  if (what == "changed" || what == "reach") return follow_soon(device);
  const auto view = home_.device({device});
  if (view) announce(*view);
}

// A device tells several things at once; they go out together, on the next turn.
void Announcer::follow_soon(const std::string& device) {
  if (changed_.empty()) follow_.start(Duration::zero(), [this] { follow(); });
  changed_.insert(device);
}

void Announcer::follow() {
  for (const auto& device : std::exchange(changed_, {})) {
    const auto view = home_.device({device});
    if (view) tell_state(*view);
  }
}

void Announcer::take_back(const std::string& device) {
  const auto known = topics_.find(device);
  if (known == topics_.end()) return;
  for (const auto& topic : known->second) {
    say(topic, "");
    said_.erase(topic);
  }
  topics_.erase(known);
}

// ---- what the broker says

void Announcer::on_kept(const mqtt::Message& message) {
  if (!message.payload.empty() && kept_.size() < most_kept) kept_.insert(message.topic);
}

// Devices that were removed while we, or the broker, were away.
void Announcer::forget_what_is_gone() {
  for (const auto& topic : std::exchange(kept_, {})) {
    if (said_.count(topic) != 0) continue;
    log::info("mqtt", "{} is not in the home any more", topic);
    const auto sent = client_.send({topic, "", true});
    if (!sent.ok()) log::debug("mqtt", "{}: {}", topic, sent.error().message);
  }
}

void Announcer::on_command(const mqtt::Message& message) {
  if (message.retained) return;  // said to somebody, at some time
  auto [device, trait] = naming_.command(message.topic);
  auto view = home_.device({device});
  if (!view || !is_ours_to_show(*view)) {
    return log::warning("mqtt", "{}: there is no such device here", message.topic);
  }
  if (commands_.size() >= most_commands) return log::warning("mqtt", "{}: too much at once", message.topic);
  commands_.spawn(obey(*std::move(view), std::move(trait), message.payload));
}

Task<void> Announcer::obey(home::DeviceView device, std::string trait, std::string payload) {
  auto order = order_for(device, trait, payload);
  Result<void> outcome;
  if (!order.ok()) {
    outcome = order.error();
  } else if (auto* write = std::get_if<model::PropertyWrite>(&*order)) {
    // A mode is chosen to be worked in: there, choosing one also turns on.
    const auto on = trait == "climate" ? home::find_property(*device.spec, home::Trait::on) : std::nullopt;
    const bool turns_on = on && write->id != *on;
    model::Value yes = true;
    if (turns_on) outcome = co_await home_.write(device.id, *on, std::move(yes));
    model::Value wanted = write->value;
    if (outcome.ok()) outcome = co_await home_.write(device.id, write->id, std::move(wanted));
  } else {
    auto call = std::get<model::ActionCall>(*order);
    const auto done = co_await home_.act(device.id, std::move(call));
    if (!done.ok()) outcome = done.error();
  }
  if (outcome.ok()) co_return;
  log::warning("mqtt", "{}/{}: {}", device.name, trait, outcome.error().message);
  // Who asked believes that it was done.
  const auto state = states_of(device, naming_);
  if (const auto known = state.find(naming_.base(device.id) + "/" + trait); known != state.end()) {
    said_.erase(known->first);
    say(known->first, known->second);
  }
}

}  // namespace entente::mqtt_announce
