// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/routines/world.h"

#include <algorithm>

#include "base/text.h"
#include "services/home/impl/names.h"
#include "services/home/routines/suggestion.h"
#include "services/home/spec_names.h"

namespace entente::home {
namespace {

std::string key_of_name(std::string_view name) {
  const auto clean = clean_name(name, "name", Emptiness::allowed);
  return name_key(clean ? *clean : std::string(name));
}

bool fits(const KnownDevice& device, const Target& target) {
  if (!target.domain.empty() && target.domain != device.domain) return false;
  switch (target.kind) {
    case Target::Kind::room: return key_of_name(target.name) == key_of_name(device.room);
    case Target::Kind::floor: return !device.floor.empty() && key_of_name(target.name) == key_of_name(device.floor);
    case Target::Kind::everywhere: return true;
    case Target::Kind::device: break;
  }
  return false;
}

std::vector<std::string> distinct(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  names.erase(std::remove(names.begin(), names.end(), std::string()), names.end());
  return names;
}

}  // namespace

void World::refresh() {
  devices_.clear();
  by_name_.clear();
  group_names_.clear();
  properties_.clear();
  for (auto& view : home_.devices()) {
    const auto index = devices_.size();
    by_name_.emplace(key_of_name(view.id.text), index);
    by_name_.emplace(key_of_name(view.name), index);
    for (const auto& alias : view.aliases) by_name_.emplace(key_of_name(alias), index);
    devices_.push_back({std::move(view.id), std::move(view.name), std::move(view.room), std::move(view.floor),
                        std::move(view.domain), std::move(view.spec), to_string(view.reach)});
  }
  groups_.clear();
  for (const auto& group : home_.groups()) {
    groups_[key_of_name(group.name)] = group.members;
    for (const auto& alias : group.aliases) groups_[key_of_name(alias)] = group.members;
    group_names_.push_back(group.name);
  }
  for (auto& [id, slots] : slots_) {
    const KnownDevice* device = device_of({id});
    for (const auto& slot : slots) {
      if (device != nullptr) {
        slot->label = label(*device, slot->property);
      } else {
        slot->value = {};
      }
    }
  }
}

const KnownDevice* World::device_of(const model::DeviceId& id) const {
  const auto found = by_name_.find(name_key(id.text));
  return found == by_name_.end() ? nullptr : &devices_[found->second];
}

Result<const KnownDevice*> World::device(std::string_view name) const {
  const auto found = by_name_.find(key_of_name(name));
  if (found != by_name_.end()) return &devices_[found->second];
  std::vector<std::string> names;
  for (const auto& device : devices_) names.push_back(device.name);
  names.insert(names.end(), group_names_.begin(), group_names_.end());
  return Error{ErrorCode::not_found,
               fmt::format("there is no device {}{}", home::shown(name), suggestion(name, names))};
}

std::vector<const KnownDevice*> World::devices_of(const Target& target) const {
  std::vector<const KnownDevice*> found;
  if (target.kind == Target::Kind::device) {
    const auto one = by_name_.find(key_of_name(target.name));
    if (one != by_name_.end()) return {&devices_[one->second]};
    const auto group = groups_.find(key_of_name(target.name));
    if (group == groups_.end()) return found;
    for (const auto& id : group->second) {
      const KnownDevice* member = device_of(id);
      if (member != nullptr && (target.domain.empty() || target.domain == member->domain)) found.push_back(member);
    }
    return found;
  }
  for (const auto& device : devices_) {
    if (fits(device, target)) found.push_back(&device);
  }
  return found;
}

bool World::is_one_device(const Target& target) const {
  return target.kind == Target::Kind::device && by_name_.count(key_of_name(target.name)) != 0;
}

Result<void> World::check(const Target& target) const {
  if (target.kind == Target::Kind::device) {
    if (groups_.count(key_of_name(target.name)) != 0) return {};
    const auto found = device(target.name);
    return found ? Result<void>() : found.error();
  }
  if (!devices_of(target).empty()) return {};
  std::vector<std::string> names;
  const bool room = target.kind == Target::Kind::room;
  const bool floor = target.kind == Target::Kind::floor;
  for (const auto& device : devices_) names.push_back(room ? device.room : floor ? device.floor : device.domain);
  const auto there = distinct(std::move(names));
  const std::string& name = room || floor ? target.name : target.domain;
  const bool known = std::any_of(there.begin(), there.end(),
                                 [&](const std::string& one) { return key_of_name(one) == key_of_name(name); });
  if (known) {
    return Error{ErrorCode::not_found, fmt::format("there is no {} in {}", target.domain, home::shown(name))};
  }
  return Error{ErrorCode::not_found, fmt::format("there is no {} {}{}",
                                                 room    ? "room"
                                                 : floor ? "floor"
                                                         : "kind",
                                                 home::shown(name), suggestion(name, there))};
}

Result<model::PropertyId> World::property(const KnownDevice& device, std::string_view name) const {
  if (name == "reach") return reach;
  if (device.spec == nullptr) {
    return Error{ErrorCode::unavailable, fmt::format("nobody knows what {} can do: its spec is missing", device.name)};
  }
  auto& known = properties_[device.spec.get()];
  if (const auto found = known.find(name); found != known.end()) return found->second;
  const auto found = property_named(*device.spec, name);
  if (!found) {
    return Error{ErrorCode::not_found, fmt::format("{} has no property {}{}", device.name, home::shown(name),
                                                   suggestion(name, property_names(*device.spec)))};
  }
  known.emplace(name, *found);
  return *found;
}

Result<model::Value> World::value_for(const KnownDevice& device, model::PropertyId property,
                                      const WrittenValue& written) const {
  if (property == reach) return model::Value{written.text};
  const auto* definition = device.spec == nullptr ? nullptr : device.spec->property(property);
  if (definition == nullptr) return Error{ErrorCode::not_found, fmt::format("{} has no such property", device.name)};
  if (definition->format == model::Format::text) return model::Value{written.text};
  auto value = exact_value(*definition, written.value);
  // "off" is the name of a mode, too.
  if (!value && !definition->list.empty()) {
    if (auto named = exact_value(*definition, model::Value{written.text})) return named;
  }
  if (!value) return value.error().within(device.name);
  return value;
}

std::string World::shown(const Slot& slot, const model::Value& value) const {
  if (slot.device.text.empty()) return model::to_bool(value).value_or(false) ? "so" : "not so";
  const KnownDevice* device = device_of(slot.device);
  const auto* property = device == nullptr || device->spec == nullptr ? nullptr : device->spec->property(slot.property);
  if (property != nullptr) return shown_value(*property, value);
  const std::string text = model::to_text(value);
  return text.empty() ? "unknown" : text;
}

std::string World::label(const KnownDevice& device, model::PropertyId property) const {
  if (property == reach) return device.name + ".reach";
  if (device.spec == nullptr) return fmt::format("{}.{}.{}", device.name, property.service, property.property);
  return device.name + "." + usual_name(*device.spec, property);
}

Slot* World::slot_of(std::string_view device, model::PropertyId property) const {
  const auto held = slots_.find(std::string(device));
  if (held == slots_.end()) return nullptr;
  for (const auto& slot : held->second) {
    if (slot->property == property) return slot.get();
  }
  return nullptr;
}

Slot& World::slot(const KnownDevice& device, model::PropertyId property) {
  if (Slot* held = slot_of(device.id.text, property)) return *held;
  auto made = std::make_unique<Slot>();
  made->device = device.id;
  made->property = property;
  made->label = label(device, property);
  made->since = loop_.now();
  if (property == reach) {
    if (device.reach != to_string(Reach::unknown)) made->value = device.reach;
  } else if (const auto view = home_.device(device.id)) {
    if (const auto* value = view->known(property)) made->value = *value;
  }
  return *slots_[device.id.text].emplace_back(std::move(made));
}

bool World::learn(Slot& slot, model::Value value) {
  if (slot.value == value) return false;
  slot.previous = std::exchange(slot.value, std::move(value));
  slot.since = loop_.now();
  return true;
}

void World::forget_watches() {
  for (auto& [id, slots] : slots_) {
    for (const auto& slot : slots) slot->watches.clear();
  }
  for (auto& [person, slot] : presences_) slot->watches.clear();
}

// Whether somebody is at home, or one person.
Slot& World::presence(const Presence& of) {
  const std::string key = name_key(of.person);
  auto& slot = presences_[key];
  if (slot != nullptr) return *slot;
  slot = std::make_unique<Slot>();
  slot->label = of.person.empty() ? "somebody at home" : of.person + " at home";
  slot->since = loop_.now();
  slot->value = present(key);
  return *slot;
}

model::Value World::present(const std::string& key) const {
  if (!key.empty()) {
    const auto held = people_.find(key);
    return held == people_.end() ? model::Value() : model::Value(held->second);
  }
  if (people_.empty()) return {};
  return std::any_of(people_.begin(), people_.end(), [](const auto& one) { return one.second; });
}

void World::set_present(const std::string& person, bool home) { people_[name_key(person)] = home; }

}  // namespace entente::home
