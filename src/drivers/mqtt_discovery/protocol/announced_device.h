// SPDX-License-Identifier: GPL-3.0-or-later
// AnnouncedDevice is everything that was announced about one device: its components as one MIoT spec, what is known of
// its state, and what to publish to change it. No sockets, no clock: messages in, news and publications out. Owned by
// the Catalogue.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "drivers/mqtt_discovery/protocol/component.h"

namespace entente::mqtt_discovery {

struct News {
  std::vector<std::pair<model::PropertyId, model::Value>> state;  // heard, whether or not it changed
  std::vector<std::pair<model::EventId, std::vector<model::ActionArgument>>> events;
  bool availability = false;  // online() may have changed
  // What is to be assumed after a while without other news of the property.
  struct Later {
    model::PropertyId property;
    model::Value value;
    seconds after;
  };
  std::vector<Later> later;
};

struct Command {
  std::vector<Publication> publications;
  bool awaits_state = false;  // the device will tell when it is done
};

// What a home takes for one device: all of it, or one of several that are alike.
struct Face {
  std::string key;
  std::string name;
  std::shared_ptr<const model::DeviceSpec> spec;
};

// A face's key is its device's, or begins with it and this.
constexpr char face_mark = '|';
std::string device_key_of(std::string_view face_key);

class AnnouncedDevice {
 public:
  AnnouncedDevice(std::string key, const Belonging& device);

  // The component announced at `place`; what stood there before is gone.
  void put(const std::string& place, Component component, const Belonging& device);
  void take_out(const std::string& place);
  // After the last of several changes: forgets the state of what is not there any more. A component that is announced
  // anew keeps its state between take_out() and put().
  void settle();
  bool empty() const { return parts_.empty(); }
  std::size_t size() const { return parts_.size(); }

  const std::string& key() const { return key_; }
  const std::set<std::string>& identifiers() const { return identifiers_; }
  std::string name() const;
  const std::string& room() const { return room_; }

  // Services keep their numbers whatever comes to them and goes: they follow from each component's own key.
  std::shared_ptr<const model::DeviceSpec> spec() const;
  // Two gangs of one switch are two things to whoever speaks to them, each with a part of spec(): the first has the
  // device's key and everything else that it has, the others a key of their own. Most devices have one face.
  std::vector<Face> faces() const;
  std::set<std::string> topics() const;  // to listen to; may be filters

  // `filter` is the one of topics() that the message came by: each source hears it once.
  News hear(const std::string& filter, std::string_view bytes, bool retained);
  const std::map<model::PropertyId, model::Value>& state() const { return state_; }
  bool online() const;

  // unsupported where nothing of that id can be set.
  Result<Command> write(model::PropertyId property, const model::Value& value) const;
  Result<Command> act(model::ActionId action) const;
  // What was set and no topic tells.
  void assume(model::PropertyId property, const model::Value& value) { state_[property] = value; }
  // Whether the device's word `heard` is what was wanted, as far as its own steps go.
  bool agrees(model::PropertyId property, const model::Value& wanted, const model::Value& heard) const;

 private:
  struct Part {
    Component component;
    std::vector<std::optional<bool>> available;  // by topic, as last heard
    std::optional<bool> last_available;
    bool online() const;
  };

  const Part* part(std::int32_t service) const;
  std::vector<const Component*> sorted_parts() const;
  std::shared_ptr<const model::DeviceSpec> spec_of(const std::vector<const Component*>& parts) const;
  void number_services();
  static void hear_availability(Part& part, const std::string& filter, const Payload& payload, News& news);

  const std::string key_;
  std::set<std::string> identifiers_;
  std::string name_, room_, maker_, model_;
  std::map<std::string, Part> parts_;            // by place
  std::map<std::string, std::int32_t> numbers_;  // by kind and key; kept when one goes, in case it comes again
  std::map<model::PropertyId, model::Value> state_;
  mutable std::shared_ptr<const model::DeviceSpec> spec_;  // made when asked for
};

}  // namespace entente::mqtt_discovery
