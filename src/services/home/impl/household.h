// SPDX-License-Identifier: GPL-3.0-or-later
// Household is the Home: see home.h. Changes of the record go to the store first and to memory only when the store has
// them, so that the two agree whatever fails. In three sources: who is there (household), what they are asked
// (household_requests), what drivers come across (household_sightings).
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

namespace entente::home {

class Household : public Home, private SightingObserver {
 public:
  Household(Loop& loop, DeviceRows rows, bus::Bus& bus, const SpecLibrary& specs, std::vector<Driver*> drivers,
            Options options);
  ~Household() override;

  void take_in(std::vector<DeviceRecord> records, std::map<std::string, std::string> floors,
               std::set<std::string> unwanted);

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
  std::uint64_t names_version() const override { return names_version_; }
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
  Result<void> check_free(const std::string& name, const Device* except) const;
  model::DeviceId new_id(const model::DeviceSpec& spec) const;
  void enlist(const Entry& device);
  void index_names(const Entry& device);
  void index_all_names();

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
  std::vector<Entry> devices_;  // in the order in which they were added
  std::unordered_map<std::string, Entry> by_id_;
  std::unordered_map<std::string, Entry> by_name_;  // and alias, as name_key
  std::map<std::string, std::string> floors_;       // by name_key of the room
  std::map<std::string, FoundDevice> found_;        // by key
  std::set<std::string> unwanted_;                  // keys
  std::uint64_t names_version_ = 1;
  TimePoint next_first_poll_{};
  TimePoint next_search_{};
  TaskGroup polls_{"home"};  // last: ends first
};

}  // namespace entente::home
