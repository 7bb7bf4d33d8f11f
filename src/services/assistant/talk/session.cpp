// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/talk/session.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace entente::assistant {
namespace {

std::vector<model::DeviceId> devices_of(const std::vector<Deed>& deeds) {
  std::vector<model::DeviceId> devices;
  for (const auto& deed : deeds) {
    for (const auto& id : deed.devices) {
      if (std::find(devices.begin(), devices.end(), id) == devices.end()) devices.push_back(id);
    }
  }
  return devices;
}

// The ones of the same kind beside those talked about: in the same room, else in the whole home.
std::vector<model::DeviceId> others_than(const std::vector<model::DeviceId>& devices, const home::Home& home) {
  const auto first = devices.empty() ? std::nullopt : home.device(devices.front());
  if (!first) return {};
  std::vector<model::DeviceId> near, far;
  for (const auto& device : home.devices()) {
    const bool talked_about = std::find(devices.begin(), devices.end(), device.id) != devices.end();
    if (talked_about || device.domain != first->domain) continue;
    (device.room == first->room ? near : far).push_back(device.id);
  }
  return near.empty() ? far : near;
}

// The one room in which all of them stand.
std::string room_of(const std::vector<model::DeviceId>& devices, const home::Home& home) {
  std::set<std::string> rooms;
  for (const auto& id : devices) {
    if (const auto device = home.device(id)) rooms.insert(device->room);
  }
  return rooms.size() == 1 ? *rooms.begin() : std::string();
}

}  // namespace

std::string joined(const std::vector<model::DeviceId>& devices) {
  std::vector<std::string> ids;
  for (const auto& device : devices) ids.push_back(device.text);
  return text::join(ids, ",");
}

std::vector<std::string> separate(std::string_view devices) {
  std::vector<std::string> ids;
  for (const auto part : text::split(devices, ',')) {
    if (!text::trim(part).empty()) ids.emplace_back(text::trim(part));
  }
  return ids;
}

language::Context Session::context(const std::string& area, const home::Home& home) const {
  language::Context context;
  if (!area.empty()) context["area"] = area;
  if (!asked.empty()) context["question"] = asked.front().kind == Question::Kind::which ? "which" : "sure";
  if (!said.text.empty()) context["said"] = "yes";
  if (!undone.empty()) context["undone"] = "yes";
  if (deeds.empty()) return context;
  context["talked"] = "yes";
  const bool can_undo = std::any_of(deeds.begin(), deeds.end(), [](const Deed& deed) { return !deed.undo.empty(); });
  if (can_undo) context["done"] = "yes";
  const auto devices = devices_of(deeds);
  if (devices.empty()) return context;
  context["device"] = joined(devices);
  if (auto room = room_of(devices, home); !room.empty()) context["device_area"] = std::move(room);
  if (const auto others = others_than(devices, home); !others.empty()) context["other_device"] = joined(others);
  return context;
}

Session& Sessions::of(const model::Utterance& utterance, TimePoint now) {
  std::erase_if(sessions_, [&](const auto& entry) { return now - entry.second.heard_at > memory; });
  const auto& key = utterance.session.empty() ? utterance.area : utterance.session;
  if (sessions_.size() >= limit && !sessions_.contains(key)) {
    const auto oldest = std::min_element(sessions_.begin(), sessions_.end(), [](const auto& left, const auto& right) {
      return left.second.heard_at < right.second.heard_at;
    });
    sessions_.erase(oldest);
  }
  auto& session = sessions_[key];
  session.heard_at = now;
  return session;
}

}  // namespace entente::assistant
