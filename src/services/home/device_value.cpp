// SPDX-License-Identifier: GPL-3.0-or-later
// to_device_value: what people say (a percentage, kelvin, a word) as what the property takes. A number that the
// property takes as it is stays as it is; only another one is read as a percentage, and only where a percentage makes
// sense.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "services/home/impl/levels.h"
#include "services/home/traits.h"

namespace entente::home {
namespace {

using model::Format;
using model::Property;
using model::Value;

struct Span {
  double low;
  double high;
};

Span span_of(Format format) {
  switch (format) {
    case Format::boolean: return {0, 1};
    case Format::uint8: return {0, 255};
    case Format::uint16: return {0, 65535};
    case Format::uint32: return {0, 4294967295.0};
    case Format::uint64: return {0, 9223372036854774784.0};  // the largest double below 2^63
    case Format::int8: return {-128, 127};
    case Format::int16: return {-32768, 32767};
    case Format::int32: return {-2147483648.0, 2147483647.0};
    case Format::int64: return {-9223372036854775808.0, 9223372036854774784.0};
    case Format::real:
    case Format::text: break;
  }
  return {std::numeric_limits<double>::lowest(), std::numeric_limits<double>::max()};
}

std::string number_text(double number) { return fmt::format("{:.10g}", number); }

std::string what_it_takes(const Property& property) {
  if (property.format == Format::boolean) return "on or off";
  if (!property.list.empty()) {
    std::vector<std::string> names;
    for (const auto& listed : property.list) {
      names.push_back(listed.description.empty() ? std::to_string(listed.value) : listed.description);
    }
    return text::shorten(text::join(names, ", "), 300);
  }
  if (property.range) {
    return fmt::format("{} to {}", number_text(property.range->low), number_text(property.range->high));
  }
  return property.format == Format::text ? "text" : "a number";
}

Error refusal(const Property& property) {
  return Error{ErrorCode::invalid, fmt::format("{} takes {}", property.type.name, what_it_takes(property))};
}

// Lower case without spaces and punctuation, so that "Full Speed", "full-speed" and "fullspeed" are the same.
std::string folded(std::string_view words) {
  std::string kept;
  for (const char c : text::to_lower_ascii(words)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (static_cast<unsigned char>(c) >= 0x80);
    if (letter) kept += c;
  }
  return kept;
}

std::optional<std::int64_t> listed_by_name(const Property& property, const Value& wanted) {
  const auto* said = std::get_if<std::string>(&wanted);
  const auto* state = std::get_if<bool>(&wanted);
  const std::string words = said != nullptr ? folded(*said) : state == nullptr ? "" : *state ? "on" : "off";
  if (words.empty()) return std::nullopt;
  for (const auto& listed : property.list) {
    if (folded(listed.description) == words) return listed.value;
  }
  return std::nullopt;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// Properties that people speak of in percent.
bool is_scale(const Property& property) {
  const std::string_view name = property.type.name;
  const bool scale_name =
      name == "brightness" || name == "volume" || ends_with(name, "-level") || ends_with(name, "-position");
  return scale_name && (property.unit.empty() || property.unit == "percentage");
}

// The percent-th part of the list, as Home Assistant counts: any share of a step is the whole step, 0 the first one.
std::int64_t level_at(const std::vector<std::int64_t>& levels, double percent) {
  const double share = std::clamp(percent, 0.0, 100.0) / 100 * static_cast<double>(levels.size());
  const auto place = static_cast<std::size_t>(std::max(std::ceil(share) - 1, 0.0));
  return levels[std::min(place, levels.size() - 1)];
}

Result<Value> listed_value(const Property& property, const Value& wanted) {
  if (const auto named = listed_by_name(property, wanted)) return Value{*named};
  const auto number = model::to_number(wanted);
  if (!number) return refusal(property);
  for (const auto& listed : property.list) {
    if (static_cast<double>(listed.value) == *number) return Value{listed.value};
  }
  const auto levels = levels_of(property);
  if (!is_scale(property) || levels.empty()) return refusal(property);
  return Value{level_at(levels, *number)};
}

// Some lamps count their colour temperature from 1 to 100, warm to cold.
double kelvin_to_share(const Property& property, double wanted) {
  constexpr Span usual = {2700, 6500};
  const bool counts_share = property.type.name == "color-temperature" && property.range && property.range->high <= 100;
  if (!counts_share || wanted <= 100) return wanted;
  const double share = (std::clamp(wanted, usual.low, usual.high) - usual.low) / (usual.high - usual.low);
  return property.range->low + share * (property.range->high - property.range->low);
}

double percent_to_span(const Property& property, double wanted) {
  const auto& range = *property.range;
  const bool percent_like = range.high == 100 && range.low >= 0 && range.low <= 1;
  if (!is_scale(property) || percent_like || (wanted >= range.low && wanted <= range.high)) return wanted;
  return range.low + std::clamp(wanted, 0.0, 100.0) / 100 * (range.high - range.low);
}

// On the range's own grid, which starts at its low end.
double to_grid(const model::ValueRange& range, double wanted) {
  const double clamped = std::clamp(wanted, range.low, range.high);
  const double steps = std::floor((range.high - range.low) / range.step + 1e-9);
  const double place = std::min(std::round((clamped - range.low) / range.step), steps);
  const double exact = range.low + place * range.step;
  double rounded = exact;  // 21.3 rather than 21.299999999999997
  const std::string digits = number_text(exact);
  std::from_chars(digits.data(), digits.data() + digits.size(), rounded);
  return rounded;
}

Value in_format(const Property& property, double number) {
  if (property.format == Format::real) return number;
  const Span span = span_of(property.format);
  return static_cast<std::int64_t>(std::clamp(std::round(number), span.low, span.high));
}

std::optional<double> colour_code(const Property& property, const Value& wanted) {
  const auto* words = std::get_if<std::string>(&wanted);
  if (words == nullptr || property.unit != "rgb" || words->size() != 7 || words->front() != '#') return std::nullopt;
  const auto bytes = text::from_hex(std::string_view(*words).substr(1));
  if (!bytes) return std::nullopt;
  return (*bytes)[0] * 65536.0 + (*bytes)[1] * 256.0 + (*bytes)[2];
}

std::optional<double> number_wanted(const Property& property, const Value& wanted) {
  if (const auto colour = colour_code(property, wanted)) return colour;
  if (const auto number = model::to_number(wanted)) return number;
  if (const auto state = model::to_bool(wanted)) return *state ? 1.0 : 0.0;
  return std::nullopt;
}

Result<Value> number_value(const Property& property, const Value& wanted) {
  const auto number = number_wanted(property, wanted);
  if (!number || !std::isfinite(*number)) return refusal(property);
  if (!property.range) return in_format(property, *number);
  const double converted = percent_to_span(property, kelvin_to_share(property, *number));
  return in_format(property, to_grid(*property.range, converted));
}

}  // namespace

Result<Value> to_device_value(const Property& property, const Value& wanted) {
  if (std::holds_alternative<std::monostate>(wanted)) return refusal(property);
  if (property.format == Format::text) return Value{model::to_text(wanted)};
  if (property.format == Format::boolean) {
    const auto state = model::to_bool(wanted);
    return state ? Result<Value>(Value{*state}) : Result<Value>(refusal(property));
  }
  if (!property.list.empty()) return listed_value(property, wanted);
  return number_value(property, wanted);
}

}  // namespace entente::home
