// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/routines/moments.h"

#include <gtest/gtest.h>

#include <cmath>

namespace entente::home {
namespace {

using namespace std::chrono_literals;

WallTime utc(int year, unsigned month, unsigned day, int hour, int minute) {
  const auto date = std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day);
  return WallTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute);
}

std::string read_back(std::string_view said) {
  const auto duration = parse_duration(said);
  return duration ? to_text(*duration) : "refused";
}

TEST(Durations, AreReadAsPeopleWriteThem) {
  EXPECT_EQ(read_back("5 minutes"), "5 minutes");
  EXPECT_EQ(read_back("1 hour 30 minutes"), "1 hour 30 minutes");
  EXPECT_EQ(read_back("1h30m"), "1 hour 30 minutes");
  EXPECT_EQ(read_back("2 days and 1 second"), "2 days 1 second");
  EXPECT_EQ(read_back("1.5 hours"), "1 hour 30 minutes");
  EXPECT_EQ(read_back("00:05:00"), "5 minutes");
  EXPECT_EQ(read_back("250 ms"), "250 ms");
}

TEST(Durations, AreRefusedWhereTheySayNothing) {
  for (const char* said : {"", "5", "minutes", "5 parsecs", "-5 s", "1e9 days", "999 weeks", "5 minutes 5", "1..2 s"}) {
    EXPECT_FALSE(parse_duration(said)) << said;
  }
}

TEST(DayTimes, KnowClockAndSun) {
  EXPECT_EQ(to_text(*parse_day_time("7:30")), "07:30");
  EXPECT_EQ(to_text(*parse_day_time("23:59:30")), "23:59:30");
  EXPECT_EQ(to_text(*parse_day_time("Sunset - 30 min")), "sunset - 30 minutes");
  EXPECT_EQ(to_text(*parse_day_time("sunrise+1h")), "sunrise + 1 hour");
  for (const char* said : {"24:00", "7", "7:60", "noon", "sunset 30", "sunset + 13 h"}) {
    EXPECT_FALSE(parse_day_time(said)) << said;
  }
}

TEST(DaysOfTheWeek, AreReadByNameAndGroup) {
  EXPECT_EQ(parse_day("Mon"), 0x01);
  EXPECT_EQ(parse_day("sunday"), 0x40);
  EXPECT_EQ(parse_day("weekend"), 0x60);
  EXPECT_FALSE(parse_day("mo"));
  EXPECT_FALSE(parse_day("someday"));
}

// New York, 2026: summer time from 8 March 07:00 UTC to 1 November 06:00 UTC.
seconds new_york(WallTime time) { return time >= utc(2026, 3, 8, 7, 0) && time < utc(2026, 11, 1, 6, 0) ? -4h : -5h; }

TEST(LocalTime, JumpsForwardInSpring) {
  const LocalSeconds half_past_two{std::chrono::sys_days(std::chrono::year(2026) / 3 / 8) + 2h + 30min};
  EXPECT_EQ(from_local(half_past_two, new_york), utc(2026, 3, 8, 7, 0));
  EXPECT_EQ(from_local(half_past_two + 1h, new_york), utc(2026, 3, 8, 7, 30));
}

TEST(LocalTime, ComesTwiceInAutumnAndMeansTheFirst) {
  const LocalSeconds half_past_one{std::chrono::sys_days(std::chrono::year(2026) / 11 / 1) + 1h + 30min};
  EXPECT_EQ(from_local(half_past_one, new_york), utc(2026, 11, 1, 5, 30));
  EXPECT_EQ(from_local(half_past_one + 1h, new_york), utc(2026, 11, 1, 7, 30));
}

// The oracle walks minute by minute over a year.
TEST(LocalTime, IsTheFirstMomentAtWhichTheClockShowsIt) {
  const Zone zone = new_york;
  for (WallTime at = utc(2026, 3, 7, 0, 0); at < utc(2026, 3, 10, 0, 0); at += 10min) {
    EXPECT_EQ(from_local(to_local(at, zone), zone), at);
  }
  for (WallTime at = utc(2026, 10, 31, 0, 0); at < utc(2026, 11, 3, 0, 0); at += 10min) {
    const bool second = at >= utc(2026, 11, 1, 6, 0) && at < utc(2026, 11, 1, 7, 0);
    EXPECT_EQ(from_local(to_local(at, zone), zone), second ? at - 1h : at);
  }
}

