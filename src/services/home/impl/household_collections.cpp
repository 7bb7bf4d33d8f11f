// SPDX-License-Identifier: GPL-3.0-or-later
// Groups of devices, and scenes.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/all.h"
#include "base/json.h"
#include "services/home/impl/household.h"
#include "services/home/impl/names.h"

namespace entente::home {
namespace {

constexpr std::size_t max_settings = 500;

template <class T>
std::vector<T> values_of(const std::map<std::string, T>& all) {
  std::vector<T> values;
  values.reserve(all.size());
  for (const auto& [key, value] : all) values.push_back(value);
  return values;
}

template <class T>
std::optional<T> copy_of(const T* one) {
  return one == nullptr ? std::nullopt : std::optional(*one);
}

}  // namespace

std::vector<Group> Household::groups() const { return values_of(collections_.groups()); }
std::vector<Scene> Household::scenes() const { return values_of(collections_.scenes()); }
std::optional<Group> Household::group(std::string_view name) const { return copy_of(collections_.group(name)); }
std::optional<Scene> Household::scene(std::string_view name) const { return copy_of(collections_.scene(name)); }

// The names as they are kept. `what` is "group" or "scene".
Result<void> Household::clean_names(std::string& name, std::vector<std::string>& aliases, const char* what) const {
  ENTENTE_TRY(name, clean_name(name, fmt::format("home: {} name", what)));
  const auto key = name_key(name);
  ENTENTE_TRY_VOID(check_free(name, nullptr, key));
  std::set<std::string> taken = {key};
  std::vector<std::string> clean;
  for (const auto& alias : aliases) {
    ENTENTE_TRY(std::string one, clean_name(alias, "home: alias"));
    ENTENTE_TRY_VOID(check_free(one, nullptr, key));
    if (taken.insert(name_key(one)).second) clean.push_back(std::move(one));
  }
  aliases = std::move(clean);
  return {};
}

Result<void> Household::set_group(Group group) {
  ENTENTE_TRY_VOID(clean_names(group.name, group.aliases, "group"));
  if (collections_.scenes().count(name_key(group.name)) != 0) {
    return named_error(ErrorCode::exists, fmt::format("the name '{}' belongs to a scene already", group.name));
  }
  if (group.members.empty()) {
    return named_error(ErrorCode::invalid, fmt::format("the group '{}' has no devices", group.name));
  }
  std::set<model::DeviceId> seen;
  std::erase_if(group.members, [&](const auto& member) { return !seen.insert(member).second; });
  for (const auto& member : group.members) {
    if (entry(member) == nullptr) return no_such_device(member.text);
  }
  const auto name = group.name;
  ENTENTE_TRY_VOID(collections_.put(std::move(group)));
  ++names_version_;
  bus_.publish("home/group/changed", Json{{"name", name}});
  return {};
}

Result<void> Household::remove_group(std::string_view name) {
  ENTENTE_TRY_VOID(collections_.remove_group(name));
  ++names_version_;
  bus_.publish("home/group/changed", Json{{"name", std::string(name)}});
  return {};
}

// A value is kept as the device takes it, so that a scene with a wrong one is refused now and not at night.
Result<void> Household::set_scene(Scene scene) {
  ENTENTE_TRY_VOID(clean_names(scene.name, scene.aliases, "scene"));
  if (collections_.groups().count(name_key(scene.name)) != 0) {
    return named_error(ErrorCode::exists, fmt::format("the name '{}' belongs to a group already", scene.name));
  }
  if (scene.settings.empty() || scene.settings.size() > max_settings) {
    return named_error(ErrorCode::invalid, fmt::format("the scene '{}' has {} settings; 1 to {} are possible",
                                                       scene.name, scene.settings.size(), max_settings));
  }
  for (auto& setting : scene.settings) {
    const Entry device = entry(setting.device);
    if (device == nullptr) return no_such_device(setting.device.text);
    ENTENTE_TRY(setting.value, settable_value(*device, setting.property, setting.value));
  }
  const auto name = scene.name;
  ENTENTE_TRY_VOID(collections_.put(std::move(scene)));
  ++names_version_;
  bus_.publish("home/scene/changed", Json{{"name", name}});
  return {};
}

Result<void> Household::remove_scene(std::string_view name) {
  ENTENTE_TRY_VOID(collections_.remove_scene(name));
  ++names_version_;
  bus_.publish("home/scene/changed", Json{{"name", std::string(name)}});
  return {};
}

// What has a trait; of a thing that is off, only that it is off.
std::vector<Scene::Setting> Household::snapshot(const std::vector<model::DeviceId>& devices) const {
  std::vector<Scene::Setting> settings;
  for (const auto& id : devices) {
    const Entry device = entry(id);
    if (device == nullptr || device->spec == nullptr) continue;
    for (const auto trait : traits_of(*device->spec)) {
      const auto property = find_property(*device->spec, trait);
      if (!property || !device->spec->property(*property)->writable) continue;
      const auto known = device->state.find(*property);
      if (known == device->state.end()) continue;
      settings.push_back({id, *property, known->second.value});
      if (trait == Trait::on && model::to_bool(known->second.value) == false) break;
    }
  }
  return settings;
}

Task<Result<void>> Household::set_all(std::vector<Scene::Setting> settings) {
  for (auto& setting : settings) {
    auto value = std::move(setting.value);
    const auto written = co_await write(setting.device, setting.property, std::move(value));
    if (!written.ok()) co_return written.error();
  }
  co_return Result<void>();
}

Task<Result<void>> Household::activate(std::string scene_name) {
  const Scene* const scene = collections_.scene(scene_name);
  if (scene == nullptr) {
    co_return named_error(ErrorCode::not_found, fmt::format("no scene '{}'", scene_name));
  }
  const std::string name = scene->name;
  std::map<model::DeviceId, std::vector<Scene::Setting>> by_device;
  for (const auto& setting : scene->settings) by_device[setting.device].push_back(setting);
  std::vector<Task<Result<void>>> tasks;
  tasks.reserve(by_device.size());
  for (auto& [device, settings] : by_device) tasks.push_back(set_all(std::move(settings)));
  const auto outcomes = co_await all(loop_, std::move(tasks));
  std::string failures;
  std::size_t failed = 0;
  for (const auto& outcome : outcomes) {
    if (outcome.ok()) continue;
    ++failed;
    failures += (failures.empty() ? "" : "; ") + outcome.error().message;
  }
  bus_.publish("home/scene/activated", Json{{"name", name}, {"failed", failed}});
  if (failed == 0) co_return Result<void>();
  co_return Error{ErrorCode::failed,
                  fmt::format("scene {}: {} of {} devices failed: {}", name, failed, outcomes.size(), failures)};
}

}  // namespace entente::home
