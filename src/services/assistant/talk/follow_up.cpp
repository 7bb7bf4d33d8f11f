// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/talk/follow_up.h"

#include <algorithm>
#include <array>

namespace entente::assistant {
namespace {

constexpr std::array<std::string_view, 8> place_slots = {"name",   "area",        "floor",       "scope",
                                                         "number", "except_name", "except_area", "device"};
constexpr std::array<std::string_view, 9> number_slots = {
    "brightness", "percentage", "position", "volume_level", "humidity", "temperature", "level", "intensity", "amount"};

template <class Names>
bool is_one_of(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void drop_places(model::Intent& intent) {
  std::erase_if(intent.slots, [](const model::Slot& slot) { return is_one_of(place_slots, slot.name); });
}

void put(model::Intent& intent, model::Slot slot) {
  for (auto& held : intent.slots) {
    if (held.name == slot.name) {
      held = std::move(slot);
      return;
    }
  }
  intent.slots.push_back(std::move(slot));
}

void put_number(model::Intent& intent, const model::Slot& number) {
  for (auto& held : intent.slots) {
    if (!is_one_of(number_slots, held.name)) continue;
    held.value = number.value;
    held.text = number.text;
    return;
  }
  put(intent, {"level", number.value, number.text});
}

// Which kind of thing it was about, where only a name said so.
void keep_kind(const Deed& deed, model::Intent& intent, const home::Home& home) {
  const bool said = intent.slot("domain") != nullptr || intent.slot("kind") != nullptr || deed.devices.empty();
  if (said || deed.intent.slot("name") == nullptr) return;
  const auto device = home.device(deed.devices.front());
  if (!device) return;
  const auto type = device->spec ? device->spec->type.name : std::string();
  const bool own_kind = device->domain == "fan" && type != "fan" && type != "ceiling-fan";
  if (own_kind) {
    intent.slots.push_back({"kind", type + " many", {}});
  } else {
    intent.slots.push_back({"domain", device->domain, {}});
  }
}

}  // namespace

model::Intent changed(const Deed& deed, const model::Intent& change, const home::Home& home) {
  model::Intent intent = deed.intent;
  intent.response.clear();
  const bool moves = change.slot("name") != nullptr || change.slot("area") != nullptr ||
                     change.slot("kind") != nullptr || change.slot("scope") != nullptr;
  if (moves) {
    drop_places(intent);
    if (change.slot("name") != nullptr || change.slot("kind") != nullptr) {
      std::erase_if(intent.slots, [](const auto& slot) { return slot.name == "domain" || slot.name == "kind"; });
    } else {
      keep_kind(deed, intent, home);
    }
  }
  for (const auto& slot : change.slots) {
    if (slot.name == "value") {
      put_number(intent, slot);
    } else {
      put(intent, slot);
    }
  }
  return intent;
}

model::Intent meant_for(model::Intent intent, const std::vector<model::DeviceId>& devices, std::string text) {
  drop_places(intent);
  intent.slots.insert(intent.slots.begin(), {"name", joined(devices), std::move(text)});
  intent.response.clear();
  return intent;
}

}  // namespace entente::assistant
