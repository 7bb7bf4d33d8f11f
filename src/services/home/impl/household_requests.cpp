// SPDX-License-Identifier: GPL-3.0-or-later
// What the devices are asked and what they say: requests, polls, and news that come unasked.
#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/log.h"
#include "services/home/impl/household.h"
#include "services/home/impl/names.h"

namespace entente::home {
namespace {

Json property_json(model::PropertyId id) { return fmt::format("{}.{}", id.service, id.property); }

}  // namespace

// Listens to the link of one device.
class Household::Ear : public LinkObserver {
 public:
  Ear(Household& household, Device& device) : household_(household), device_(device) {}

  void told(std::vector<Reading> state) override {
    device_.last_failure.clear();
    for (const auto& reading : state) {
      if (reading.value.ok()) household_.learn(device_, reading.id, *reading.value);
    }
    household_.look_at_reach(device_);
  }
  void happened(model::EventId event, std::vector<model::ActionArgument> arguments) override {
    const auto* definition = device_.spec->event(event);
    if (definition == nullptr) return;
    Json held = Json::object();
    for (const auto& argument : arguments) {
      held[fmt::format("{}.{}", event.service, argument.property)] = model::to_json(argument.value);
    }
    household_.publish(device_, "event",
                       {{"event", fmt::format("{}.{}", event.service, event.event)},
                        {"name", definition->type.name},
                        {"arguments", std::move(held)}});
  }
  void reach_changed() override { household_.look_at_reach(device_); }

