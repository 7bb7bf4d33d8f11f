// SPDX-License-Identifier: GPL-3.0-or-later
// The home as routines see it: devices by name, the values of those properties that some routine looks at and since
// when they are so, and who is at home. Owned by the engine, loop thread. Values come from the bus, so that conditions
// are judged by the same news that started the routine.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/loop.h"
#include "base/result.h"
#include "services/home/home.h"
#include "services/home/routines/routine.h"

namespace entente::home {

struct Watch;  // of the engine: a trigger that waits for a property

// A property that some routine looks at. Stays where it is as long as the world.
struct Slot {
  model::DeviceId device;  // empty where it is a person's presence
  model::PropertyId property;
  std::string label;      // "hall lamp.on"
  model::Value value;     // monostate: not known
  model::Value previous;  // before the last change
  TimePoint since{};      // of the value
  std::vector<Watch*> watches;

  bool known() const { return !std::holds_alternative<std::monostate>(value); }
};

struct KnownDevice {
  model::DeviceId id;
  std::string name;
  std::string room;
  std::string floor;
  std::string domain;
  std::shared_ptr<const model::DeviceSpec> spec;  // may be null
  std::string reach;
};

class World {
 public:
  // "reach" among the properties: whether the device answers.
  static constexpr model::PropertyId reach = {0, 0};

  World(const Loop& loop, const Home& home) : loop_(loop), home_(home) {}

  // The names may have changed. Slots keep what they know.
  void refresh();

  // An error names what may have been meant.
  Result<const KnownDevice*> device(std::string_view name) const;
  const KnownDevice* device_of(const model::DeviceId& id) const;
  // A name may be that of a group.
  std::vector<const KnownDevice*> devices_of(const Target& target) const;
  bool is_one_device(const Target& target) const;
  std::optional<Scene> scene(std::string_view name) const { return home_.scene(name); }
  Result<model::PropertyId> property(const KnownDevice& device, std::string_view name) const;
  // The value as the property takes it.
  Result<model::Value> value_for(const KnownDevice& device, model::PropertyId property,
                                 const WrittenValue& written) const;
  std::string shown(const Slot& slot, const model::Value& value) const;
  std::string label(const KnownDevice& device, model::PropertyId property) const;
  // Whether a room, floor or kind of the target is in this home; an error where not.
  Result<void> check(const Target& target) const;

  // Makes it looked at.
  Slot& slot(const KnownDevice& device, model::PropertyId property);
  // Null where nobody looks.
  Slot* slot_of(std::string_view device, model::PropertyId property) const;
  Slot& presence(const Presence& of);  // its value: whether that is so
  // The device said so. Whether that is news.
  bool learn(Slot& slot, model::Value value);
  void forget_watches();

  void set_present(const std::string& person, bool home);
  // By lower-case name, or of anybody where that is empty; monostate where nobody said.
  model::Value present(const std::string& key) const;
  const std::map<std::string, bool>& people() const { return people_; }

 private:
  const Loop& loop_;
  const Home& home_;
  std::vector<KnownDevice> devices_;
  std::unordered_map<std::string, std::size_t> by_name_;                  // id, name and aliases, as name_key
  std::unordered_map<std::string, std::vector<model::DeviceId>> groups_;  // members, by name and alias
  std::vector<std::string> group_names_;
  std::unordered_map<std::string, std::vector<std::unique_ptr<Slot>>> slots_;  // by device id
  std::map<std::string, std::unique_ptr<Slot>> presences_;                     // by person, lower case
  std::map<std::string, bool> people_;                                         // who is at home
  // What has been looked for, by spec; emptied with devices_, which holds the specs.
  using Names = std::map<std::string, model::PropertyId, std::less<>>;
  mutable std::unordered_map<const model::DeviceSpec*, Names> properties_;
};

}  // namespace entente::home
