// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/mqtt_discovery/protocol/announced_device.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "drivers/mqtt_discovery/protocol/builder.h"

namespace entente::mqtt_discovery {
namespace {

constexpr std::int32_t first_number = 2;  // 1 is MIoT's device-information
constexpr std::int32_t last_number = 65535;

// FNV-1a: the same on every machine and in every run, which std::hash does not promise.
std::uint32_t fingerprint(std::string_view text) {
  std::uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

std::int32_t number_for(std::string_view name) {
  constexpr std::uint32_t span = last_number - first_number + 1;
  return first_number + static_cast<std::int32_t>(fingerprint(name) % span);
}

std::string name_of(const Component& component) { return component.kind + "/" + component.key; }

bool has_service(const std::vector<const Component*>& parts, std::string_view name) {
  return std::any_of(parts.begin(), parts.end(), [&](const Component* one) {
    return one->service.type.standard() && one->service.type.name == name;
  });
}

std::string device_type(const std::vector<const Component*>& parts) {
  DeviceKind best;
  for (const auto* part : parts) {
    if (!part->device.type.empty() && part->device.rank < best.rank) best = part->device;
  }
  if (best.type == "switch" && has_service(parts, "power-consumption")) return "outlet";
  return best.type.empty() ? "other" : std::string(best.type);
}

// What the device is for comes first: where traits take the first that fits, that is the one.
bool comes_before(const Component* one, const Component* other) {
  const auto order = [](const Component* part) { return std::tuple(!part->plain, part->device.rank, name_of(*part)); };
  return order(one) < order(other);
}

// Of these a device may have several that are alike.
bool may_be_many(const Component& component) {
  static constexpr std::string_view kinds[] = {"light", "switch", "cover", "fan", "climate", "lock", "valve"};
  return component.plain && std::find(std::begin(kinds), std::end(kinds), component.kind) != std::end(kinds);
}

}  // namespace

std::string device_key_of(std::string_view face_key) {
  return std::string(face_key.substr(0, face_key.find(face_mark)));
}

AnnouncedDevice::AnnouncedDevice(std::string key, const Belonging& device) : key_(std::move(key)) {
  identifiers_.insert(device.identifiers.begin(), device.identifiers.end());
}

void AnnouncedDevice::put(const std::string& place, Component component, const Belonging& device) {
  identifiers_.insert(device.identifiers.begin(), device.identifiers.end());
  if (!device.name.empty()) name_ = device.name;
  if (!device.room.empty()) room_ = device.room;
  if (!device.maker.empty()) maker_ = device.maker;
  if (!device.model.empty()) model_ = device.model;
  Part part;
  part.available.resize(component.availability.size());
  part.component = std::move(component);
  parts_.insert_or_assign(place, std::move(part));
  number_services();
}

void AnnouncedDevice::take_out(const std::string& place) {
  parts_.erase(place);
  number_services();
}

void AnnouncedDevice::number_services() {
  std::set<std::int32_t> taken;
  for (const auto& [name, number] : numbers_) taken.insert(number);
  std::set<std::string> unnumbered;  // sorted, so that who comes first does not decide
  for (const auto& [place, part] : parts_) {
    if (numbers_.count(name_of(part.component)) == 0) unnumbered.insert(name_of(part.component));
  }
  for (const auto& name : unnumbered) {
    auto number = number_for(name);
    while (!taken.insert(number).second) number = number == last_number ? first_number : number + 1;
    numbers_[name] = number;
  }
  for (auto& [place, part] : parts_) part.component.service.id = numbers_[name_of(part.component)];
  spec_ = nullptr;
}

void AnnouncedDevice::settle() {
  std::erase_if(state_, [&](const auto& known) {
    const Part* found = part(known.first.service);
    if (found == nullptr) return true;
    const auto& properties = found->component.service.properties;
    return std::none_of(properties.begin(), properties.end(),
                        [&](const model::Property& one) { return one.id == known.first.property; });
  });
}

const AnnouncedDevice::Part* AnnouncedDevice::part(std::int32_t service) const {
  for (const auto& [place, part] : parts_) {
    if (part.component.service.id == service) return &part;
  }
  return nullptr;
}

std::string AnnouncedDevice::name() const {
  if (!name_.empty()) return name_;
  for (const auto& [place, part] : parts_) {
    if (!part.component.name.empty()) return part.component.name;
  }
  return model_.empty() ? key_ : model_;
}

std::shared_ptr<const model::DeviceSpec> AnnouncedDevice::spec() const {
  if (spec_ == nullptr) spec_ = spec_of(sorted_parts());
  return spec_;
}

std::vector<const Component*> AnnouncedDevice::sorted_parts() const {
  std::vector<const Component*> parts;
  for (const auto& [place, part] : parts_) parts.push_back(&part.component);
  std::sort(parts.begin(), parts.end(), comes_before);
  return parts;
}

std::shared_ptr<const model::DeviceSpec> AnnouncedDevice::spec_of(const std::vector<const Component*>& parts) const {
  auto made = std::make_shared<model::DeviceSpec>();
  auto product = slug_of(maker_.empty() ? model_ : maker_ + " " + model_);
  made->type = model::Urn{
      "miot-spec-v2", "device", device_type(parts), "00000000", product.empty() ? "mqtt" : std::move(product), "1"};
  made->description = name();
  for (const auto* part : parts) made->services.push_back(part->service);
  auto slug = slug_of(maker_.empty() ? model_ : maker_ + " " + model_);
  made->model = "mqtt." + (slug.empty() ? made->type.name : slug);
  return made;
}

std::vector<Face> AnnouncedDevice::faces() const {
  auto first = sorted_parts();
  std::vector<const Component*> others;
  if (!first.empty() && may_be_many(*first.front())) {
    const auto* main = first.front();
    const auto is_another = [&](const Component* one) {
      return one != main && one->kind == main->kind && may_be_many(*one);
    };
    std::copy_if(first.begin(), first.end(), std::back_inserter(others), is_another);
    std::erase_if(first, is_another);
  }
  if (others.empty()) return {{key_, name(), spec()}};
  const auto named = [&](const Component* part) {
    return part->name.empty() || part->name == name() ? name() : name() + " " + part->name;
  };
  std::vector<Face> faces{{key_, named(first.front()), spec_of(first)}};
  for (const auto* other : others) {
    faces.push_back({fmt::format("{}{}{}", key_, face_mark, name_of(*other)), named(other), spec_of({other})});
  }
  return faces;
}

std::set<std::string> AnnouncedDevice::topics() const {
  std::set<std::string> topics;
  for (const auto& [place, part] : parts_) {
    for (const auto& source : part.component.sources) topics.insert(source.topic);
    for (const auto& trigger : part.component.triggers) topics.insert(trigger.topic);
    for (const auto& availability : part.component.availability) topics.insert(availability.topic);
  }
  return topics;
}

News AnnouncedDevice::hear(const std::string& filter, std::string_view bytes, bool retained) {
  News news;
  const Payload payload(bytes);
  for (auto& [place, part] : parts_) {
    const auto service = part.component.service.id;
    hear_availability(part, filter, payload, news);
    for (const auto& source : part.component.sources) {
      if (source.topic != filter) continue;
      auto value = source.decode(payload);
      if (!value) continue;
      const model::PropertyId property{service, source.property};
      for (const auto& relapse : part.component.relapses) {
        const bool relapses = relapse.property == source.property && relapse.from == *value;
        if (relapses && !retained) news.later.push_back({property, relapse.to, relapse.after});
      }
      state_[property] = *value;
      news.state.emplace_back(property, *std::move(value));
    }
    for (const auto& trigger : part.component.triggers) {
      if (retained || trigger.topic != filter) continue;  // yesterday's press is no event
      auto arguments = trigger.recognise(payload);
      if (arguments) news.events.emplace_back(model::EventId{service, trigger.event}, *std::move(arguments));
    }
  }
  return news;
}

void AnnouncedDevice::hear_availability(Part& part, const std::string& filter, const Payload& payload, News& news) {
  for (std::size_t i = 0; i < part.component.availability.size(); ++i) {
    const auto& availability = part.component.availability[i];
    if (availability.topic != filter) continue;
    const auto words = payload.through(availability.applied);
    if (!words.ok() || (*words != availability.online && *words != availability.offline)) continue;
    part.available[i] = *words == availability.online;
    part.last_available = part.available[i];
    news.availability = true;
  }
}

bool AnnouncedDevice::Part::online() const {
  if (available.empty()) return true;
  const auto is_online = [](const std::optional<bool>& one) { return one.value_or(false); };
  switch (component.availability_mode) {
    case AvailabilityMode::all: return std::all_of(available.begin(), available.end(), is_online);
    case AvailabilityMode::any: return std::any_of(available.begin(), available.end(), is_online);
    case AvailabilityMode::latest: return last_available.value_or(false);
  }
  return true;
}

bool AnnouncedDevice::online() const {
  return std::any_of(parts_.begin(), parts_.end(), [](const auto& part) { return part.second.online(); });
}

Result<Command> AnnouncedDevice::write(model::PropertyId property, const model::Value& value) const {
  const Part* found = part(property.service);
  const Sink* sink = found == nullptr ? nullptr : found->component.sink(property.property);
  if (sink == nullptr) return Error{ErrorCode::unsupported, fmt::format("{}: that cannot be set", name())};
  auto publications = sink->encode(value);
  if (!publications.ok()) return publications.error().within(name());
  return Command{*std::move(publications), sink->awaits_state};
}

Result<Command> AnnouncedDevice::act(model::ActionId action) const {
  if (const Part* found = part(action.service)) {
    for (const auto& deed : found->component.deeds) {
      if (deed.action == action.action) return Command{{deed.publication}, false};
    }
  }
  return Error{ErrorCode::unsupported, fmt::format("{}: it cannot do that", name())};
}

bool AnnouncedDevice::agrees(model::PropertyId property, const model::Value& wanted, const model::Value& heard) const {
  if (wanted == heard) return true;
  const auto* definition = spec()->property(property);
  if (definition == nullptr || !definition->list.empty() || !definition->range) return false;
  if (definition->unit == "rgb") return true;  // each lamp has its own idea of a colour
  const auto one = model::to_number(wanted);
  const auto other = model::to_number(heard);
  if (!one || !other) return false;
  // 255 steps are not 100, and three speeds are not either.
  const auto same = write(property, wanted);
  const auto again = write(property, heard);
  const bool same_command = same.ok() && again.ok() && !same->publications.empty() && !again->publications.empty() &&
                            same->publications.front().payload == again->publications.front().payload;
  const double span = definition->range->high - definition->range->low;
  return same_command || std::abs(*one - *other) <= std::max(definition->range->step, span / 100);
}

}  // namespace entente::mqtt_discovery
