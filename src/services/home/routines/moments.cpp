// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/routines/moments.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <charconv>
#include <ctime>

#include "base/text.h"

namespace entente::home {
namespace {

constexpr seconds day_length = std::chrono::hours(24);
constexpr Duration longest = std::chrono::hours(24 * 366);

struct Unit {
  std::initializer_list<std::string_view> names;
  milliseconds length;
};

const Unit units[] = {{{"ms", "millisecond", "milliseconds"}, milliseconds(1)},
                      {{"s", "sec", "secs", "second", "seconds"}, seconds(1)},
                      {{"m", "min", "mins", "minute", "minutes"}, std::chrono::minutes(1)},
                      {{"h", "hr", "hrs", "hour", "hours"}, std::chrono::hours(1)},
                      {{"d", "day", "days"}, std::chrono::hours(24)},
                      {{"w", "week", "weeks"}, std::chrono::hours(168)}};

const Unit* unit_named(std::string_view name) {
  for (const auto& unit : units) {
    if (std::find(unit.names.begin(), unit.names.end(), name) != unit.names.end()) return &unit;
  }
  return nullptr;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z'); }

template <class Fits>
std::string_view take_while(std::string_view& rest, const Fits& fits) {
  const auto end = static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), fits) - rest.begin());
  const auto taken = rest.substr(0, end);
  rest.remove_prefix(end);
  return taken;
}

void skip_spaces(std::string_view& rest) {
  take_while(rest, [](char c) { return c == ' '; });
}

// "07:30" or "07:30:15" as numbers; nothing for anything else.
std::optional<seconds> clock_digits(std::string_view text) {
  int numbers[3] = {0, 0, 0};
  const auto parts = text::split(text, ':');
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto part = parts[i];
    if (part.empty() || part.size() > 2 || !std::all_of(part.begin(), part.end(), is_digit)) return std::nullopt;
    std::from_chars(part.data(), part.data() + part.size(), numbers[i]);
  }
  if (numbers[0] > 23 || numbers[1] > 59 || numbers[2] > 59) return std::nullopt;
  return std::chrono::hours(numbers[0]) + std::chrono::minutes(numbers[1]) + seconds(numbers[2]);
}

constexpr const char* day_names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::string_view long_day_names[] = {"monday", "tuesday",  "wednesday", "thursday",
                                               "friday", "saturday", "sunday"};
constexpr Days weekdays = 0x1F;
constexpr Days weekend = 0x60;

LocalSeconds midnight_of(LocalSeconds local) { return std::chrono::floor<std::chrono::days>(local); }

}  // namespace

// ---- as people write them

std::optional<Duration> parse_duration(std::string_view said) {
  const std::string lower = text::to_lower_ascii(text::trim(said));
  if (std::count(lower.begin(), lower.end(), ':') == 2) {
    if (const auto clock = clock_digits(lower)) return *clock;
  }
  std::string_view rest = lower;
  if (rest.empty()) return std::nullopt;
  double total = 0;  // milliseconds
  while (!rest.empty()) {
    const auto digits = take_while(rest, [](char c) { return is_digit(c) || c == '.'; });
    double number = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return std::nullopt;
    skip_spaces(rest);
    const Unit* unit = unit_named(take_while(rest, is_letter));
    if (unit == nullptr) return std::nullopt;
    total += number * static_cast<double>(unit->length.count());
    skip_spaces(rest);
    if (rest.starts_with("and ")) rest.remove_prefix(4);
    if (rest.starts_with(", ")) rest.remove_prefix(2);
  }
  const auto most = static_cast<double>(std::chrono::duration_cast<milliseconds>(longest).count());
  if (!(total <= most)) return std::nullopt;
  return milliseconds(static_cast<std::int64_t>(total));
}

std::string to_text(Duration duration) {
  auto left = std::chrono::duration_cast<milliseconds>(duration);
  if (left < seconds(1)) return fmt::format("{} ms", left.count());
  std::string words;
  const auto take = [&](milliseconds length, std::string_view name) {
    const auto count = left / length;
    if (count == 0) return;
    left -= count * length;
    words += fmt::format("{}{} {}{}", words.empty() ? "" : " ", count, name, count == 1 ? "" : "s");
  };
  take(std::chrono::hours(24), "day");
  take(std::chrono::hours(1), "hour");
  take(std::chrono::minutes(1), "minute");
  take(seconds(1), "second");
  return words;
}

std::optional<DayTime> parse_day_time(std::string_view said) {
  const std::string lower = text::to_lower_ascii(text::trim(said));
  if (const auto clock = clock_digits(lower)) return DayTime{DayTime::Kind::clock, *clock};
  std::string_view rest = lower;
  DayTime time;
  if (rest.starts_with("sunrise")) {
    time.kind = DayTime::Kind::sunrise;
  } else if (rest.starts_with("sunset")) {
    time.kind = DayTime::Kind::sunset;
  } else {
    return std::nullopt;
  }
  rest.remove_prefix(time.kind == DayTime::Kind::sunrise ? 7 : 6);
  skip_spaces(rest);
  if (rest.empty()) return time;
  const bool before = rest.front() == '-';
  if (!before && rest.front() != '+') return std::nullopt;
  const auto offset = parse_duration(rest.substr(1));
  if (!offset || *offset > std::chrono::hours(12)) return std::nullopt;
  time.offset = std::chrono::duration_cast<seconds>(*offset) * (before ? -1 : 1);
  return time;
}

