// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/impl/device.h"

#include <fmt/format.h>

#include <algorithm>

namespace entente::home {
namespace {

constexpr std::size_t max_polled = 30;

std::string offline_text(const Device& device) {
  // Who tells everything unasked stands behind a broker: the device may have power and be near.
  if (device.link->tells()) {
    return !device.last_failure.empty()
               ? device.last_failure
               : fmt::format("{} is away, or says that the device is", device.record.address.host);
  }
  return fmt::format("no answer from {}: check that it has power and is on this network, and that its address is right",
                     device.record.address.host);
}

std::string token_text(const Device& device) {
  return fmt::format(
      "the token is wrong: {} is there, but answers nothing under this token. Pairing a device makes a new token: "
      "remove the device and add it with the present one. (A device in another subnet may look the same.)",
      device.record.address.host);
}

std::string two_of_one_id_text(const Device& device) {
  return fmt::format("something at {} says that it is this device, too (id {}); {} answers and is kept",
                     device.same_id_at, device.record.address.hardware_id, device.record.address.host);
}

std::string unsupported_text(const Device& device) {
  return fmt::format("{} answers, but not as a {} does: check the model; it may be an older one",
                     device.record.address.host, device.record.model);
}

std::string elsewhere_text(const Device& device) {
  return fmt::format(
      "{} is in another subnet and answers no command from here, as many devices do: bring both into one subnet, or "
      "let "
      "the router between them translate addresses. (A wrong token looks the same.)",
      device.record.address.host);
}

}  // namespace

const char* to_string(Reach reach) {
  switch (reach) {
    case Reach::unknown: return "unknown";
    case Reach::reachable: return "reachable";
    case Reach::offline: return "offline";
    case Reach::token_wrong: return "token_wrong";
    case Reach::unsupported: return "unsupported";
    case Reach::elsewhere: return "elsewhere";
  }
  return "unknown";
}

std::string trouble_of(const Device& device) {
  if (device.link == nullptr) return device.why_no_link;
  switch (device.link->reach()) {
    case Reach::offline: return offline_text(device);
    case Reach::token_wrong: return token_text(device);
    case Reach::unsupported: return unsupported_text(device);
    case Reach::elsewhere: return elsewhere_text(device);
    case Reach::unknown:
    case Reach::reachable: break;
  }
  if (device.last_failure.empty() && !device.same_id_at.empty()) return two_of_one_id_text(device);
  return device.last_failure;
}

DeviceView view_of(const Device& device) {
  DeviceView view;
  view.id = device.record.id;
  view.name = device.record.name;
  view.aliases = device.record.aliases;
  view.room = device.record.room;
  view.model = device.record.model;
  view.domain = device.spec == nullptr ? "other" : domain_of(*device.spec);
  view.address = device.record.address;
  view.address.token.clear();
  view.spec = device.spec;
  view.reach = device.link == nullptr ? Reach::unknown : device.link->reach();
  view.trouble = trouble_of(device);
  for (const auto& [id, known] : device.state) view.state.push_back({id, known.value, known.at});
  return view;
}

std::vector<model::PropertyId> worth_polling(const Device& device) {
  std::vector<model::PropertyId> wanted;
  const auto add = [&](model::PropertyId id) {
    const auto* property = device.spec->property(id);
    if (property == nullptr || !property->readable || wanted.size() >= max_polled) return;
    if (device.not_polled.count(id) != 0 || std::find(wanted.begin(), wanted.end(), id) != wanted.end()) return;
    wanted.push_back(id);
  };
  for (const auto trait : traits_of(*device.spec)) {
    if (const auto id = find_property(*device.spec, trait)) add(*id);
  }
  for (const auto& service : device.spec->services) {
    if (!service.type.standard() || service.type.name == "device-information") continue;
    for (const auto& property : service.properties) {
      if (property.type.standard()) add({service.id, property.id});
    }
  }
  return wanted;
}

}  // namespace entente::home
