// SPDX-License-Identifier: GPL-3.0-or-later
// What drivers come across: a device of the home at another address, one that describes itself anew, or a stranger.
#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/log.h"
#include "services/home/impl/household.h"
#include "services/home/impl/names.h"
#include "services/home/spec_library.h"

namespace entente::home {
namespace {

constexpr std::size_t max_found = 1000;
constexpr Duration between_searches = seconds(5);

// A port of 0 is the protocol's own, which may also be written out.
bool same_place(const Address& one, const Address& other) {
  return one.host == other.host && (one.port == other.port || one.port == 0 || other.port == 0);
}

// Whether what was seen is this device, or the thing that it stands behind.
bool is_it(const Address& kept, const Address& seen) {
  if (kept.driver != seen.driver) return false;
  if (!seen.hardware_id.empty()) return kept.hardware_id == seen.hardware_id;
  return !seen.device_id.empty() && kept.device_id == seen.device_id;
}

// A device that has not yet proved who it is, where the user said that it is.
bool is_at_its_place(const Address& kept, const Address& seen) {
  return kept.driver == seen.driver && kept.hardware_id.empty() && kept.device_id.empty() && same_place(kept, seen);
}

bool is_a_name(std::string_view host) {
  return host.find(':') == std::string_view::npos && host.find_first_not_of("0123456789.") != std::string_view::npos;
}

}  // namespace

void Household::search() {
  next_search_ = loop_.now() + between_searches;
  for (Driver* driver : drivers_) driver->search(this);
}

// What is gone from one address may be at another.
void Household::look_for_it(const Device& lost) {
  if (lost.record.address.hardware_id.empty() || loop_.now() < next_search_) return;
  search();
}

std::vector<FoundDevice> Household::found() const {
  std::vector<FoundDevice> all;
  all.reserve(found_.size());
  for (const auto& [key, found] : found_) {
    all.push_back(found);
    all.back().sighting.address.token.clear();
  }
  return all;
}

std::optional<NewDevice> Household::from_found(std::string_view key) const {
  const auto found = found_.find(std::string(key));
  if (found == found_.end()) return std::nullopt;
  const auto& sighting = found->second.sighting;
  return NewDevice{mended_name(sighting.name), {},           mended_name(sighting.room), sighting.model,
                   sighting.address,           sighting.spec};
}

void Household::sighted(Sighting sighting) {
  bool ours = false;
  for (std::size_t i = 0; i < devices_.size(); ++i) {
    const Entry device = devices_[i];
    const Address& kept = device->record.address;
    if (is_it(kept, sighting.address)) {
      seen_again(device, sighting);
      ours = true;
    } else if (is_at_its_place(kept, sighting.address)) {
      ours = true;
    }
  }
  if (ours) return;
  const bool adopted =
      std::find(options_.adopt.begin(), options_.adopt.end(), sighting.address.driver) != options_.adopt.end();
  auto key = key_of(sighting.address);
  if (adopted && sighting.spec != nullptr && unwanted_.count(key) == 0) return adopt(std::move(sighting));
  list_found(std::move(key), std::move(sighting));
}

void Household::list_found(std::string key, Sighting sighting) {
  const auto before = found_.find(key);
  const bool news = before == found_.end() || !same_place(before->second.sighting.address, sighting.address);
  if (before == found_.end() && found_.size() >= max_found) return;  // somebody floods us
  if (news) {
    const auto& address = sighting.address;
    bus_.publish("home/found", Json{{"key", key},
                                    {"driver", address.driver},
                                    {"host", address.host},
                                    {"model", sighting.model},
                                    {"name", sighting.name}});
  }
  // mDNS says the model, a hello does not.
  if (before != found_.end() && sighting.model.empty()) sighting.model = before->second.sighting.model;
  found_[key] = {key, std::move(sighting), loop_.wall_time()};
}

void Household::seen_again(const Entry& device, const Sighting& sighting) {
  const Address& kept = device->record.address;
  if (sighting.spec != nullptr) respecify(device, sighting);
  if (sighting.address.host.empty() || same_place(kept, sighting.address)) {
    device->same_id_at.clear();
    return;
  }
  const bool answers = device->link != nullptr && device->link->reach() == Reach::reachable;
  if (!answers) return move(device, sighting.address);
  // Who answers under the token is the device. Another with its id is a copy, or somebody who lies.
  if (!is_a_name(kept.host)) device->same_id_at = sighting.address.host;
}

void Household::move(const Entry& device, const Address& to) {
  Address address = device->record.address;
  address.host = to.host;
  address.port = to.port;
  if (const auto kept = rows_.set_address(device->record.id, address); !kept.ok()) {
    return log::error("home", "{}: {}", device->record.name, kept.error().message);
  }
  log::info("home", "{} is at {} now, it was at {}", device->record.name, to.host, device->record.address.host);
  device->record.address = std::move(address);
  device->same_id_at.clear();
  attach_or_say(device);
  publish(*device, "moved", {{"host", device->record.address.host}});
  poll_after(device, Duration::zero());
}

void Household::respecify(const Entry& device, const Sighting& sighting) {
  auto spec = write_spec(*sighting.spec);
  const bool same = spec == device->record.spec;
  if (same && device->link != nullptr) return;
  if (!same) {
    if (const auto kept = rows_.set_spec(device->record.id, spec); !kept.ok()) {
      return log::error("home", "{}: {}", device->record.name, kept.error().message);
    }
    device->record.spec = std::move(spec);
    device->spec = sighting.spec;
    const auto gone = [&](const auto& held) { return device->spec->property(held.first) == nullptr; };
    std::erase_if(device->state, gone);
    device->not_polled.clear();
    ++names_version_;
  }
  attach_or_say(device);
  publish(*device, "respecified", {{"name", device->record.name}});
}

void Household::adopt(Sighting sighting) {
  NewDevice wanted;
  wanted.name = mended_name(sighting.name);
  wanted.name = free_name(wanted.name.empty() ? sighting.model : wanted.name);
  wanted.room = mended_name(sighting.room);
  wanted.model = std::move(sighting.model);
  wanted.address = std::move(sighting.address);
  wanted.spec = std::move(sighting.spec);
  const auto name = wanted.name;
  const auto added = add(std::move(wanted));
  if (added.ok()) {
    log::info("home", "{} announced itself and is one of the home's devices now", name);
  } else {
    log::warning("home", "{} announced itself: {}", name, added.error().message);
  }
}

std::string Household::free_name(const std::string& wanted) const {
  std::string name = wanted;
  for (int count = 2; !check_free(name, nullptr).ok(); ++count) name = fmt::format("{} {}", wanted, count);
  return name;
}

void Household::withdrawn(const Address& address) {
  found_.erase(key_of(address));
  for (const auto& device : devices_) {
    if (!is_it(device->record.address, address)) continue;
    detach(*device);
    device->why_no_link = "it took its announcement back; if it is gone for good, remove it";
    device->reach = Reach::offline;
    publish(*device, "reach", {{"reach", to_string(device->reach)}, {"trouble", device->why_no_link}});
  }
}

}  // namespace entente::home
