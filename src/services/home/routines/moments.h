// SPDX-License-Identifier: GPL-3.0-or-later
// Times as people write them ("5 minutes", "07:30", "sunset - 30 minutes", "weekdays"), and when they come in a place
// with a clock that jumps twice a year. Pure functions; nothing here reads a clock.
//
// A time of day that the clock jumps over comes when it jumps; one that comes twice counts the first time only.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "services/home/routines/sun.h"

namespace entente::home {

// One bit a day, Monday the lowest.
using Days = std::uint8_t;
constexpr Days every_day = 0x7F;

struct DayTime {
  enum class Kind { clock, sunrise, sunset };
  Kind kind = Kind::clock;
  seconds offset{};  // since midnight; or after the sun's event, before it where it is negative
};

// "1 hour 30 minutes", "90 s", "00:05:00". At most 366 days, never negative.
std::optional<Duration> parse_duration(std::string_view text);
std::string to_text(Duration duration);  // "1 hour 30 minutes"

std::optional<DayTime> parse_day_time(std::string_view text);
std::string to_text(const DayTime& time);

// "mon", "Monday", "weekdays", "weekend", "daily".
std::optional<Days> parse_day(std::string_view text);
std::string to_text_of_days(Days days);

// What a clock on the wall shows, in seconds since 1970 as if it never jumped.
using LocalSeconds = std::chrono::sys_seconds;

// How far local time is ahead of universal time at a moment.
using Zone = std::function<seconds(WallTime)>;
Zone system_zone();  // of this machine: TZ, /etc/localtime

// Where and when: what times of day need to become moments.
struct Surroundings {
  Zone zone;
  std::optional<Location> location;  // the sun needs it
};

LocalSeconds to_local(WallTime time, const Zone& zone);
// The first moment at which the wall clock shows this or, where it jumps over it, the moment of the jump.
WallTime from_local(LocalSeconds local, const Zone& zone);
std::string clock_text(WallTime time, const Zone& zone);  // "Mon 18:30:05"

int weekday_of(LocalSeconds local);  // 0 is Monday
bool is_among(Days days, LocalSeconds local);

// When it comes on the local day that holds `day`. Nothing where the sun does not rise or set that day, or nobody said
// where the home is.
std::optional<WallTime> on_day(const DayTime& time, LocalSeconds day, const Surroundings& around);
// The first time after `after` on one of the days; nothing within a year.
std::optional<WallTime> next_time(const DayTime& time, Days days, WallTime after, const Surroundings& around);
// Multiples of the interval counted from local midnight of 1970, so that "every 15 minutes" is at :00, :15, :30, :45.
WallTime next_multiple(Duration interval, WallTime after, const Zone& zone);

}  // namespace entente::home
