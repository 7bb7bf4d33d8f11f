// SPDX-License-Identifier: GPL-3.0-or-later
// What ICU knows of how times, dates and durations are said.
#include <unicode/dtfmtsym.h>
#include <unicode/measfmt.h>
#include <unicode/measunit.h>
#include <unicode/measure.h>
#include <unicode/reldatefmt.h>

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "services/language/impl/quantities_tables.h"

namespace entente::language {
namespace {

std::string narrow(const icu::UnicodeString& text) {
  std::string utf8;
  return text.toUTF8String(utf8);
}

icu::Locale locale_of(std::string_view language) {
  UErrorCode status = U_ZERO_ERROR;
  return icu::Locale::forLanguageTag(std::string(language), status);
}

void add(std::vector<std::string>& words, std::string word) {
  if (!word.empty() && std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
}

// Text as a template that says just this.
std::string escaped(const std::string& text) {
  std::string made;
  for (const char c : text) {
    if (std::string_view("()[]{}<>|;\\").find(c) != std::string_view::npos) made += '\\';
    made += c;
  }
  return made;
}

// "{class} minuti": the unit in all forms that numbers give it; where the number stands, the class does.
std::vector<std::string> unit_patterns(const icu::Locale& locale, const icu::MeasureUnit& unit, std::string_view name) {
  std::vector<std::string> patterns;
  for (const auto width : {UMEASFMT_WIDTH_WIDE, UMEASFMT_WIDTH_SHORT}) {
    UErrorCode status = U_ZERO_ERROR;
    icu::MeasureFormat format(locale, width, status);
    for (const int number : {1, 2, 3, 5, 11, 21, 100}) {
      const icu::Measure measure(icu::Formattable(number), static_cast<icu::MeasureUnit*>(unit.clone()), status);
      icu::UnicodeString said;
      icu::FieldPosition position(icu::FieldPosition::DONT_CARE);
      format.formatMeasures(&measure, 1, said, position, status);
      const auto digits = std::to_string(number);
      const auto text = narrow(said);
      const auto at = text.find(digits);
      if (U_FAILURE(status) || at == std::string::npos) continue;
      add(patterns, escaped(text.substr(0, at)) + std::string(name) + escaped(text.substr(at + digits.size())));
    }
  }
  return patterns;
}

void add_durations(const icu::Locale& locale, std::vector<Saying>& sayings) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::MeasureUnit> second(icu::MeasureUnit::createSecond(status)),
      minute(icu::MeasureUnit::createMinute(status)), hour(icu::MeasureUnit::createHour(status)),
      day(icu::MeasureUnit::createDay(status)), week(icu::MeasureUnit::createWeek(status));
  if (U_FAILURE(status)) return;
  const std::pair<const icu::MeasureUnit*, std::string_view> singles[] = {
      {second.get(), " {seconds} "}, {minute.get(), " {minutes} "},      {hour.get(), " {hours} "},
      {day.get(), " {days} "},       {week.get(), " {weeks} "},          {hour.get(), " {half_hours} "},
      {day.get(), " {half_days} "},  {minute.get(), " {half_minutes} "},
  };
  for (const auto& [unit, name] : singles) {
    for (const auto& pattern : unit_patterns(locale, *unit, name)) sayings.push_back({pattern});
  }
  for (const auto& hours : unit_patterns(locale, *hour, " {few_hours} ")) {
    for (const auto& minutes : unit_patterns(locale, *minute, " {less_minutes} ")) {
      sayings.push_back({hours + " " + minutes});
    }
  }
  for (const auto& minutes : unit_patterns(locale, *minute, " {few_minutes} ")) {
    for (const auto& seconds : unit_patterns(locale, *second, " {less_seconds} ")) {
      sayings.push_back({minutes + " " + seconds});
    }
  }
}

void add_dates(const icu::Locale& locale, std::vector<Saying>& sayings) {
  UErrorCode status = U_ZERO_ERROR;
  icu::RelativeDateTimeFormatter format(locale, status);
  for (int days = -2; days <= 2; ++days) {
    icu::UnicodeString said;
    format.format(days, UDAT_REL_UNIT_DAY, said, status);
    if (U_FAILURE(status)) return;
    const auto text = narrow(said);
    if (text.find_first_of("0123456789") == std::string::npos) sayings.push_back({escaped(text), days});
  }
  for (const bool future : {true, false}) {
    for (const int number : {1, 2, 5, 21}) {
      icu::UnicodeString said;
      format.format(number, future ? UDAT_DIRECTION_NEXT : UDAT_DIRECTION_LAST, UDAT_RELATIVE_DAYS, said, status);
      const auto text = narrow(said);
      const auto digits = std::to_string(number);
      const auto at = text.find(digits);
      if (U_FAILURE(status) || at == std::string::npos) continue;
      sayings.push_back({escaped(text.substr(0, at)) + " {number} " + escaped(text.substr(at + digits.size())), 0,
                         future ? Saying::Kind::plain : Saying::Kind::past});
    }
  }
  sayings.push_back({"{weekday}", 0, Saying::Kind::weekday});
  sayings.push_back({"{day} {month}", 0, Saying::Kind::month_day});
  sayings.push_back({"{month} {day}", 0, Saying::Kind::month_day});
  sayings.push_back({"{dotted_day}", 0, Saying::Kind::month_day});
}

void add_parts(const icu::Locale& locale, std::vector<DayPart>& parts) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::DateFormatSymbols symbols(locale, status);
  std::int32_t count = 0;
  const auto* names = symbols.getAmPmStrings(count);
  if (U_FAILURE(status) || count != 2) return;
  parts.push_back({DayPart::Half::am, escaped(narrow(names[0]))});
  parts.push_back({DayPart::Half::pm, escaped(narrow(names[1]))});
}

using Calendar = icu::DateFormatSymbols;
using Names = const icu::UnicodeString* (Calendar::*)(std::int32_t&, Calendar::DtContextType,
                                                      Calendar::DtWidthType) const;

// From `first` of ICU's array on, `count` names; index 0 of weekdays is Monday.
std::vector<std::vector<std::string>> names_of(std::string_view language, Names names, std::size_t count,
                                               bool weekdays) {
  UErrorCode status = U_ZERO_ERROR;
  const Calendar symbols(locale_of(language), status);
  std::vector<std::vector<std::string>> made(count);
  if (U_FAILURE(status)) return made;
  for (const auto context : {Calendar::FORMAT, Calendar::STANDALONE}) {
    std::int32_t held = 0;
    const auto* all = (symbols.*names)(held, context, Calendar::WIDE);
    for (std::size_t i = 0; i < count; ++i) {
      const auto at = weekdays ? (i + 1) % 7 + 1 : i;  // ICU has Sunday at 1
      if (static_cast<std::int32_t>(at) < held) add(made[i], narrow(all[at]));
    }
  }
  return made;
}

}  // namespace

