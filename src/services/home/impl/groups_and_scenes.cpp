// SPDX-License-Identifier: GPL-3.0-or-later
//   group {"name", "aliases": [text], "members": [device id]}
//   scene {"name", "aliases": [text], "settings": [{"device", "siid", "piid", "value"}]}
#include "services/home/impl/groups_and_scenes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "services/home/impl/names.h"

namespace entente::home {
namespace {

constexpr store::Migration migrations[] = {{1, R"(
  CREATE TABLE home_collection (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (kind, name)
  );
)"}};

constexpr const char* group_kind = "group";
constexpr const char* scene_kind = "scene";

std::vector<std::string> texts_in(const Json& document, std::string_view key) {
  std::vector<std::string> texts;
  const Json* list = find(document, key);
  if (list == nullptr || !list->is_array()) return texts;
  for (const Json& entry : *list) {
    if (entry.is_string()) texts.push_back(entry.get<std::string>());
  }
  return texts;
}

Json to_json(const Group& group) {
  Json members = Json::array();
  for (const auto& member : group.members) members.push_back(member.text);
  return {{"name", group.name}, {"aliases", group.aliases}, {"members", std::move(members)}};
}

Group group_in(const Json& document) {
  Group group{string_or(document, "name", ""), texts_in(document, "aliases"), {}};
  for (auto& member : texts_in(document, "members")) group.members.push_back({std::move(member)});
  return group;
}

Json to_json(const Scene& scene) {
  Json settings = Json::array();
  for (const auto& setting : scene.settings) {
    settings.push_back({{"device", setting.device.text},
                        {"siid", setting.property.service},
                        {"piid", setting.property.property},
                        {"value", model::to_json(setting.value)}});
  }
  return {{"name", scene.name}, {"aliases", scene.aliases}, {"settings", std::move(settings)}};
}

Scene scene_in(const Json& document) {
  Scene scene{string_or(document, "name", ""), texts_in(document, "aliases"), {}};
  const Json* settings = find(document, "settings");
  if (settings == nullptr || !settings->is_array()) return scene;
  for (const Json& entry : *settings) {
    const Json* value = find(entry, "value");
    if (value == nullptr) continue;
    const model::PropertyId id{static_cast<std::int32_t>(integer_or(entry, "siid", 0)),
                               static_cast<std::int32_t>(integer_or(entry, "piid", 0))};
    scene.settings.push_back({{string_or(entry, "device", "")}, id, model::value_from_json(*value)});
  }
  return scene;
}

bool is_called(std::string_view key, const std::string& name, const std::vector<std::string>& aliases) {
  const auto same = [&](const std::string& alias) { return name_key(alias) == key; };
  return name_key(name) == key || std::any_of(aliases.begin(), aliases.end(), same);
}

template <class T>
const T* called(const std::map<std::string, T>& all, std::string_view name) {
  const auto key = name_key(name);
  if (const auto found = all.find(key); found != all.end()) return &found->second;
  for (const auto& [its_key, one] : all) {
    if (is_called(key, one.name, one.aliases)) return &one;
  }
  return nullptr;
}

Error none_called(const char* kind, std::string_view name) {
  return named_error(ErrorCode::not_found,
                     fmt::format("no {} '{}'", kind, text::shorten(text::to_valid_utf8(name), 80)));
}

}  // namespace

Result<GroupsAndScenes> GroupsAndScenes::open(store::Database& database) {
  if (auto migrated = database.migrate("home_collection", migrations); !migrated.ok()) return migrated.error();
  ENTENTE_TRY(const store::Rows rows, database.query("SELECT kind, name, document FROM home_collection ORDER BY name"));
  GroupsAndScenes all(database);
  for (const auto& row : rows) {
    const auto document = parse_json(row.text(2), row.text(0) + " " + row.text(1));
    if (!document.ok()) {
      log::error("home", "{}; left out", document.error().message);
    } else if (row.text(0) == group_kind) {
      all.groups_.emplace(row.text(1), group_in(*document));
    } else {
      all.scenes_.emplace(row.text(1), scene_in(*document));
    }
  }
  return all;
}

const Group* GroupsAndScenes::group(std::string_view name_or_alias) const { return called(groups_, name_or_alias); }
const Scene* GroupsAndScenes::scene(std::string_view name_or_alias) const { return called(scenes_, name_or_alias); }

std::string GroupsAndScenes::holder_of(std::string_view name, std::string_view except) const {
  const auto free_of = [&](const auto* holder) { return holder == nullptr || name_key(holder->name) == except; };
  if (const auto* holder = group(name); !free_of(holder)) return fmt::format("the group '{}'", holder->name);
  if (const auto* holder = scene(name); !free_of(holder)) return fmt::format("the scene '{}'", holder->name);
  return {};
}

Result<void> GroupsAndScenes::keep(const char* kind, const std::string& key, const Json& document) {
  const auto kept = database_->execute(
      "INSERT INTO home_collection (kind, name, document) VALUES ($1, $2, $3) "
      "ON CONFLICT (kind, name) DO UPDATE SET document = excluded.document",
      {std::string(kind), key, to_text(document)});
  if (!kept.ok()) return kept.error().within("home");
  return {};
}

Result<void> GroupsAndScenes::drop(const char* kind, const std::string& key) {
  const auto dropped =
      database_->execute("DELETE FROM home_collection WHERE kind = $1 AND name = $2", {std::string(kind), key});
  if (!dropped.ok()) return dropped.error().within("home");
  return {};
}

Result<void> GroupsAndScenes::put(Group group) {
  const auto key = name_key(group.name);
  ENTENTE_TRY_VOID(keep(group_kind, key, to_json(group)));
  groups_[key] = std::move(group);
  return {};
}

Result<void> GroupsAndScenes::put(Scene scene) {
  const auto key = name_key(scene.name);
  ENTENTE_TRY_VOID(keep(scene_kind, key, to_json(scene)));
  scenes_[key] = std::move(scene);
  return {};
}

Result<void> GroupsAndScenes::remove_group(std::string_view name) {
  const auto key = name_key(name);
  if (groups_.count(key) == 0) return none_called(group_kind, name);
  ENTENTE_TRY_VOID(drop(group_kind, key));
  groups_.erase(key);
  return {};
}

Result<void> GroupsAndScenes::remove_scene(std::string_view name) {
  const auto key = name_key(name);
  if (scenes_.count(key) == 0) return none_called(scene_kind, name);
  ENTENTE_TRY_VOID(drop(scene_kind, key));
  scenes_.erase(key);
  return {};
}

Result<void> GroupsAndScenes::forget(const model::DeviceId& device) {
  std::vector<Group> groups;
  for (const auto& [key, group] : groups_) {
    groups.push_back(group);
    if (std::erase(groups.back().members, device) == 0) groups.pop_back();
  }
  std::vector<Scene> scenes;
  const auto of_it = [&](const Scene::Setting& setting) { return setting.device == device; };
  for (const auto& [key, scene] : scenes_) {
    scenes.push_back(scene);
    if (std::erase_if(scenes.back().settings, of_it) == 0) scenes.pop_back();
  }
  for (auto& group : groups) {
    const std::string name = group.name;
    const bool empty = group.members.empty();
    ENTENTE_TRY_VOID(empty ? remove_group(name) : put(std::move(group)));
  }
  for (auto& scene : scenes) {
    const std::string name = scene.name;
    const bool empty = scene.settings.empty();
    ENTENTE_TRY_VOID(empty ? remove_scene(name) : put(std::move(scene)));
  }
  return {};
}

}  // namespace entente::home
