// SPDX-License-Identifier: GPL-3.0-or-later
// One announced component (a light, a sensor …) as a MIoT service, and how its properties, actions and events are tied
// to topics. Made by make_component() from the configuration; never changed after.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "drivers/mqtt_discovery/protocol/announcement.h"
#include "drivers/mqtt_discovery/templates/template.h"
#include "model/device.h"

namespace entente::mqtt_discovery {

// What came on a topic; its JSON is parsed when somebody asks for it.
class Payload {
 public:
  explicit Payload(std::string_view bytes);
  const std::string& text() const { return text_; }
  const Json& json() const;  // undefined (discarded) where it is none
  // The template's text for it; the payload itself without a template.
  Result<std::string> through(const std::optional<Template>& applied) const;

 private:
  std::string text_;  // UTF-8
  mutable std::optional<Json> json_;
};

struct Publication {
  std::string topic;
  std::string payload;
  bool retained = false;
};

// What a value of a property is, in a message. Nothing where the message is about something else.
using Decode = std::function<std::optional<model::Value>(const Payload&)>;
// What to publish for a value, in this order.
using Encode = std::function<Result<std::vector<Publication>>(const model::Value&)>;

struct Source {
  std::int32_t property = 0;
  std::string topic;  // may be a filter
  Decode decode;
};
struct Sink {
  std::int32_t property = 0;
  Encode encode;
  bool awaits_state = true;  // whether a state topic tells when it is done; what moves for long does not
};
struct Deed {
  std::int32_t action = 0;
  Publication publication;
};
struct Trigger {
  std::int32_t event = 0;
  std::string topic;
  // The event's arguments where the message is that event.
  std::function<std::optional<std::vector<model::ActionArgument>>(const Payload&)> recognise;
};

// A sensor that says when somebody moves, and never that nobody does any more.
struct Relapse {
  std::int32_t property = 0;
  model::Value from;
  model::Value to;
  seconds after{};
};

struct Availability {
  std::string topic;
  std::optional<Template> applied;
  std::string online = "online";
  std::string offline = "offline";
};
enum class AvailabilityMode { latest, any, all };

// What the device is, if this is its most important component.
struct DeviceKind {
  std::string_view type;  // MIoT device type: "light"
  int rank = 1000;        // the least is the device's
};

struct Component {
  std::string kind;  // "light"
  std::string key;
  std::string name;   // "Ceiling", empty where it is the device itself
  bool plain = true;  // not one of those that configure or diagnose
  DeviceKind device;
  model::Service service;  // its id is given by the device; those of properties are fixed by what they mean
  std::vector<Source> sources;
  std::vector<Sink> sinks;
  std::vector<Deed> deeds;
  std::vector<Trigger> triggers;
  std::vector<Relapse> relapses;
  std::vector<Availability> availability;
  AvailabilityMode availability_mode = AvailabilityMode::latest;

  const Sink* sink(std::int32_t property) const;
  bool has_source(std::int32_t property) const;
};

// unsupported for a kind that means nothing here (camera …), invalid where what it needs is missing. `notes` gets what
// was left out, one line each.
Result<Component> make_component(const AnnouncedComponent& announced, std::vector<std::string>& notes);

}  // namespace entente::mqtt_discovery
