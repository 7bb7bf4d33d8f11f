// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a condition holds, and what was seen when it was judged. Pure but for what the world makes looked at.
#pragma once

#include <string>

#include "services/home/routines/world.h"

namespace entente::home {

struct Present {
  WallTime wall;
  TimePoint steady;
  const Surroundings& around;
};

struct Judgement {
  bool met = false;
  std::string seen;  // "hall lamp.on is off, as it must be"
};

Judgement judge(const Condition& condition, World& world, const Present& now);

// Match with the values that the device takes. Nothing it can be compared with: an error.
struct BoundMatch {
  std::vector<model::Value> one_of;
  std::vector<model::Value> none_of;
  std::optional<double> above;
  std::optional<double> below;

  bool anything() const { return one_of.empty() && none_of.empty() && !above && !below; }
  bool fits(const model::Value& value) const;
};
Result<BoundMatch> bind(const Match& match, const World& world, const KnownDevice& device, model::PropertyId property);

}  // namespace entente::home
