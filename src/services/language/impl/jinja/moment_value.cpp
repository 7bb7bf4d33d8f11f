// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/jinja/moment_value.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <tuple>

namespace entente::language::jinja {
namespace {

constexpr std::array<std::string_view, 7> weekdays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                      "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 12> months = {"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};
constexpr std::size_t formatted_limit = 4096;

std::chrono::sys_days days_of(const Moment& moment) {
  return std::chrono::year(moment.year) / std::chrono::month(static_cast<unsigned>(moment.month)) /
         std::chrono::day(static_cast<unsigned>(moment.day));
}

int day_of_year(const Moment& moment) {
  const std::chrono::sys_days first = std::chrono::year(moment.year) / std::chrono::January / 1;
  return static_cast<int>((days_of(moment) - first).count()) + 1;
}

// The ISO week and the year it belongs to.
std::pair<int, int> iso_week(const Moment& moment) {
  const auto thursday = days_of(moment) + std::chrono::days(4 - iso_weekday(moment));
  const std::chrono::year_month_day date(thursday);
  const std::chrono::sys_days first = date.year() / std::chrono::January / 1;
  return {static_cast<int>(date.year()), static_cast<int>((thursday - first).count()) / 7 + 1};
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool number(std::size_t digits, int& into) {
    if (at_ + digits > text_.size()) return false;
    into = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = text_[at_ + i];
      if (c < '0' || c > '9') return false;
      into = into * 10 + (c - '0');
    }
    at_ += digits;
    return true;
  }
  bool accept(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  int fraction() {  // as microseconds
    int value = 0, scale = 100'000;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      value += (text_[at_++] - '0') * scale;
      scale /= 10;
    }
    return value;
  }
  bool end() const { return at_ >= text_.size(); }
  void back() { at_ = 0; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

bool read_date(Reader& reader, Moment& moment) {
  if (!reader.number(4, moment.year) || !reader.accept('-') || !reader.number(2, moment.month) || !reader.accept('-') ||
      !reader.number(2, moment.day)) {
    return false;
  }
  const std::chrono::year_month_day date(std::chrono::year(moment.year),
                                         std::chrono::month(static_cast<unsigned>(moment.month)),
                                         std::chrono::day(static_cast<unsigned>(moment.day)));
  return moment.year >= 1 && date.ok();
}

bool read_time(Reader& reader, Moment& moment) {
  if (!reader.number(2, moment.hour) || !reader.accept(':') || !reader.number(2, moment.minute)) return false;
  if (reader.accept(':')) {
    if (!reader.number(2, moment.second)) return false;
    if (reader.accept('.')) moment.microsecond = reader.fraction();
  }
  return moment.hour < 24 && moment.minute < 60 && moment.second < 60;
}

std::string number(int value, int width, char flag) {
  if (flag == '-') return fmt::format("{}", value);
  return flag == '_' ? fmt::format("{:{}}", value, width) : fmt::format("{:0{}}", value, width);
}

std::string directive(const Moment& m, char letter, char flag) {
  const int hour12 = m.hour % 12 == 0 ? 12 : m.hour % 12;
  const int weekday = iso_weekday(m);
  switch (letter) {
    case 'a': return std::string(weekdays[static_cast<std::size_t>(weekday - 1)].substr(0, 3));
    case 'A': return std::string(weekdays[static_cast<std::size_t>(weekday - 1)]);
    case 'b':
    case 'h': return std::string(months[static_cast<std::size_t>(m.month - 1)].substr(0, 3));
    case 'B': return std::string(months[static_cast<std::size_t>(m.month - 1)]);
    case 'd': return number(m.day, 2, flag);
    case 'e': return number(m.day, 2, flag == '\0' ? '_' : flag);
    case 'm': return number(m.month, 2, flag);
    case 'y': return number(m.year % 100, 2, flag);
    case 'C': return number(m.year / 100, 2, flag);
    case 'Y': return fmt::format("{}", m.year);
    case 'H': return number(m.hour, 2, flag);
    case 'k': return number(m.hour, 2, flag == '\0' ? '_' : flag);
    case 'I': return number(hour12, 2, flag);
    case 'l': return number(hour12, 2, flag == '\0' ? '_' : flag);
    case 'M': return number(m.minute, 2, flag);
    case 'S': return number(m.second, 2, flag);
    case 'f': return fmt::format("{:06}", m.microsecond);
    case 'p': return m.hour < 12 ? "AM" : "PM";
    case 'P': return m.hour < 12 ? "am" : "pm";
    case 'j': return number(day_of_year(m), 3, flag);
    case 'u': return fmt::format("{}", weekday);
    case 'w': return fmt::format("{}", weekday % 7);
    case 'U': return number((day_of_year(m) + 6 - weekday % 7) / 7, 2, flag);
    case 'W': return number((day_of_year(m) + 7 - weekday) / 7, 2, flag);
    case 'V': return number(iso_week(m).second, 2, flag);
    case 'G': return fmt::format("{}", iso_week(m).first);
    case 'D':
    case 'x': return strftime(m, "%m/%d/%y");
    case 'F': return strftime(m, "%Y-%m-%d");
    case 'R': return strftime(m, "%H:%M");
    case 'T':
    case 'X': return strftime(m, "%H:%M:%S");
    case 'r': return strftime(m, "%I:%M:%S %p");
    case 'c': return strftime(m, "%a %b %e %H:%M:%S %Y");
    case 'n': return "\n";
    case 't': return "\t";
    case 'z':
    case 'Z': return {};
    case '%': return "%";
    default: return fmt::format("%{}", letter);
  }
}

std::string shown_time(const Moment& moment) {
  auto text = fmt::format("{:02}:{:02}:{:02}", moment.hour, moment.minute, moment.second);
  if (moment.microsecond != 0) text += fmt::format(".{:06}", moment.microsecond);
  return text;
}

}  // namespace

std::optional<Moment> read_moment(std::string_view text) {
  Moment moment;
  Reader reader(text);
  moment.dated = read_date(reader, moment);
  if (moment.dated && reader.end()) return moment;
  if (moment.dated && !reader.accept('T') && !reader.accept(' ')) return std::nullopt;
  if (!moment.dated) {
    moment = Moment{};
    reader.back();
  }
  moment.timed = read_time(reader, moment);
  if (!moment.timed) return std::nullopt;
  return moment;
}

std::string shown(const Moment& moment) {
  const auto date = fmt::format("{:04}-{:02}-{:02}", moment.year, moment.month, moment.day);
  if (!moment.timed) return date;
  return moment.dated ? date + " " + shown_time(moment) : shown_time(moment);
}

std::string represented(const Moment& moment) {
  const auto date = fmt::format("{}, {}, {}", moment.year, moment.month, moment.day);
  if (!moment.timed) return fmt::format("datetime.date({})", date);
  auto time = fmt::format("{}, {}", moment.hour, moment.minute);
  if (moment.second != 0 || moment.microsecond != 0) time += fmt::format(", {}", moment.second);
  if (moment.microsecond != 0) time += fmt::format(", {}", moment.microsecond);
  return moment.dated ? fmt::format("datetime.datetime({}, {})", date, time) : fmt::format("datetime.time({})", time);
}

int compare(const Moment& left, const Moment& right) {
  const auto key = [](const Moment& m) {
    return std::tuple(m.year, m.month, m.day, m.hour, m.minute, m.second, m.microsecond);
  };
  return key(left) < key(right) ? -1 : key(right) < key(left) ? 1 : 0;
}

int iso_weekday(const Moment& moment) { return static_cast<int>(std::chrono::weekday(days_of(moment)).iso_encoding()); }

std::optional<int> member_of(const Moment& moment, std::string_view name) {
  const std::pair<std::string_view, int> date[] = {{"year", moment.year}, {"month", moment.month}, {"day", moment.day}};
  const std::pair<std::string_view, int> time[] = {
      {"hour", moment.hour}, {"minute", moment.minute}, {"second", moment.second}, {"microsecond", moment.microsecond}};
  for (const auto& [known, value] : date) {
    if (moment.dated && known == name) return value;
  }
  for (const auto& [known, value] : time) {
    if (moment.timed && known == name) return value;
  }
  return std::nullopt;
}

// NOLINTNEXTLINE(misc-no-recursion): a directive such as %T stands for others, which stand for none.
std::string strftime(const Moment& moment, std::string_view format) {
  std::string text;
  for (std::size_t i = 0; i < format.size() && text.size() < formatted_limit; ++i) {
    if (format[i] != '%' || i + 1 >= format.size()) {
      text += format[i];
      continue;
    }
    const bool flagged =
        (format[i + 1] == '-' || format[i + 1] == '_' || format[i + 1] == '0') && i + 2 < format.size();
    const char flag = flagged ? format[i + 1] : '\0';
    i += flagged ? 2 : 1;
    text += directive(moment, format[i], flag);
  }
  return text;
}

}  // namespace entente::language::jinja
