// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/routines/sun.h"

#include <cmath>

namespace entente::home {
namespace {

constexpr double pi = 3.14159265358979323846;
constexpr double horizon = -0.833;  // refraction and the sun's own radius

double radians(double degrees) { return degrees * pi / 180; }
double degrees(double radians) { return radians * 180 / pi; }

struct Sun {
  double declination;       // degrees
  double equation_of_time;  // minutes that a sundial is ahead of the mean sun
};

double seconds_since_epoch(WallTime time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

Sun sun_at(WallTime time) {
  const double century = (seconds_since_epoch(time) / 86400 + 2440587.5 - 2451545.0) / 36525;
  const double mean_longitude = std::fmod(280.46646 + century * (36000.76983 + century * 0.0003032), 360.0);
  const double anomaly = radians(357.52911 + century * (35999.05029 - 0.0001537 * century));
  const double eccentricity = 0.016708634 - century * (0.000042037 + 0.0000001267 * century);
  const double centre = std::sin(anomaly) * (1.914602 - century * (0.004817 + 0.000014 * century)) +
                        std::sin(2 * anomaly) * (0.019993 - 0.000101 * century) + std::sin(3 * anomaly) * 0.000289;
  const double node = radians(125.04 - 1934.136 * century);
  const double apparent = radians(mean_longitude + centre - 0.00569 - 0.00478 * std::sin(node));
  const double mean_obliquity =
      23 + (26 + (21.448 - century * (46.815 + century * (0.00059 - century * 0.001813))) / 60) / 60;
  const double obliquity = radians(mean_obliquity + 0.00256 * std::cos(node));
  const double y = std::tan(obliquity / 2) * std::tan(obliquity / 2);
  const double longitude = radians(mean_longitude);
  const double equation = y * std::sin(2 * longitude) - 2 * eccentricity * std::sin(anomaly) +
                          4 * eccentricity * y * std::sin(anomaly) * std::cos(2 * longitude) -
                          0.5 * y * y * std::sin(4 * longitude) -
                          1.25 * eccentricity * eccentricity * std::sin(2 * anomaly);
  return {degrees(std::asin(std::sin(obliquity) * std::sin(apparent))), 4 * degrees(equation)};
}

WallTime at_seconds(double since_epoch) {
  return WallTime(std::chrono::duration_cast<WallTime::duration>(std::chrono::duration<double>(since_epoch)));
}

// Of the day whose solar noon is nearest.
WallTime solar_noon(WallTime near, Location location) {
  const double shift = location.longitude * 240 + sun_at(near).equation_of_time * 60;  // seconds ahead of Greenwich
  const double day = std::round((seconds_since_epoch(near) + shift - 43200) / 86400);
  return at_seconds(day * 86400 + 43200 - shift);
}

// Half of the day's arc, in seconds; nothing where the sun does not cross the horizon.
std::optional<double> half_arc(const Sun& sun, double latitude) {
  const double cosine =
      std::sin(radians(horizon)) / (std::cos(radians(latitude)) * std::cos(radians(sun.declination))) -
      std::tan(radians(latitude)) * std::tan(radians(sun.declination));
  if (!(cosine >= -1 && cosine <= 1)) return std::nullopt;
  return degrees(std::acos(cosine)) * 240;
}

}  // namespace

std::optional<WallTime> sun_event(SunEvent event, WallTime near, Location location) {
  const WallTime noon = solar_noon(near, location);
  const double noon_equation = sun_at(noon).equation_of_time;
  WallTime found = noon;
  for (int round = 0; round < 3; ++round) {  // the sun moves on between noon and the event
    const Sun sun = sun_at(found);
    const auto arc = half_arc(sun, location.latitude);
    if (!arc) return std::nullopt;
    const double drift = (noon_equation - sun.equation_of_time) * 60;
    found = at_seconds(seconds_since_epoch(noon) + drift + (event == SunEvent::sunrise ? -*arc : *arc));
  }
  return std::chrono::floor<seconds>(found);
}

double sun_altitude(WallTime time, Location location) {
  const Sun sun = sun_at(time);
  const double solar =
      std::fmod(seconds_since_epoch(time) / 60 + sun.equation_of_time + 4 * location.longitude, 1440.0);
  const double hour_angle = radians(solar / 4 - 180);
  const double latitude = radians(location.latitude);
  const double declination = radians(sun.declination);
  return degrees(std::asin(std::sin(latitude) * std::sin(declination) +
                           std::cos(latitude) * std::cos(declination) * std::cos(hour_angle)));
}

bool is_sun_up(WallTime time, Location location) { return sun_altitude(time, location) > horizon; }

}  // namespace entente::home
