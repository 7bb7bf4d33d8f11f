// SPDX-License-Identifier: GPL-3.0-or-later
// The one device model: every device, whatever it speaks, is a MIoT-spec instance: services with properties, actions
// and events. Plain values, any thread. Reading them from spec JSON is services/home's.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/value.h"

namespace entente::model {

// Entente's own name for a device, stable over renames and restarts: "lamp-3f9c". Lower-case letters, digits, '-'.
struct DeviceId {
  std::string text;
  auto operator<=>(const DeviceId&) const = default;
};

// "urn:miot-spec-v2:device:light:0000A001:yeelink-colorc:1". Devices are matched on space, type and name, never on
// numbers or descriptions.
struct Urn {
  std::string space;    // "miot-spec-v2", or a vendor's own "dreame-spec"
  std::string type;     // "device", "service", "property", "action", "event"
  std::string name;     // "light", "brightness", "pm2.5-density"
  std::string value;    // "0000A001"
  std::string product;  // "yeelink-colorc", or empty
  std::string version;  // "1", or empty
  bool standard() const { return space == "miot-spec-v2"; }
  bool operator==(const Urn&) const = default;
};

struct PropertyId {
  std::int32_t service = 0;   // siid
  std::int32_t property = 0;  // piid
  auto operator<=>(const PropertyId&) const = default;
};
struct ActionId {
  std::int32_t service = 0;  // siid
  std::int32_t action = 0;   // aiid
  auto operator<=>(const ActionId&) const = default;
};

struct EventId {
  std::int32_t service = 0;  // siid
  std::int32_t event = 0;    // eiid
  auto operator<=>(const EventId&) const = default;
};

enum class Format : std::uint8_t { boolean, uint8, uint16, uint32, uint64, int8, int16, int32, int64, real, text };

struct ValueRange {
  double low = 0;
  double high = 0;
  double step = 1;
};
struct ListedValue {
  std::int64_t value = 0;
  std::string description;
};

struct Property {
  std::int32_t id = 0;  // piid
  Urn type;
  std::string description;
  Format format = Format::text;
  bool readable = false;
  bool writable = false;
  bool notifies = false;
  std::string unit;  // "percentage", "celsius", "kelvin", "rgb" …; empty for none
  std::optional<ValueRange> range;
  std::vector<ListedValue> list;
};
struct Action {
  std::int32_t id = 0;  // aiid
  Urn type;
  std::string description;
  std::vector<std::int32_t> in;   // piids
  std::vector<std::int32_t> out;  // piids
};
struct Event {
  std::int32_t id = 0;  // eiid
  Urn type;
  std::string description;
  std::vector<std::int32_t> arguments;  // piids
};
struct Service {
  std::int32_t id = 0;  // siid
  Urn type;
  std::string description;
  std::vector<Property> properties;
  std::vector<Action> actions;
  std::vector<Event> events;
};

struct DeviceSpec {
  Urn type;
  std::string model;  // "yeelink.light.colorc"
  std::string description;
  std::vector<Service> services;

  const Service* service(std::int32_t id) const;
  const Property* property(PropertyId id) const;
  const Action* action(ActionId id) const;
  const Event* event(EventId id) const;
};

// What a device is asked to do: exactly one of the two.
struct PropertyWrite {
  PropertyId id;
  Value value;
};
struct ActionArgument {
  std::int32_t property = 0;  // piid
  Value value;
};
struct ActionCall {
  ActionId id;
  std::vector<ActionArgument> in;
};

}  // namespace entente::model
