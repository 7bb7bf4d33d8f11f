// SPDX-License-Identifier: GPL-3.0-or-later
// The groups and scenes of the home and their rows in the store, each a JSON document. Owned by Household, loop thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "infra/store/store.h"
#include "services/home/home.h"

namespace entente::home {

class GroupsAndScenes {
 public:
  // Makes or updates the tables and reads them.
  static Result<GroupsAndScenes> open(store::Database& database);

  const std::map<std::string, Group>& groups() const { return groups_; }  // by name_key
  const std::map<std::string, Scene>& scenes() const { return scenes_; }
  const Group* group(std::string_view name_or_alias) const;
  const Scene* scene(std::string_view name_or_alias) const;

  // "the group 'reading lights'" that has this name or alias; empty when it is free. One of the same kind and name is
  // no obstacle to `except`.
  std::string holder_of(std::string_view name, std::string_view except = {}) const;

  Result<void> put(Group group);
  Result<void> put(Scene scene);
  Result<void> remove_group(std::string_view name);
  Result<void> remove_scene(std::string_view name);
  // Nothing is left of the device in any of them; those that would be empty go. In memory and in the store.
  Result<void> forget(const model::DeviceId& device);

 private:
  explicit GroupsAndScenes(store::Database& database) : database_(&database) {}

  Result<void> keep(const char* kind, const std::string& key, const Json& document);
  Result<void> drop(const char* kind, const std::string& key);

  store::Database* database_;
  std::map<std::string, Group> groups_;
  std::map<std::string, Scene> scenes_;
};

}  // namespace entente::home