TEST(LocalTime, KnowsTheDayOfTheWeek) {
  EXPECT_EQ(weekday_of(LocalSeconds(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23))), 0);
  EXPECT_EQ(weekday_of(LocalSeconds(std::chrono::sys_days(std::chrono::year(1969) / 12 / 28))), 6);
}

TEST(LocalTime, IsThatOfThisMachineInTheSystemsZone) {
  ::setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
  const Zone zone = system_zone();
  EXPECT_EQ(zone(utc(2026, 7, 1, 12, 0)), 2h);
  EXPECT_EQ(zone(utc(2026, 12, 1, 12, 0)), 1h);
  ::unsetenv("TZ");
  ::tzset();
}

TEST(NextTime, FindsTheNextOfTheDays) {
  const Surroundings around{new_york, std::nullopt};
  const DayTime time = *parse_day_time("07:30");
  EXPECT_EQ(next_time(time, *parse_day("sat"), utc(2026, 11, 23, 0, 0), around), utc(2026, 11, 28, 12, 30));
  EXPECT_EQ(next_time(time, every_day, utc(2026, 11, 23, 12, 30), around), utc(2026, 11, 24, 12, 30));
  EXPECT_FALSE(next_time(*parse_day_time("sunset"), every_day, utc(2026, 11, 23, 12, 30), around));
}

TEST(NextTime, OfAnIntervalIsRoundInLocalTime) {
  const Zone zone = [](WallTime) { return seconds(5h + 45min); };  // Nepal
  EXPECT_EQ(next_multiple(1h, utc(2026, 1, 1, 0, 0), zone), utc(2026, 1, 1, 0, 15));
}

// ---- the sun

double minutes_off(SunEvent event, WallTime expected, Location location) {
  const auto found = sun_event(event, expected, location);
  if (!found) return 1e9;
  return std::abs(std::chrono::duration<double, std::ratio<60>>(*found - expected).count());
}

// From the almanacs: sunrise and sunset to the minute.
TEST(Sun, RisesAndSetsWhenTheAlmanacSays) {
  const Location london{51.5074, -0.1278};
  EXPECT_LT(minutes_off(SunEvent::sunrise, utc(2024, 6, 20, 3, 43), london), 2);
  EXPECT_LT(minutes_off(SunEvent::sunset, utc(2024, 6, 20, 20, 21), london), 2);
  const Location new_york_city{40.7128, -74.006};
  EXPECT_LT(minutes_off(SunEvent::sunrise, utc(2024, 12, 21, 12, 17), new_york_city), 2);
  EXPECT_LT(minutes_off(SunEvent::sunset, utc(2024, 12, 21, 21, 32), new_york_city), 2);
  const Location sydney{-33.8688, 151.2093};
  EXPECT_LT(minutes_off(SunEvent::sunset, utc(2024, 1, 1, 9, 9), sydney), 2);
  const Location beijing{39.9042, 116.4074};
  EXPECT_LT(minutes_off(SunEvent::sunrise, utc(2024, 9, 30, 22, 10), beijing), 2);
}

TEST(Sun, StaysUpOrDownNearThePole) {
  const Location tromso{69.6492, 18.9553};
  EXPECT_FALSE(sun_event(SunEvent::sunset, utc(2024, 6, 21, 12, 0), tromso));
  EXPECT_FALSE(sun_event(SunEvent::sunrise, utc(2024, 12, 21, 12, 0), tromso));
  EXPECT_TRUE(is_sun_up(utc(2024, 6, 21, 23, 0), tromso));
  EXPECT_FALSE(is_sun_up(utc(2024, 12, 21, 11, 0), tromso));
}

TEST(Sun, IsUpBetweenSunriseAndSunset) {
  const Location berlin{52.52, 13.405};
  const auto sunrise = sun_event(SunEvent::sunrise, utc(2026, 11, 23, 11, 0), berlin);
  const auto sunset = sun_event(SunEvent::sunset, utc(2026, 11, 23, 11, 0), berlin);
  ASSERT_TRUE(sunrise && sunset);
  for (const auto off : {-2min, 2min}) {
    EXPECT_EQ(is_sun_up(*sunrise + off, berlin), off > 0min);
    EXPECT_EQ(is_sun_up(*sunset + off, berlin), off < 0min);
  }
}

}  // namespace
}  // namespace entente::home