 private:
  Household& household_;
  Device& device_;
};

void Household::observe(const Entry& device) {
  device->observer = std::make_unique<Ear>(*this, *device);
  device->link->observe(device->observer.get());
}

// What a device said about itself.
void Household::learn(Device& device, model::PropertyId property, const model::Value& value) {
  const auto known = device.state.find(property);
  const bool news = known == device.state.end() || known->second.value != value;
  device.state[property] = {value, loop_.wall_time()};
  if (!news || device.removed) return;
  publish(device, "changed", {{"property", property_json(property)}, {"value", model::to_json(value)}});
}

// After each request: is it reachable, and what was wrong.
void Household::heard(Device& device, const Result<void>& outcome) {
  device.last_failure = outcome.ok() ? "" : outcome.error().message;
  look_at_reach(device);
}

void Household::look_at_reach(Device& device) {
  if (device.link == nullptr) return;
  const Reach reach = device.link->reach();
  if (reach == Reach::reachable) note_hardware_id(device);
  if (reach == device.reach || device.removed) return;
  device.reach = reach;
  if (reach == Reach::reachable) {
    log::info("home", "{} is reachable", device.record.name);
  } else {
    log::warning("home", "{}: {}", device.record.name, trouble_of(device));
  }
  publish(device, "reach", {{"reach", to_string(reach)}, {"trouble", trouble_of(device)}});
  if (reach == Reach::offline) look_for_it(device);
}

// The device has just proved who it is.
void Household::note_hardware_id(Device& device) {
  auto id = device.link->hardware_id();
  if (id.empty() || id == device.record.address.hardware_id) return;
  Address address = device.record.address;
  address.hardware_id = std::move(id);
  if (const auto kept = rows_.set_address(device.record.id, address); !kept.ok()) {
    log::error("home", "{}: {}", device.record.name, kept.error().message);
    return;
  }
  device.record.address = std::move(address);
  found_.erase(key_of(device.record.address));
}

namespace {

// What the one write came to. (Functions, because g++ 12 at -O2 frees the temporaries of a ?: in a coroutine twice.)
Result<void> outcome_of(const Result<std::vector<Written>>& written) {
  if (!written.ok()) return written.error();
  if (written->empty()) return Error{ErrorCode::failed, "the device said nothing about it"};
  return written->front().outcome;
}

template <class T>
Result<void> outcome_of(const Result<T>& result) {
  if (!result.ok()) return result.error();
  return {};
}

}  // namespace

Task<Result<std::vector<Reading>>> Household::read(model::DeviceId id, std::vector<model::PropertyId> properties) {
  const auto found = reachable_entry(id);
  if (!found.ok()) co_return found.error();
  const Entry& device = *found;
  const auto link = device->link;
  auto readings = co_await link->read(std::move(properties));
  if (!readings.ok()) {
    heard(*device, readings.error());
    co_return readings.error().within(device->record.name);
  }
  heard(*device, Result<void>());
  for (const auto& reading : *readings) {
    if (reading.value.ok()) learn(*device, reading.id, *reading.value);
  }
  co_return std::move(*readings);
}

Result<model::Value> Household::settable_value(const Device& device, model::PropertyId property,
                                               const model::Value& value) const {
  if (device.spec == nullptr) {
    return named_error(ErrorCode::unsupported, fmt::format("{}: {}", device.record.name, device.why_no_link));
  }
  const auto* definition = device.spec->property(property);
  if (definition == nullptr || !definition->writable) {
    const auto code = definition == nullptr ? ErrorCode::not_found : ErrorCode::unsupported;
    const auto reason = definition == nullptr ? "has no property" : "cannot set property";
    return named_error(code,
                       fmt::format("{} {} {}.{}", device.record.name, reason, property.service, property.property));
  }
  auto converted = to_device_value(*definition, value);
  if (!converted.ok()) return converted.error().within(device.record.name);
  return converted;
}

// A bucket of commands that fills with time.
Result<void> Household::allow_command(Device& device) {
  const TimePoint now = loop_.now();
  const double burst = options_.command_burst;
  if (device.commands_counted) {
    const std::chrono::duration<double> since = now - *device.commands_counted;
    device.commands_left = std::min(burst, device.commands_left + since.count() * options_.commands_per_second);
  } else {
    device.commands_left = burst;
  }
  device.commands_counted = now;
  if (device.commands_left >= 1) {
    device.commands_left -= 1;
    return {};
  }
  return named_error(ErrorCode::exhausted,
                     fmt::format("{}: too many commands in a short time, more than {} at once or {} a second; "
                                 "something may be running wild",
                                 device.record.name, options_.command_burst, options_.commands_per_second));
}

Task<Result<void>> Household::write(model::DeviceId id, model::PropertyId property, model::Value value) {
  const auto found = reachable_entry(id);
  if (!found.ok()) co_return found.error();
  const Entry& device = *found;
  const auto converted = settable_value(*device, property, value);
  if (!converted.ok()) co_return converted.error();
  const auto allowed = allow_command(*device);
  if (!allowed.ok()) co_return allowed.error();
  std::vector<model::PropertyWrite> writes;
  writes.push_back({property, *converted});
  const auto link = device->link;
  const auto written = co_await link->write(std::move(writes));
  const auto outcome = outcome_of(written);
  heard(*device, outcome);
  poll_soon(device);
  if (!outcome.ok()) co_return outcome.error().within(device->record.name);
  learn(*device, property, *converted);
  co_return Result<void>();
}

Task<Result<std::vector<model::Value>>> Household::act(model::DeviceId id, model::ActionCall call) {
  const auto found = reachable_entry(id);
  if (!found.ok()) co_return found.error();
  const Entry& device = *found;
  if (device->spec->action(call.id) == nullptr) {
    co_return named_error(ErrorCode::not_found,
                          fmt::format("{} has no action {}.{}", device->record.name, call.id.service, call.id.action));
  }
  const auto allowed = allow_command(*device);
  if (!allowed.ok()) co_return allowed.error();
  const auto link = device->link;
  auto values = co_await link->act(std::move(call));
  heard(*device, outcome_of(values));
  poll_soon(device);
  if (!values.ok()) co_return values.error().within(device->record.name);
  co_return std::move(*values);
}

TimePoint Household::last_sent(const model::DeviceId& id) const {
  const Entry found = entry(id);
  return found == nullptr || found->link == nullptr ? TimePoint{} : found->link->last_sent();
}

// A thousand devices asked in one breath answer in one breath, too: more than the system's buffer for datagrams holds.
Duration Household::wait_for_first_poll() {
  constexpr Duration spacing = milliseconds(2);
  const TimePoint now = loop_.now();
  const TimePoint turn = std::max(now, next_first_poll_);
  next_first_poll_ = turn + spacing;
  return turn - now;
}

void Household::poll_after(const Entry& device, Duration delay) {
  if (!options_.polling || device->link == nullptr || device->link->tells() || device->removed) return;
  device->poll_timer.start(delay, [this, weak = std::weak_ptr<Device>(device)] {
    const Entry alive = weak.lock();
    if (alive != nullptr && !alive->polling_now) polls_.spawn(poll(alive));
  });
}

// What a command changes shows within seconds: a fade, a vacuum cleaner that leaves its dock.
void Household::poll_soon(const Entry& device) {
  device->poll_delay = options_.poll_after_command;
  poll_after(device, options_.poll_after_command);
}

// Twice as long each time until it is quiet again; not all devices at the same moment.
Duration Household::next_poll(Device& device) const {
  const Duration quiet = options_.poll_quiet;
  device.poll_delay = device.poll_delay == Duration::zero() ? quiet : std::min(device.poll_delay * 2, quiet);
  const auto spread = std::hash<std::string>()(device.record.id.text) % 1000;
  return device.poll_delay - device.poll_delay * static_cast<int>(spread) / 10'000;
}

Task<void> Household::poll(Entry device) {
  device->polling_now = true;
  auto properties = worth_polling(*device);
  const auto link = device->link;
  const auto readings = co_await link->read(std::move(properties));
  device->polling_now = false;
  heard(*device, outcome_of(readings));
  if (readings.ok()) {
    for (const auto& reading : *readings) {
      if (reading.value.ok()) {
        learn(*device, reading.id, *reading.value);
      } else if (reading.value.error().code == ErrorCode::not_found ||
                 reading.value.error().code == ErrorCode::unsupported) {
        device->not_polled.insert(reading.id);
      }
    }
  }
  poll_after(device, next_poll(*device));
}

}  // namespace entente::home