std::vector<std::vector<std::string>> weekday_names(std::string_view language) {
  auto made = names_of(language, &Calendar::getWeekdays, 7, true);
  if (!language.starts_with("zh")) return made;
  for (std::size_t i = 0; i < 7; ++i) {
    static constexpr std::string_view days[] = {"一", "二", "三", "四", "五", "六", "日"};
    for (const std::string_view week : {"周", "星期", "礼拜", "週"})
      add(made[i], std::string(week) + std::string(days[i]));
    if (i == 6) {
      for (const std::string_view week : {"周", "星期", "礼拜", "週"}) add(made[i], std::string(week) + "天");
    }
  }
  return made;
}

std::vector<std::vector<std::string>> month_names(std::string_view language) {
  auto made = names_of(language, &Calendar::getMonths, 12, false);
  for (std::size_t i = 0; i < 12 && language.starts_with("zh"); ++i) add(made[i], std::to_string(i + 1) + "月");
  return made;
}

SayingTable made_table(std::string_view language) {
  SayingTable made;
  const auto locale = locale_of(language);
  add_parts(locale, made.parts);
  made.ordinal_days = made.dotted = true;
  made.times = {{"{hour} {minute} [{part}]"}, {"{clock}"}};
  if (!made.parts.empty()) {
    made.times.push_back({"{hour} {part}"});
    made.times.push_back({"{part} {hour} [{minute}]"});
  }
  add_durations(locale, made.durations);
  add_dates(locale, made.dates);
  return made;
}

}  // namespace entente::language