std::string to_text(const DayTime& time) {
  if (time.kind == DayTime::Kind::clock) {
    const auto count = time.offset.count();
    const auto whole = fmt::format("{:02}:{:02}", count / 3600, count / 60 % 60);
    return count % 60 == 0 ? whole : fmt::format("{}:{:02}", whole, count % 60);
  }
  std::string words = time.kind == DayTime::Kind::sunrise ? "sunrise" : "sunset";
  if (time.offset != seconds(0)) {
    words +=
        fmt::format(" {} {}", time.offset < seconds(0) ? '-' : '+', to_text(Duration(std::chrono::abs(time.offset))));
  }
  return words;
}

std::optional<Days> parse_day(std::string_view said) {
  const std::string lower = text::to_lower_ascii(text::trim(said));
  if (lower == "weekdays" || lower == "weekday") return weekdays;
  if (lower == "weekend" || lower == "weekends") return weekend;
  if (lower == "daily" || lower == "every day") return every_day;
  for (std::size_t i = 0; i < 7; ++i) {
    const auto name = long_day_names[i];
    if (lower.size() >= 3 && name.starts_with(lower)) return static_cast<Days>(1U << i);
  }
  return std::nullopt;
}

std::string to_text_of_days(Days days) {
  if (days == every_day) return "every day";
  if (days == weekdays) return "weekdays";
  if (days == weekend) return "weekend";
  std::vector<std::string> names;
  for (std::size_t i = 0; i < 7; ++i) {
    if ((days >> i & 1U) != 0) names.emplace_back(day_names[i]);
  }
  return text::join(names, ", ");
}

// ---- on the wall

Zone system_zone() {
  ::tzset();
  return [](WallTime time) {
    const std::time_t moment = std::chrono::system_clock::to_time_t(std::chrono::floor<seconds>(time));
    std::tm local{};
    return ::localtime_r(&moment, &local) == nullptr ? seconds(0) : seconds(local.tm_gmtoff);
  };
}

LocalSeconds to_local(WallTime time, const Zone& zone) {
  return LocalSeconds(std::chrono::floor<seconds>(time).time_since_epoch() + zone(time));
}

WallTime from_local(LocalSeconds local, const Zone& zone) {
  const auto if_ahead = [&](seconds ahead) { return WallTime(local.time_since_epoch() - ahead); };
  // Zones change rarely: what holds a day earlier or a day later holds here, too.
  const seconds before = zone(if_ahead(seconds(0)) - day_length);
  const seconds after = zone(if_ahead(seconds(0)) + day_length);
  const WallTime first = if_ahead(std::max(before, after));
  const WallTime last = if_ahead(std::min(before, after));
  if (to_local(first, zone) == local) return first;
  if (to_local(last, zone) == local) return last;
  // The clock jumps over it, somewhere between the two.
  auto low = std::chrono::floor<seconds>(first);
  auto high = std::chrono::floor<seconds>(last) + seconds(1);
  while (high - low > seconds(1)) {
    const auto middle = low + (high - low) / 2;
    (to_local(middle, zone) < local ? low : high) = middle;
  }
  return high;
}

std::string clock_text(WallTime time, const Zone& zone) {
  const auto local = to_local(time, zone);
  const auto of_day = (local - midnight_of(local)).count();
  return fmt::format("{} {:02}:{:02}:{:02}", day_names[weekday_of(local)], of_day / 3600, of_day / 60 % 60,
                     of_day % 60);
}

int weekday_of(LocalSeconds local) {
  const auto days =
      std::chrono::floor<std::chrono::days>(local).time_since_epoch().count();  // the first was a Thursday
  return static_cast<int>(((days + 3) % 7 + 7) % 7);
}

bool is_among(Days days, LocalSeconds local) { return (days >> weekday_of(local) & 1) != 0; }

std::optional<WallTime> on_day(const DayTime& time, LocalSeconds day, const Surroundings& around) {
  const LocalSeconds midnight = midnight_of(day);
  if (time.kind == DayTime::Kind::clock) return from_local(midnight + time.offset, around.zone);
  if (!around.location) return std::nullopt;
  const auto event = time.kind == DayTime::Kind::sunrise ? SunEvent::sunrise : SunEvent::sunset;
  const WallTime noon = from_local(midnight + day_length / 2, around.zone);
  const auto found = sun_event(event, noon, *around.location);
  if (!found) return std::nullopt;
  return *found + time.offset;
}

std::optional<WallTime> next_time(const DayTime& time, Days days, WallTime after, const Surroundings& around) {
  // From the day before, for what an offset moves over midnight.
  LocalSeconds day = midnight_of(to_local(after, around.zone)) - day_length;
  for (int tries = 0; tries < 368; ++tries, day += day_length) {
    if (!is_among(days, day)) continue;
    const auto moment = on_day(time, day, around);
    if (moment && *moment > after) return moment;
  }
  return std::nullopt;
}

WallTime next_multiple(Duration interval, WallTime after, const Zone& zone) {
  const auto whole = std::max(std::chrono::duration_cast<milliseconds>(interval), milliseconds(1));
  const auto ahead = std::chrono::duration_cast<milliseconds>(zone(after));
  const auto local = std::chrono::floor<milliseconds>(after.time_since_epoch()) + ahead;
  const auto next = (local / whole + 1) * whole;
  return WallTime(next - ahead);
}

}  // namespace entente::home
