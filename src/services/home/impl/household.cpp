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

std::string four_hex_digits() {
  static std::random_device random;  // only to make ids differ; nothing rests on it
  return fmt::format("{:04x}", random() & 0xffffU);
}

}  // namespace

Household::Household(Loop& loop, DeviceRows rows, GroupsAndScenes collections, bus::Bus& bus, const SpecLibrary& specs,
                     std::vector<Driver*> drivers, Options options)
    : loop_(loop),
      bus_(bus),
      specs_(specs),
      drivers_(std::move(drivers)),
      options_(options),
      rows_(rows),
      collections_(std::move(collections)) {}

Household::~Household() {
  for (Driver* driver : drivers_) driver->search(nullptr);
  for (const auto& device : devices_) detach(*device);
}

void Household::take_in(std::vector<DeviceRecord> records, std::map<std::string, std::string> floors,
                        std::set<std::string> unwanted, bool child_lock) {
  child_lock_ = child_lock;
  floors_ = std::move(floors);
  unwanted_ = std::move(unwanted);
  for (auto& record : records) {
    const auto device = std::make_shared<Device>(loop_, std::move(record));
    attach_or_say(device);
    enlist(device);
    poll_after(device, wait_for_first_poll());
  }
  search();
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

Result<std::shared_ptr<const model::DeviceSpec>> Household::spec_for(const DeviceRecord& record) const {
  if (record.spec.empty()) return specs_.find(record.model);
  std::vector<std::string> notes;
  ENTENTE_TRY(model::DeviceSpec spec, parse_spec(record.spec, record.model, notes));
  return std::make_shared<const model::DeviceSpec>(std::move(spec));
}

// On failure the device has no link, but its spec where there is one.
Result<void> Household::attach(const Entry& device) {
  detach(*device);
  if (device->spec == nullptr) {
    ENTENTE_TRY(device->spec, spec_for(device->record));
  }
  struct Attachment {
    std::shared_ptr<const model::DeviceSpec> spec;  // outlives the link
    std::unique_ptr<Link> link;
  };
  auto attachment = std::make_shared<Attachment>();
  attachment->spec = device->spec;
  ENTENTE_TRY(attachment->link, connect(device->record.address, *device->spec));
  device->link = std::shared_ptr<Link>(attachment, attachment->link.get());
  observe(device);
  device->why_no_link.clear();
  return {};
}

void Household::attach_or_say(const Entry& device) {
  const auto attached = attach(device);
  if (attached.ok()) return;
  device->why_no_link = attached.error().message;
  log::warning("home", "{}: {}", device->record.name, attached.error().message);
}

// What was asked of the link goes on; what it says unasked is not heard any more.
void Household::detach(Device& device) {
  if (device.link != nullptr) device.link->observe(nullptr);
  device.link = nullptr;
  device.observer = nullptr;
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

Result<void> Household::check_free(const std::string& name, const Device* except, std::string_view own_key) const {
  const auto taken = [&](const std::string& by) {
    return named_error(ErrorCode::exists, fmt::format("the name '{}' belongs to {} already", name, by));
  };
  if (const auto holder = collections_.holder_of(name, own_key); !holder.empty()) return taken(holder);
  const auto device = by_name_.find(name_key(name));
  if (device == by_name_.end() || device->second.get() == except) return {};
  return taken("device " + device->second->record.id.text);
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
  if (wanted.spec != nullptr) record.spec = write_spec(*wanted.spec);
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
  if (const auto attached = attach(device); !attached.ok()) {
    return attached.error().within(fmt::format("home: add {}", device->record.name));
  }
  device->record.id = new_id(*device->spec);
  if (const auto kept = keep_new(device->record); !kept.ok()) {
    detach(*device);
    return kept.error().within("home");
  }
  enlist(device);
  ++names_version_;
  publish(*device, "added", {{"name", device->record.name}, {"model", device->record.model}});
  poll_after(device, wait_for_first_poll());
  return device->record.id;
}

Result<void> Household::keep_new(const DeviceRecord& record) {
  const auto key = key_of(record.address);
  const auto keep = [&]() -> Result<void> {
    ENTENTE_TRY_VOID(rows_.add(record));
    return rows_.remove_unwanted(key);
  };
  ENTENTE_TRY_VOID(rows_.transact(keep));
  found_.erase(key);
  unwanted_.erase(key);
  return {};
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

Result<void> Household::set_child_lock(bool on) {
  if (const auto kept = rows_.set_child_lock(on); !kept.ok()) return kept.error().within("home");
  child_lock_ = on;
  bus_.publish("home/child_lock", Json{{"on", on}});
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

Result<void> Household::set_address(const model::DeviceId& id, std::string host, std::uint16_t port,
                                    std::string token) {
  const Entry device = entry(id);
  if (device == nullptr) return no_such_device(id.text);
  Address address = device->record.address;
  if (!host.empty()) address.host = std::move(host);
  if (!token.empty()) address.token = std::move(token);
  address.port = port;
  if (device->spec != nullptr) {
    const auto tried = connect(address, *device->spec);
    if (!tried.ok()) return tried.error().within(fmt::format("home: address of {}", device->record.name));
  }
  if (const auto kept = rows_.set_address(id, address); !kept.ok()) return kept.error().within("home");
  device->record.address = std::move(address);
  attach_or_say(device);
  publish(*device, "moved", {{"host", device->record.address.host}});
  poll_after(device, Duration::zero());
  return {};
}

Result<void> Household::remove(const model::DeviceId& id) {
  const Entry device = entry(id);
  if (device == nullptr) return no_such_device(id.text);
  const auto forget = [&]() -> Result<void> {
    ENTENTE_TRY_VOID(rows_.remove(id));
    if (device->record.spec.empty()) return {};
    return rows_.add_unwanted(key_of(device->record.address));
  };
  if (const auto kept = rows_.transact(forget); !kept.ok()) return kept.error().within("home");
  if (const auto left = collections_.forget(id); !left.ok()) log::error("home", "{}", left.error().message);
  if (!device->record.spec.empty()) unwanted_.insert(key_of(device->record.address));
  device->removed = true;
  detach(*device);
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

}  // namespace entente::home
