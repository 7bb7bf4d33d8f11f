// SPDX-License-Identifier: GPL-3.0-or-later
// Household is the Home: see home.h. Changes of the record go to the store first and to memory only when the store has
// them, so that the two agree whatever fails. In four sources: who is there (household), groups and scenes
// (household_collections), what devices are asked (household_requests), what drivers come across (household_sightings).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/task_group.h"
#include "infra/bus/bus.h"
#include "services/home/home.h"
#include "services/home/impl/device.h"
#include "services/home/impl/groups_and_scenes.h"

namespace entente::home {

class Household : public Home, private SightingObserver {
 public:
  Household(Loop& loop, DeviceRows rows, GroupsAndScenes collections, bus::Bus& bus, const SpecLibrary& specs,
            std::vector<Driver*> drivers, Options options);
  ~Household() override;

  void take_in(std::vector<DeviceRecord> records, std::map<std::string, std::string> floors,
               std::set<std::string> unwanted, bool child_lock);

  std::vector<DeviceView> devices() const override;
  std::optional<DeviceView> device(const model::DeviceId& id) const override;
  std::optional<DeviceView> find(std::string_view name_or_id) const override;
  std::vector<Room> rooms() const override;
  Result<model::DeviceId> add(NewDevice wanted) override;
  Result<void> rename(const model::DeviceId& id, std::string name) override;
  Result<void> set_room(const model::DeviceId& id, std::string room) override;
  Result<void> set_floor(std::string_view room, std::string floor) override;
  Result<void> set_address(const model::DeviceId& id, std::string host, std::uint16_t port, std::string token) override;
  Result<void> remove(const model::DeviceId& id) override;
  std::vector<Group> groups() const override;
  std::optional<Group> group(std::string_view name) const override;
  Result<void> set_group(Group group) override;
  Result<void> remove_group(std::string_view name) override;
  std::vector<Scene> scenes() const override;
  std::optional<Scene> scene(std::string_view name) const override;
  Result<void> set_scene(Scene scene) override;
  Result<void> remove_scene(std::string_view name) override;
  std::vector<Scene::Setting> snapshot(const std::vector<model::DeviceId>& devices) const override;
  Task<Result<void>> activate(std::string scene_name) override;
  std::uint64_t names_version() const override { return names_version_; }
  bool child_lock() const override { return child_lock_; }
  Result<void> set_child_lock(bool on) override;
  void search() override;
  std::vector<FoundDevice> found() const override;
  std::optional<NewDevice> from_found(std::string_view key) const override;
  Task<Result<std::vector<Reading>>> read(model::DeviceId id, std::vector<model::PropertyId> properties) override;
  Task<Result<void>> write(model::DeviceId id, model::PropertyId property, model::Value value) override;
  Task<Result<std::vector<model::Value>>> act(model::DeviceId id, model::ActionCall call) override;
  TimePoint last_sent(const model::DeviceId& id) const override;

 private:
  using Entry = std::shared_ptr<Device>;
  class Ear;

  Entry entry(const model::DeviceId& id) const;
  DeviceView view(const Device& device) const;
  std::string floor_of(std::string_view room) const;
  Result<Entry> reachable_entry(const model::DeviceId& id) const;
  Result<std::shared_ptr<const model::DeviceSpec>> spec_for(const DeviceRecord& record) const;
  Result<void> attach(const Entry& device);
  void attach_or_say(const Entry& device);
  void detach(Device& device);
  void observe(const Entry& device);
  Result<void> keep_new(const DeviceRecord& record);
  Result<std::unique_ptr<Link>> connect(const Address& address, const model::DeviceSpec& spec) const;
  Result<DeviceRecord> checked(NewDevice wanted) const;
  // `own_key` is the key of the group or scene that asks.
  Result<void> check_free(const std::string& name, const Device* except, std::string_view own_key = {}) const;
  Result<void> clean_names(std::string& name, std::vector<std::string>& aliases, const char* what) const;
  Result<model::Value> settable_value(const Device& device, model::PropertyId property,
                                      const model::Value& value) const;
  Task<Result<void>> set_all(std::vector<Scene::Setting> settings);
  model::DeviceId new_id(const model::DeviceSpec& spec) const;
  void enlist(const Entry& device);
  void index_names(const Entry& device);
  void index_all_names();

  Result<void> allow_command(Device& device);
  void learn(Device& device, model::PropertyId property, const model::Value& value);
  void heard(Device& device, const Result<void>& outcome);
  void look_at_reach(Device& device);
  void note_hardware_id(Device& device);
  void publish(const Device& device, std::string_view what, Json payload);

  void look_for_it(const Device& lost);
  void sighted(Sighting sighting) override;
  void withdrawn(const Address& address) override;
  void seen_again(const Entry& device, const Sighting& sighting);
  void list_found(std::string key, Sighting sighting);
  void move(const Entry& device, const Address& to);
  void respecify(const Entry& device, const Sighting& sighting);
  void adopt(Sighting sighting);
  std::string free_name(const std::string& wanted) const;

  Duration wait_for_first_poll();
  void poll_after(const Entry& device, Duration delay);
  void poll_soon(const Entry& device);
  Task<void> poll(Entry device);
  Duration next_poll(Device& device) const;

  // Constant after construction.
  Loop& loop_;
  bus::Bus& bus_;
  const SpecLibrary& specs_;
  const std::vector<Driver*> drivers_;
  const Options options_;

  DeviceRows rows_;
  GroupsAndScenes collections_;
  std::vector<Entry> devices_;  // in the order in which they were added
  std::unordered_map<std::string, Entry> by_id_;
  std::unordered_map<std::string, Entry> by_name_;  // and alias, as name_key
  std::map<std::string, std::string> floors_;       // by name_key of the room
  std::map<std::string, FoundDevice> found_;        // by key
  std::set<std::string> unwanted_;                  // keys
  std::uint64_t names_version_ = 1;
  bool child_lock_ = false;
  TimePoint next_first_poll_{};
  TimePoint next_search_{};
  TaskGroup polls_{"home"};  // last: ends first
};

}  // namespace entente::home
