// SPDX-License-Identifier: GPL-3.0-or-later
// Home knows the devices of this household, where they stand, what they are called and what state they are in; it asks
// them through drivers and tells everybody on the bus. Lives on the loop thread; what it promises to keep is in the
// store before the promise returns. Ends by destruction, before the drivers, the store and the bus.
//
// Bus topics: home/device/<id>/added, /changed {property, value}, /event {event, arguments}, /reach {reach}, /renamed,
// /moved {host}, /respecified, /removed; home/room/moved {room, floor}; home/found {key, driver, model, host, name};
// home/child_lock {on}, home/group/changed {name}, home/scene/changed {name}, home/scene/activated {name, failed}.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/loop.h"
#include "base/result.h"
#include "base/task.h"
#include "model/device.h"
#include "services/home/driver.h"
#include "services/home/traits.h"

namespace entente::store {
class Database;
}
namespace entente::bus {
class Bus;
}

namespace entente::home {

class SpecLibrary;

struct NewDevice {
  std::string name;                  // "bedroom lamp"; unique in the home, ignoring case
  std::vector<std::string> aliases;  // other names
  std::string room;                  // "bedroom", or empty
  std::string model;                 // "yeelink.light.color1": names the spec
  Address address;
  std::shared_ptr<const model::DeviceSpec> spec = nullptr;  // where the device described itself; kept with it
};

// What a driver came across and nobody has added yet.
struct FoundDevice {
  std::string key;  // "miio/260426251": stays the same for the same thing
  Sighting sighting;
  WallTime at;  // last seen
};

// A device as others see it. A copy: valid as long as you like, true when it was made.
struct DeviceView {
  model::DeviceId id;
  std::string name;
  std::vector<std::string> aliases;
  std::string room;
  std::string floor;  // of the room; empty where nobody said
  std::string model;
  std::string domain;
  Address address;  // the token left out
  std::shared_ptr<const model::DeviceSpec> spec;
  Reach reach = Reach::unknown;
  std::string trouble;  // what is wrong and what to do about it, for people; empty when all is well
  struct Known {
    model::PropertyId id;
    model::Value value;
    WallTime at;
  };
  std::vector<Known> state;

  const model::Value* known(model::PropertyId wanted) const;
};

struct Room {
  std::string name;
  std::string floor;  // "ground floor", "upstairs"; empty where nobody said

  bool operator==(const Room&) const = default;
};

// Devices that are spoken of as one: "the reading lights". Its names are unique in the home, as devices' names are.
struct Group {
  std::string name;
  std::vector<std::string> aliases;
  std::vector<model::DeviceId> members;

  bool operator==(const Group&) const = default;
};

// What several devices are set to at one word: "movie night".
struct Scene {
  struct Setting {
    model::DeviceId device;
    model::PropertyId property;
    model::Value value;
    bool operator==(const Setting&) const = default;
  };
  std::string name;
  std::vector<std::string> aliases;
  std::vector<Setting> settings;  // of one device in this order

  bool operator==(const Scene&) const = default;
};

class Home {
 public:
  struct Options {
    Duration poll_quiet = seconds(30);         // between polls of a device that nobody touches
    Duration poll_after_command = seconds(1);  // the first poll after a command
    bool polling = true;
    // How many commands one device gets: so many at once, and so many a second over time. Past that they are refused
    // (exhausted), so that a routine that runs wild wears out no relay.
    int command_burst = 60;
    double commands_per_second = 2;
    // Of these drivers a device that describes itself is taken in as soon as it is seen, unless it was removed before.
    std::vector<std::string> adopt = {"mqtt"};
  };

  // Loads the devices from the store; a device whose spec or driver is missing stays, with its trouble said.
  static Result<std::unique_ptr<Home>> open(Loop& loop, store::Database& database, bus::Bus& bus,
                                            const SpecLibrary& specs, std::vector<Driver*> drivers, Options options);
  virtual ~Home() = default;

  virtual std::vector<DeviceView> devices() const = 0;
  virtual std::optional<DeviceView> device(const model::DeviceId& id) const = 0;
  // By id, name or alias, ignoring case.
  virtual std::optional<DeviceView> find(std::string_view name_or_id) const = 0;
  virtual std::vector<Room> rooms() const = 0;  // where devices stand, by name

  virtual Result<model::DeviceId> add(NewDevice device) = 0;
  virtual Result<void> rename(const model::DeviceId& id, std::string name) = 0;
  virtual Result<void> set_room(const model::DeviceId& id, std::string room) = 0;
  // An empty floor takes it away. not_found for a room in which nothing stands.
  virtual Result<void> set_floor(std::string_view room, std::string floor) = 0;
  // Another host, port (0: the protocol's own) or token; an empty host or token stays what it was. The device keeps its
  // id, its names and what is known of it.
  virtual Result<void> set_address(const model::DeviceId& id, std::string host, std::uint16_t port,
                                   std::string token) = 0;
  virtual Result<void> remove(const model::DeviceId& id) = 0;

  // By name. A member that was removed from the home is not in its groups and scenes any more.
  virtual std::vector<Group> groups() const = 0;
  virtual std::optional<Group> group(std::string_view name_or_alias) const = 0;
  // Makes it, or replaces the one of this name.
  virtual Result<void> set_group(Group group) = 0;
  virtual Result<void> remove_group(std::string_view name) = 0;
  virtual std::vector<Scene> scenes() const = 0;
  virtual std::optional<Scene> scene(std::string_view name_or_alias) const = 0;
  virtual Result<void> set_scene(Scene scene) = 0;
  virtual Result<void> remove_scene(std::string_view name) = 0;
  // What these devices are set to now, as far as it can be set: a scene's settings.
  virtual std::vector<Scene::Setting> snapshot(const std::vector<model::DeviceId>& devices) const = 0;
  // All devices side by side. The error names those that failed; the others are set.
  virtual Task<Result<void>> activate(std::string scene_name) = 0;

  // Grows by one with each added, removed, renamed or moved device, room, group or scene: names have to be compiled
  // again.
  virtual std::uint64_t names_version() const = 0;

  // While it is on, nobody unlocks, opens gates and valves or lights a stove by asking: the assistant refuses it.
  virtual bool child_lock() const = 0;
  virtual Result<void> set_child_lock(bool on) = 0;

  // Lets the drivers look around now; what they see comes on the bus, and here by key.
  virtual void search() = 0;
  virtual std::vector<FoundDevice> found() const = 0;
  // The address, model, names and spec of something found, to be filled in and added.
  virtual std::optional<NewDevice> from_found(std::string_view key) const = 0;

  // Asks the device itself; what it says becomes the known state.
  virtual Task<Result<std::vector<Reading>>> read(model::DeviceId id, std::vector<model::PropertyId> properties) = 0;
  // Checks the value against the spec, converts it (to_device_value), writes it and waits for the device's word.
  virtual Task<Result<void>> write(model::DeviceId id, model::PropertyId property, model::Value value) = 0;
  virtual Task<Result<std::vector<model::Value>>> act(model::DeviceId id, model::ActionCall call) = 0;

  // When the last datagram to this device left; for measuring.
  virtual TimePoint last_sent(const model::DeviceId& id) const = 0;
};

}  // namespace entente::home
