// SPDX-License-Identifier: GPL-3.0-or-later
// Where the sun stands, after the equations that the U.S. National Oceanic and Atmospheric Administration publishes
// (solar declination and equation of time from Meeus' low-precision series): within a minute or two up to 72 degrees of
// latitude, between 1900 and 2100. Pure functions.
#pragma once

#include <optional>

#include "base/time.h"

namespace entente::home {

struct Location {
  double latitude = 0;   // degrees, north is positive
  double longitude = 0;  // degrees, east is positive
};

enum class SunEvent { sunrise, sunset };

// When its upper edge appears or vanishes (altitude -0.833°) on the day whose solar noon is nearest to `near`. Nothing
// where it stays up or down all that day.
std::optional<WallTime> sun_event(SunEvent event, WallTime near, Location location);

double sun_altitude(WallTime time, Location location);  // degrees above the horizon, refraction left out
bool is_sun_up(WallTime time, Location location);

}  // namespace entente::home
