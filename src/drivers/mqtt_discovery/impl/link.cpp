// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/mqtt_discovery/impl/link.h"

#include <fmt/format.h>

#include "drivers/mqtt_discovery/impl/station.h"

namespace entente::mqtt_discovery {

using home::Reach;
using home::Reading;
using home::Written;
using model::PropertyId;
using model::Value;

// A write that waits for the device's word.
struct MqttLink::Expectation {
  Expectation(MqttLink& owner, PropertyId id, Value value)
      : link(owner), property(id), wanted(std::move(value)), met(owner.station_.loop()) {
    place = link.expectations_.insert(link.expectations_.end(), this);
  }
  Expectation(const Expectation&) = delete;
  Expectation& operator=(const Expectation&) = delete;
  ~Expectation() { link.expectations_.erase(place); }

  MqttLink& link;
  PropertyId property;
  Value wanted;
  std::optional<Value> heard;  // another one
  OneShot<bool> met;
  std::list<Expectation*>::iterator place;
};

MqttLink::MqttLink(Station& station, std::string_view key, const model::DeviceSpec& spec)
    : station_(station), key_(device_key_of(key)), spec_(spec), first_words_(station.loop()) {
  station_.add(*this);
  first_words_.start(Duration::zero(), [this] { tell_everything(); });
}

MqttLink::~MqttLink() { station_.remove(*this); }

// ---- what the device says

void MqttLink::tell_everything() {
  std::vector<Reading> state;
  if (const auto* device = station_.device(key_)) {
    for (const auto& [property, value] : device->state()) {
      if (spec_.property(property) != nullptr) state.push_back({property, value});
    }
  }
  told_reach_ = reach();
  if (observer_ == nullptr) return;
  if (!state.empty()) return observer_->told(std::move(state));
  observer_->reach_changed();
}

void MqttLink::hear(const News& news) {
  const auto* device = station_.device(key_);
  for (const auto& [property, value] : news.state) {
    for (auto* expectation : expectations_) {
      if (expectation->property != property) continue;
      expectation->heard = value;
      if (device != nullptr && device->agrees(property, expectation->wanted, value)) expectation->met.fulfil(true);
    }
  }
  std::vector<Reading> state;
  for (const auto& [property, value] : news.state) {
    if (spec_.property(property) != nullptr) state.push_back({property, value});
  }
  // The observer may end this link in any of these.
  auto* const observer = observer_;
  if (observer == nullptr) return;
  if (news.availability) told_reach_ = reach();
  for (const auto& [event, arguments] : news.events) {
    if (spec_.event(event) != nullptr) observer->happened(event, arguments);
  }
  if (!state.empty()) return observer->told(std::move(state));
  if (news.availability) observer->reach_changed();
}

void MqttLink::look_at_reach() {
  const auto now = reach();
  if (now == told_reach_) return;
  told_reach_ = now;
  if (observer_ != nullptr) observer_->reach_changed();
}

Reach MqttLink::reach() const {
  if (station_.trouble_of(key_).empty()) return Reach::reachable;
  return station_.still_waiting() ? Reach::unknown : Reach::offline;
}

// ---- what the device is asked

Result<void> MqttLink::ready() const {
  const auto trouble = station_.trouble_of(key_);
  if (trouble.empty()) return {};
  return Error{ErrorCode::unavailable, trouble};
}

Reading MqttLink::reading(PropertyId property) const {
  const auto& state = station_.device(key_)->state();
  if (const auto found = state.find(property); found != state.end()) return {property, found->second};
  return {property, Error{ErrorCode::unavailable, "it has not said yet"}};
}

Task<Result<std::vector<Reading>>> MqttLink::read(std::vector<PropertyId> properties) {
  const auto possible = ready();
  if (!possible.ok()) co_return possible.error();
  std::vector<Reading> readings;
  for (const auto property : properties) readings.push_back(reading(property));
  co_return readings;
}

Task<Result<void>> MqttLink::publish(const std::vector<Publication>& publications) {
  for (const auto& publication : publications) {
    last_sent_ = station_.loop().now();
    mqtt::Message message{publication.topic, publication.payload, publication.retained};
    const auto published = co_await station_.client().publish(std::move(message));
    if (!published.ok()) co_return published.error();
  }
  co_return Result<void>();
}

Task<Result<void>> MqttLink::write_one(model::PropertyWrite wanted) {
  auto* device = station_.device(key_);
  if (device == nullptr) co_return Error{ErrorCode::unavailable, station_.trouble_of(key_)};
  const auto command = device->write(wanted.id, wanted.value);
  if (!command.ok()) co_return command.error();
  const auto known = device->state().find(wanted.id);
  const bool is_so_already = known != device->state().end() && known->second == wanted.value;
  Expectation expectation(*this, wanted.id, wanted.value);
  const auto published = co_await publish(command->publications);
  if (!published.ok()) co_return published.error();
  device = station_.device(key_);
  if (device == nullptr) co_return Error{ErrorCode::unavailable, station_.trouble_of(key_)};
  if (!command->awaits_state || is_so_already) {
    if (!command->awaits_state) device->assume(wanted.id, wanted.value);
    co_return Result<void>();
  }
  const auto deadline = Deadline::in(station_.loop(), station_.confirmation());
  const auto met = co_await expectation.met.wait(deadline, "mqtt");
  if (met.ok()) co_return Result<void>();
  if (expectation.heard) {
    co_return Error{ErrorCode::failed, fmt::format("mqtt: it was set to {}, and says {}", model::to_text(wanted.value),
                                                   model::to_text(*expectation.heard))};
  }
  co_return Error{ErrorCode::timeout,
                  fmt::format("mqtt: the command is with the broker, but the device said nothing in "
                              "{:.0f} s",
                              in_milliseconds(station_.confirmation()) / 1000)};
}

Task<Result<std::vector<Written>>> MqttLink::write(std::vector<model::PropertyWrite> properties) {
  const auto possible = ready();
  if (!possible.ok()) co_return possible.error();
  std::vector<Written> outcomes;
  for (auto& wanted : properties) {
    const auto id = wanted.id;
    auto outcome = co_await write_one(std::move(wanted));
    outcomes.push_back({id, std::move(outcome)});
  }
  co_return outcomes;
}

Task<Result<std::vector<Value>>> MqttLink::act(model::ActionCall call) {
  const auto possible = ready();
  if (!possible.ok()) co_return possible.error();
  auto* device = station_.device(key_);
  const auto command = device->act(call.id);
  if (!command.ok()) co_return command.error();
  const auto published = co_await publish(command->publications);
  if (!published.ok()) co_return published.error();
  co_return std::vector<Value>();
}

}  // namespace entente::mqtt_discovery
