// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/impl/household.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "services/home/impl/names.h"
#include "services/home/spec_library.h"

namespace entente::home {
namespace {

Error named_error(ErrorCode code, std::string message) { return Error{code, "home: " + std::move(message)}; }

Error no_such_device(std::string_view id) {
  return named_error(ErrorCode::not_found, fmt::format("no device '{}'", text::shorten(text::to_valid_utf8(id), 80)));
}

std::string four_hex_digits() {
  static std::random_device random;  // only to make ids differ; nothing rests on it
  return fmt::format("{:04x}", random() & 0xffffU);
}

Json property_json(model::PropertyId id) { return fmt::format("{}.{}", id.service, id.property); }

}  // namespace

Household::Household(Loop& loop, DeviceRows rows, bus::Bus& bus, const SpecLibrary& specs, std::vector<Driver*> drivers,
                     Options options)
    : loop_(loop), bus_(bus), specs_(specs), drivers_(std::move(drivers)), options_(options), rows_(rows) {}

void Household::take_in(std::vector<DeviceRecord> records, std::map<std::string, std::string> floors) {
  floors_ = std::move(floors);
  for (auto& record : records) {
    const auto device = std::make_shared<Device>(loop_, std::move(record));
    if (const auto attached = attach(*device); !attached.ok()) {
      device->why_no_link = attached.error().message;
      log::warning("home", "{}: {}", device->record.name, attached.error().message);
    }
    enlist(device);
    poll_after(device, wait_for_first_poll());
  }
}

void Household::enlist(const Entry& device) {
  devices_.push_back(device);
  by_id_[device->record.id.text] = device;
  index_names(device);
}

void Household::index_names(const Entry& device) {
  by_name_.emplace(name_key(device->record.name), device);
  for (const auto& alias : device->record.aliases) by_name_.emplace(name_key(alias), device);
}

void Household::index_all_names() {
  by_name_.clear();
  for (const auto& device : devices_) index_names(device);
}

Result<std::unique_ptr<Link>> Household::connect(const Address& address, const model::DeviceSpec& spec) const {
  for (Driver* driver : drivers_) {
    if (driver->name() == address.driver) return driver->connect(address, spec);
  }
  return Error{ErrorCode::unsupported, fmt::format("there is no driver '{}' in this program", address.driver)};
}

Result<void> Household::attach(Device& device) const {
  ENTENTE_TRY(device.spec, specs_.find(device.record.model));
  ENTENTE_TRY(device.link, connect(device.record.address, *device.spec));
  return {};
}

Household::Entry Household::entry(const model::DeviceId& id) const {
  const auto found = by_id_.find(id.text);
  return found == by_id_.end() ? nullptr : found->second;
}

Result<Household::Entry> Household::reachable_entry(const model::DeviceId& id) const {
  Entry found = entry(id);
  if (found == nullptr) return no_such_device(id.text);
  if (found->link == nullptr) {
    return named_error(ErrorCode::unavailable, fmt::format("{}: {}", found->record.name, found->why_no_link));
  }
  return found;
}

std::string Household::floor_of(std::string_view room) const {
  const auto found = floors_.find(name_key(std::string(room)));
  return found == floors_.end() ? std::string() : found->second;
}

DeviceView Household::view(const Device& device) const {
  auto view = view_of(device);
  view.floor = floor_of(view.room);
  return view;
}

std::vector<DeviceView> Household::devices() const {
  std::vector<DeviceView> views;
  views.reserve(devices_.size());
  for (const auto& device : devices_) views.push_back(view(*device));
  return views;
}

std::optional<DeviceView> Household::device(const model::DeviceId& id) const {
  const Entry found = entry(id);
  return found == nullptr ? std::nullopt : std::optional(view(*found));
}

std::optional<DeviceView> Household::find(std::string_view name_or_id) const {
  if (auto same = device({std::string(name_or_id)})) return same;
  const auto clean = clean_name(name_or_id, "name");
  if (!clean.ok()) return std::nullopt;
  const auto named = by_name_.find(name_key(*clean));
  return named == by_name_.end() ? std::nullopt : std::optional(view(*named->second));
}

std::vector<Room> Household::rooms() const {
  std::map<std::string, std::string> rooms;  // by key, so that "Kitchen" and "kitchen" are one
  for (const auto& device : devices_) {
    if (!device->record.room.empty()) rooms.emplace(name_key(device->record.room), device->record.room);
  }
  std::vector<Room> named;
  named.reserve(rooms.size());
  for (const auto& [key, name] : rooms) named.push_back({name, floor_of(name)});
  return named;
}

Result<void> Household::check_free(const std::string& name, const Device* except) const {
  const auto holder = by_name_.find(name_key(name));
  if (holder == by_name_.end() || holder->second.get() == except) return {};
  return named_error(ErrorCode::exists,
                     fmt::format("the name '{}' belongs to device {} already", name, holder->second->record.id.text));
}

Result<DeviceRecord> Household::checked(NewDevice wanted) const {
  DeviceRecord record;
  ENTENTE_TRY(record.name, clean_name(wanted.name, "home: device name"));
  ENTENTE_TRY_VOID(check_free(record.name, nullptr));
  std::set<std::string> taken = {name_key(record.name)};
  for (const auto& alias : wanted.aliases) {
    ENTENTE_TRY(std::string clean, clean_name(alias, "home: alias"));
    ENTENTE_TRY_VOID(check_free(clean, nullptr));
    if (taken.insert(name_key(clean)).second) record.aliases.push_back(std::move(clean));
  }
  ENTENTE_TRY(record.room, clean_name(wanted.room, "home: room", Emptiness::allowed));
  record.model = std::move(wanted.model);
  record.address = std::move(wanted.address);
  return record;
}

model::DeviceId Household::new_id(const model::DeviceSpec& spec) const {
  std::string kind;
  for (const char c : text::to_lower_ascii(spec.type.name)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    if (plain && kind.size() < 32) kind += c;
  }
  if (kind.empty()) kind = "device";
  for (;;) {
    std::string id = fmt::format("{}-{}", kind, four_hex_digits());
    if (devices_.size() > 10'000) id += four_hex_digits();
    if (by_id_.count(id) == 0 && by_name_.count(id) == 0) return {std::move(id)};
  }
}

Result<model::DeviceId> Household::add(NewDevice wanted) {
  ENTENTE_TRY(DeviceRecord record, checked(std::move(wanted)));
  const auto device = std::make_shared<Device>(loop_, std::move(record));
  if (const auto attached = attach(*device); !attached.ok()) {
    return attached.error().within(fmt::format("home: add {}", device->record.name));
  }
  device->record.id = new_id(*device->spec);
  if (const auto kept = rows_.add(device->record); !kept.ok()) return kept.error().within("home");
  enlist(device);
  ++names_version_;
  publish(*device, "added", {{"name", device->record.name}, {"model", device->record.model}});
  poll_after(device, wait_for_first_poll());
  return device->record.id;
}

Result<void> Household::rename(const model::DeviceId& id, std::string name) {
  const Entry device = entry(id);
  if (device == nullptr) return no_such_device(id.text);
  ENTENTE_TRY(std::string clean, clean_name(name, "home: device name"));
  ENTENTE_TRY_VOID(check_free(clean, device.get()));
  if (const auto kept = rows_.rename(id, clean); !kept.ok()) return kept.error().within("home");
  device->record.name = std::move(clean);
  index_all_names();
  ++names_version_;
  publish(*device, "renamed", {{"name", device->record.name}, {"room", device->record.room}});
  return {};
}

Result<void> Household::set_room(const model::DeviceId& id, std::string room) {
  const Entry device = entry(id);
  if (device == nullptr) return no_such_device(id.text);
  ENTENTE_TRY(std::string clean, clean_name(room, "home: room", Emptiness::allowed));
  if (const auto kept = rows_.set_room(id, clean); !kept.ok()) return kept.error().within("home");
  device->record.room = std::move(clean);
  ++names_version_;
  publish(*device, "renamed", {{"name", device->record.name}, {"room", device->record.room}});
  return {};
}

Result<void> Household::set_floor(std::string_view room, std::string floor) {
  const auto key = name_key(std::string(room));
  const auto here = [&](const Entry& device) { return name_key(device->record.room) == key; };
  if (room.empty() || std::none_of(devices_.begin(), devices_.end(), here)) {
    return named_error(ErrorCode::not_found,
                       fmt::format("no device stands in a room '{}'", text::shorten(text::to_valid_utf8(room), 80)));
  }
  ENTENTE_TRY(std::string clean, clean_name(floor, "home: floor", Emptiness::allowed));
  if (const auto kept = rows_.set_floor(key, clean); !kept.ok()) return kept.error().within("home");
  floors_[key] = clean;
  ++names_version_;
  bus_.publish("home/room/moved", Json{{"room", std::string(room)}, {"floor", clean}});
  return {};
}

Result<void> Household::remove(const model::DeviceId& id) {
  const Entry device = entry(id);
  if (device == nullptr) return no_such_device(id.text);
  if (const auto kept = rows_.remove(id); !kept.ok()) return kept.error().within("home");
  device->removed = true;
  device->poll_timer.stop();
  devices_.erase(std::find(devices_.begin(), devices_.end(), device));
  by_id_.erase(id.text);
  index_all_names();
  ++names_version_;
  publish(*device, "removed", {{"name", device->record.name}});
  return {};
}

void Household::publish(const Device& device, std::string_view what, Json payload) {
  bus_.publish(fmt::format("home/device/{}/{}", device.record.id.text, what), std::move(payload));
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
  const Reach reach = device.link->reach();
  if (reach == device.reach || device.removed) return;
  device.reach = reach;
  if (reach == Reach::reachable) {
    log::info("home", "{} is reachable", device.record.name);
  } else {
    log::warning("home", "{}: {}", device.record.name, trouble_of(device));
  }
  publish(device, "reach", {{"reach", to_string(reach)}, {"trouble", trouble_of(device)}});
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
  auto readings = co_await device->link->read(std::move(properties));
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

Task<Result<void>> Household::write(model::DeviceId id, model::PropertyId property, model::Value value) {
  const auto found = reachable_entry(id);
  if (!found.ok()) co_return found.error();
  const Entry& device = *found;
  const auto* definition = device->spec->property(property);
  if (definition == nullptr || !definition->writable) {
    const auto code = definition == nullptr ? ErrorCode::not_found : ErrorCode::unsupported;
    const auto reason = definition == nullptr ? "has no property" : "cannot set property";
    co_return named_error(code,
                          fmt::format("{} {} {}.{}", device->record.name, reason, property.service, property.property));
  }
  const auto converted = to_device_value(*definition, value);
  if (!converted.ok()) co_return converted.error().within(device->record.name);
  std::vector<model::PropertyWrite> writes;
  writes.push_back({property, *converted});
  const auto written = co_await device->link->write(std::move(writes));
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
  auto values = co_await device->link->act(std::move(call));
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
  if (!options_.polling || device->link == nullptr || device->removed) return;
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
  const auto readings = co_await device->link->read(std::move(properties));
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
