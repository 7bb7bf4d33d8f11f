// SPDX-License-Identifier: GPL-3.0-or-later
// Dates and times of day in reply templates, with the attributes and methods of Python's date, time and datetime.
// Plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace entente::language::jinja {

struct Moment {
  bool dated = false, timed = false;  // date, time, or both
  int year = 1, month = 1, day = 1;
  int hour = 0, minute = 0, second = 0, microsecond = 0;
};

// "2013-09-17", "01:02", "01:02:03.5", "2013-09-17T01:02:03" (or with a space); a zone after it is ignored.
std::optional<Moment> read_moment(std::string_view text);

std::string shown(const Moment& moment);        // as Python's str()
std::string represented(const Moment& moment);  // as Python's repr()
int compare(const Moment& left, const Moment& right);

int iso_weekday(const Moment& moment);                                      // Monday is 1
std::optional<int> member_of(const Moment& moment, std::string_view name);  // year, month … microsecond
std::string strftime(const Moment& moment, std::string_view format);        // in the C locale

}  // namespace entente::language::jinja
