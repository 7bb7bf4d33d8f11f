// SPDX-License-Identifier: GPL-3.0-or-later
// The devices of the home, and the floors of its rooms, as rows of the store. Each call is one transaction; when it
// fails nothing was changed.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "infra/store/store.h"
#include "services/home/driver.h"

namespace entente::home {

// What is kept of a device. Its state is not: the device knows it better.
struct DeviceRecord {
  model::DeviceId id;
  std::string name;
  std::vector<std::string> aliases;
  std::string room;
  std::string model;
  Address address;
  std::string spec;  // what the device said of itself, as JSON; empty where the library knows the model
};

class DeviceRows {
 public:
  // Makes or updates the tables.
  static Result<DeviceRows> open(store::Database& database);

  // All of it or nothing.
  Result<void> transact(const std::function<Result<void>()>& work) { return database_->transact(work); }

  // In the order in which they were added.
  Result<std::vector<DeviceRecord>> load() const;
  Result<void> add(const DeviceRecord& record);
  Result<void> rename(const model::DeviceId& id, const std::string& name);
  Result<void> set_room(const model::DeviceId& id, const std::string& room);
  Result<void> set_address(const model::DeviceId& id, const Address& address);
  Result<void> set_spec(const model::DeviceId& id, const std::string& spec);
  // By the room's name_key.
  Result<std::map<std::string, std::string>> floors() const;
  Result<void> set_floor(const std::string& room, const std::string& floor);
  Result<void> remove(const model::DeviceId& id);
  // What the user removed although it still announces itself, by key_of its address.
  Result<std::set<std::string>> unwanted() const;
  Result<void> add_unwanted(const std::string& key);
  Result<void> remove_unwanted(const std::string& key);
  Result<bool> child_lock() const;
  Result<void> set_child_lock(bool on);

 private:
  explicit DeviceRows(store::Database& database) : database_(&database) {}

  store::Database* database_;
};

}  // namespace entente::home
