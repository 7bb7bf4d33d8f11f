// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/moment.h"

#include <unicode/datefmt.h>
#include <unicode/timezone.h>

#include <fmt/format.h>

#include <memory>

namespace entente::language {
namespace {

Result<std::unique_ptr<icu::TimeZone>> zone_of(std::string_view name) {
  if (name.empty()) return std::unique_ptr<icu::TimeZone>(icu::TimeZone::createDefault());
  const auto wide = icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<std::int32_t>(name.size())));
  std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(wide));
  if (*zone == icu::TimeZone::getUnknown()) {
    return Error{ErrorCode::invalid, fmt::format("'{}' is no time zone", name.substr(0, 60))};
  }
  return zone;
}

Result<std::string> say(WallTime moment, std::string_view language, std::string_view zone_name,
                        icu::DateFormat::EStyle date, icu::DateFormat::EStyle time) {
  UErrorCode status = U_ZERO_ERROR;
  const auto locale = icu::Locale::forLanguageTag(std::string(language), status);
  if (U_FAILURE(status)) return Error{ErrorCode::invalid, fmt::format("'{}' is no language", language.substr(0, 60))};
  auto zone = zone_of(zone_name);
  if (!zone.ok()) return zone.error();
  const std::unique_ptr<icu::DateFormat> format(icu::DateFormat::createDateTimeInstance(date, time, locale));
  if (!format) return Error{ErrorCode::unsupported, fmt::format("no calendar for '{}'", language)};
  format->adoptTimeZone(std::move(zone).value().release());
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(moment.time_since_epoch()).count();
  icu::UnicodeString said;
  format->format(static_cast<UDate>(since), said);
  said.findAndReplace(u"\u202F", u" ");  // the narrow space before "PM" that newer CLDR has
  std::string utf8;
  return said.toUTF8String(utf8);
}

}  // namespace

Result<std::string> say_time(WallTime moment, std::string_view language, std::string_view zone) {
  return say(moment, language, zone, icu::DateFormat::kNone, icu::DateFormat::kShort);
}

Result<std::string> say_date(WallTime moment, std::string_view language, std::string_view zone) {
  return say(moment, language, zone, icu::DateFormat::kFull, icu::DateFormat::kNone);
}

}  // namespace entente::language
