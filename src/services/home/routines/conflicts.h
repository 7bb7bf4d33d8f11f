// SPDX-License-Identifier: GPL-3.0-or-later
// Routines that start one another without end, and routines that want opposite things of the same device. Found here by
// what the files say, without running them (conditions are taken to hold, so this warns and forbids nothing); what only
// shows while they run is rivalry.h's. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "services/home/routines/conditions.h"

namespace entente::home {

// What a routine waits for and what it does, in the words of this home.
struct Sketch {
  struct Start {
    std::string slot;  // empty where it is no property
    BoundMatch from;
    BoundMatch to;
    std::string signature;  // the same for the same start: "hall motion.motion-state becomes true"
  };
  struct Effect {
    std::string slot;
    std::string label;  // "hall lamp.on"
    model::Value value;
    std::string shown;    // "off"
    bool at_once = true;  // no wait before it
  };
  std::string name;
  std::vector<Start> starts;
  std::vector<Effect> effects;    // in order; those under an `if` left out
  std::vector<std::string> runs;  // other routines
  bool conditional = false;       // has an `if` of its own
};

struct Conflict {
  std::vector<std::string> routines;
  std::string reason;
};

std::vector<Conflict> find_conflicts(const std::vector<Sketch>& sketches);

}  // namespace entente::home
