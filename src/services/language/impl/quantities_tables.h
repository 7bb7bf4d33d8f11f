// SPDX-License-Identifier: GPL-3.0-or-later
// What people say for times, dates and durations: tables of sentence templates by language. Constant after the start;
// any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/language/impl/quantities.h"

namespace entente::language {

// A template. Its {lists} add up:
//
//   durations, in seconds: {seconds} {minutes} {hours} {days} {weeks}, and {half_minutes} {half_hours} {half_days} with
//     halves ("two and a half"); {less_seconds} {less_minutes} {less_hours} behind a greater unit (1 to 59, to 23)
//   times: {hour} 0 to 24; {minute} 0 to 59 as clocks have it ("oh five", "05"); {past} and {to} 1 to 29 minutes more
//   or
//     less; {part} the part of the day; {clock} "19.30" typed as one number
//   dates: {day} 1 to 31, {ordinal} the same as an ordinal only, {month}, {weekday}, {number} of days 1 to 60, {weeks}
//
// `add` is added: seconds, minutes, days.
struct Saying {
  enum class Kind : std::uint8_t { plain, past, weekday, next_weekday, month_day, day_of_month };  // of dates
  std::string pattern;
  int add = 0;
  Kind kind = Kind::plain;
};

// Which hours a word for a part of the day goes with, and which hour of the day they then are.
struct DayPart {
  enum class Half : std::uint8_t { morning, noon, afternoon, evening, night, am, pm };
  Half half = Half::am;
  std::string pattern;
};

struct SayingTable {
  std::vector<Saying> times, dates, durations;
  std::vector<DayPart> parts;
  std::vector<std::string> leading_zero;  // "oh", "零": what is said before a single minute
  bool ordinal_days = false;              // {day} is also an ordinal
  bool dotted = false;                    // "19.30" and "24.12." are typed
};

// Nothing for a language without a table.
const SayingTable* saying_table(std::string_view language);
// From ICU: "{hour} {minute}", names of weekdays, months and units.
SayingTable made_table(std::string_view language);

// Names in the language, from ICU, in its nominative and as they stand in a date: index 0 is Monday, or January.
std::vector<std::vector<std::string>> weekday_names(std::string_view language);
std::vector<std::vector<std::string>> month_names(std::string_view language);

}  // namespace entente::language
