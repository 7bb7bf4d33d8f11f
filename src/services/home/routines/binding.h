// SPDX-License-Identifier: GPL-3.0-or-later
// What a routine's file means in this home: each name looked up, each value held against what its property takes. Runs
// look names up again when they come to them, because devices come and go; what is found missing here is shown before.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "services/home/routines/conflicts.h"
#include "services/home/routines/world.h"

namespace entente::home {

struct Bound {
  struct PropertyStart {
    std::size_t trigger;  // index into Routine::when
    Slot* slot;
    BoundMatch from;
    BoundMatch to;
  };
  struct EventStart {
    std::size_t trigger;
    model::DeviceId device;
    model::EventId event;
  };
  std::vector<PropertyStart> properties;
  std::vector<EventStart> events;
  std::vector<RoutineProblem> problems;
  Sketch sketch;
};

// What there is beside devices.
struct Neighbours {
  std::vector<std::string> routines;
  std::vector<std::string> scenes;
  bool has_location = false;
  bool speaks = false;
};

Bound bind_routine(const Routine& routine, World& world, const Neighbours& neighbours);

// "{bedroom sensor.temperature}" replaced by what is known. `missing` is called for what means nothing.
std::string filled_in(const std::string& text, World& world, const std::function<void(std::string)>& missing);

// In words, for people: "hall lamp.on becomes on, for 5 minutes".
std::string described(const Trigger& trigger);
std::string described(const Target& target);

}  // namespace entente::home
