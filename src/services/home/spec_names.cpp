// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/spec_names.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "services/home/impl/device_news.h"
#include "services/home/traits.h"

namespace entente::home {
namespace {

using model::DeviceSpec;

// "brightness", "light.brightness"
bool says(std::string_view wanted, std::string_view service, std::string_view item) {
  return wanted == item || (wanted.size() == service.size() + 1 + item.size() && wanted.starts_with(service) &&
                            wanted.ends_with(item) && wanted[service.size()] == '.');
}

// Calls `use(service, item)` for all items of a kind, standard services first; stops when it returns true.
template <class Item, class Use>
void each_item(const DeviceSpec& spec, std::vector<Item> model::Service::*items, const Use& use) {
  for (const bool standard : {true, false}) {
    for (const auto& service : spec.services) {
      if (service.type.standard() != standard) continue;
      for (const auto& item : service.*items) {
        if (use(service, item)) return;
      }
    }
  }
}

template <class Id, class Item>
std::optional<Id> named(const DeviceSpec& spec, std::vector<Item> model::Service::*items, std::string_view name) {
  std::optional<Id> found;
  each_item(spec, items, [&](const model::Service& service, const Item& item) {
    if (says(name, service.type.name, item.type.name)) found = Id{service.id, item.id};
    return found.has_value();
  });
  return found;
}

template <class Item>
void add_names(const DeviceSpec& spec, std::vector<Item> model::Service::*items, std::vector<std::string>& names) {
  each_item(spec, items, [&](const model::Service& service, const Item& item) {
    names.push_back(service.type.name + "." + item.type.name);
    return false;
  });
}

}  // namespace

std::optional<model::PropertyId> property_named(const DeviceSpec& spec, std::string_view name) {
  if (const auto numbers = numbers_in(name)) {
    const model::PropertyId id{numbers->service, numbers->item};
    if (spec.property(id) != nullptr) return id;
  }
  for (const auto trait : traits_of(spec)) {
    const auto property = name == to_string(trait) ? find_property(spec, trait) : std::nullopt;
    if (property) return property;
  }
  return named<model::PropertyId>(spec, &model::Service::properties, name);
}

std::optional<model::ActionId> action_named(const DeviceSpec& spec, std::string_view name) {
  if (const auto numbers = numbers_in(name)) {
    const model::ActionId id{numbers->service, numbers->item};
    if (spec.action(id) != nullptr) return id;
  }
  for (const auto trait : traits_of(spec)) {
    const auto action = name == to_string(trait) ? find_action(spec, trait) : std::nullopt;
    if (action) return action;
  }
  return named<model::ActionId>(spec, &model::Service::actions, name);
}

std::optional<model::EventId> event_named(const DeviceSpec& spec, std::string_view name) {
  if (const auto numbers = numbers_in(name)) {
    const model::EventId id{numbers->service, numbers->item};
    if (spec.event(id) != nullptr) return id;
  }
  return named<model::EventId>(spec, &model::Service::events, name);
}

std::vector<std::string> property_names(const DeviceSpec& spec) {
  std::vector<std::string> names;
  for (const auto trait : traits_of(spec)) {
    if (find_property(spec, trait)) names.emplace_back(to_string(trait));
  }
  add_names(spec, &model::Service::properties, names);
  return names;
}

std::vector<std::string> action_names(const DeviceSpec& spec) {
  std::vector<std::string> names;
  for (const auto trait : traits_of(spec)) {
    if (find_action(spec, trait)) names.emplace_back(to_string(trait));
  }
  add_names(spec, &model::Service::actions, names);
  return names;
}

std::vector<std::string> event_names(const DeviceSpec& spec) {
  std::vector<std::string> names;
  add_names(spec, &model::Service::events, names);
  return names;
}

std::string usual_name(const DeviceSpec& spec, model::PropertyId id) {
  for (const auto trait : traits_of(spec)) {
    if (find_property(spec, trait) == id) return to_string(trait);
  }
  const auto* service = spec.service(id.service);
  const auto* property = spec.property(id);
  if (property == nullptr) return fmt::format("{}.{}", id.service, id.property);
  return service->type.name + "." + property->type.name;
}

std::string shown_value(const model::Property& property, const model::Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return "unknown";
  if (const auto* state = std::get_if<bool>(&value); state != nullptr && property.type.name == "on") {
    return *state ? "on" : "off";
  }
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    for (const auto& listed : property.list) {
      if (listed.value == *number && !listed.description.empty()) return listed.description;
    }
  }
  const std::string text = model::to_text(value);
  if (property.unit == "percentage") return text + " %";
  if (property.unit == "celsius") return text + " °C";
  return text;
}

Result<model::Value> exact_value(const model::Property& property, const model::Value& wanted) {
  ENTENTE_TRY(auto value, to_device_value(property, wanted));
  if (property.format == model::Format::boolean || property.format == model::Format::text || !property.list.empty()) {
    return value;
  }
  const auto asked = model::to_number(wanted);
  const auto given = model::to_number(value);
  if (!asked || !given) return value;
  const double step = property.range ? std::max(property.range->step, 1e-9) : 1.0;
  if (std::abs(*asked - *given) <= step) return value;
  // Moved further than rounding does: read as a percentage, or clamped.
  const bool clamped = property.range ? *given == property.range->low || *given == property.range->high : true;
  const bool share = *asked >= 0 && *asked <= 100;
  if (!clamped || (share && property.range && (*asked == 0 || *asked == 100))) return value;
  if (property.range) {
    return Error{ErrorCode::invalid, fmt::format("{} takes {:.10g} to {:.10g}", property.type.name, property.range->low,
                                                 property.range->high)};
  }
  return Error{ErrorCode::invalid, fmt::format("{} cannot be {:.10g}", property.type.name, *asked)};
}

bool same_value(const model::Value& left, const model::Value& right) {
  if (left == right) return true;
  const bool texts = std::holds_alternative<std::string>(left) || std::holds_alternative<std::string>(right);
  if (texts) return false;
  const auto a = model::to_number(left);
  const auto b = model::to_number(right);
  return a && b && std::abs(*a - *b) <= 1e-9 * std::max({1.0, std::abs(*a), std::abs(*b)});
}

}  // namespace entente::home
