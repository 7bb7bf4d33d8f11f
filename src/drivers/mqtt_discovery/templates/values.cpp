// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/mqtt_discovery/templates/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace entente::mqtt_discovery::templates {
namespace {

Error wrong(std::string_view reason) { return Error{ErrorCode::invalid, fmt::format("template: {}", reason)}; }

std::string kind_of(const Json& value) { return is_undefined(value) ? "a missing value" : value.type_name(); }

std::string printed_number(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  auto digits = fmt::format("{}", number);
  if (digits.find_first_of(".en") == std::string::npos) digits += ".0";
  return digits;
}

std::string in_quotes(const Json& value) {
  if (!value.is_string()) return printed(value);
  return "'" + text::replace_all(value.get<std::string>(), "'", "\\'") + "'";
}

void append(std::string& text, std::string_view more) {
  if (text.size() < longest_text) text += more;
}

std::string printed_list(const Json& list) {
  std::string text = "[";
  for (std::size_t i = 0; i < list.size(); ++i) append(text, (i == 0 ? "" : ", ") + in_quotes(list[i]));
  return text + "]";
}

std::string printed_dictionary(const Json& dictionary) {
  std::string text = "{";
  for (const auto& [key, value] : dictionary.items()) {
    append(text, (text.size() == 1 ? "" : ", ") + in_quotes(Json(key)) + ": " + in_quotes(value));
  }
  return text + "}";
}

bool is_whole(const Json& value) { return value.is_number_integer() || value.is_boolean(); }
std::int64_t whole(const Json& value) {
  return value.is_boolean() ? static_cast<std::int64_t>(value.get<bool>()) : value.get<std::int64_t>();
}

std::optional<Json> calculate_whole(const std::string& symbol, std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  if (symbol == "+" && !__builtin_add_overflow(left, right, &result)) return result;
  if (symbol == "-" && !__builtin_sub_overflow(left, right, &result)) return result;
  if (symbol == "*" && !__builtin_mul_overflow(left, right, &result)) return result;
  if (right > 0 && symbol == "%") return ((left % right) + right) % right;
  if (right > 0 && symbol == "//") return left / right - (left % right < 0 ? 1 : 0);
  return std::nullopt;
}

Result<Json> calculate_real(const std::string& symbol, double left, double right, bool both_whole) {
  if (symbol == "+") return Json(left + right);
  if (symbol == "-") return Json(left - right);
  if (symbol == "*") return Json(left * right);
  if (symbol == "**") {
    const double power = std::pow(left, right);
    if (both_whole && right >= 0 && std::abs(power) < 9e15) return Json(static_cast<std::int64_t>(power));
    return Json(power);
  }
  if (right == 0) return wrong("division by zero");
  if (symbol == "/") return Json(left / right);
  if (symbol == "//") return Json(std::floor(left / right));
  return Json(left - std::floor(left / right) * right);
}

std::size_t place(std::int64_t index, std::size_t size) {
  const auto length = static_cast<std::int64_t>(size);
  return static_cast<std::size_t>(std::clamp(index < 0 ? index + length : index, std::int64_t{0}, length));
}

// ---- %

struct Conversion {
  bool zero = false, left = false, alternative = false, plus = false;
  int width = 0;
  int precision = -1;
  char letter = 's';
};

int digits_at(const std::string& pattern, std::size_t& at) {
  int number = 0;
  while (at < pattern.size() && pattern[at] >= '0' && pattern[at] <= '9') {
    number = std::min(number * 10 + (pattern[at++] - '0'), 200);
  }
  return number;
}

std::optional<Conversion> conversion_at(const std::string& pattern, std::size_t& at) {
  Conversion conversion;
  for (;; ++at) {
    const char c = at < pattern.size() ? pattern[at] : 0;
    if (c == '0')
      conversion.zero = true;
    else if (c == '-')
      conversion.left = true;
    else if (c == '#')
      conversion.alternative = true;
    else if (c == '+')
      conversion.plus = true;
    else if (c != ' ')
      break;
  }
  conversion.width = digits_at(pattern, at);
  if (at < pattern.size() && pattern[at] == '.') {
    ++at;
    conversion.precision = digits_at(pattern, at);
  }
  if (at >= pattern.size()) return std::nullopt;
  conversion.letter = pattern[at++];
  return conversion;
}

std::string padded(std::string text, const Conversion& conversion) {
  const auto width = static_cast<std::size_t>(conversion.width);
  if (text.size() >= width) return text;
  if (conversion.left) return text + std::string(width - text.size(), ' ');
  if (!conversion.zero || conversion.letter == 's') return std::string(width - text.size(), ' ') + text;
  const std::size_t sign = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  return text.substr(0, sign) + std::string(width - text.size(), '0') + text.substr(sign);
}

std::optional<std::string> converted(const Json& value, const Conversion& conversion) {
  if (conversion.letter == 's') {
    auto words = printed(value);
    if (conversion.precision >= 0) words = words.substr(0, static_cast<std::size_t>(conversion.precision));
    return padded(std::move(words), conversion);
  }
  const auto number = as_number(value);
  if (!number || !std::isfinite(*number)) return std::nullopt;
  const std::string plus = conversion.plus && *number >= 0 ? "+" : "";
  const int precision = conversion.precision < 0 ? 6 : std::min(conversion.precision, 30);
  if (std::abs(*number) > 1e18) return std::nullopt;
  switch (conversion.letter) {
    case 'd':
    case 'i':
    case 'u': return padded(plus + fmt::format("{:.0f}", std::trunc(*number)), conversion);
    case 'x': return padded(fmt::format("{:x}", static_cast<std::int64_t>(*number)), conversion);
    case 'X': return padded(fmt::format("{:X}", static_cast<std::int64_t>(*number)), conversion);
    case 'o': return padded(fmt::format("{:o}", static_cast<std::int64_t>(*number)), conversion);
    case 'f':
    case 'F': return padded(plus + fmt::format("{:.{}f}", *number, precision), conversion);
    case 'g': return padded(plus + fmt::format("{:.{}g}", *number, precision), conversion);
    case 'e': return padded(plus + fmt::format("{:.{}e}", *number, precision), conversion);
    default: return std::nullopt;
  }
}

}  // namespace

Json undefined() { return Json(Json::value_t::discarded); }

std::string printed(const Json& value) {
  if (is_undefined(value)) return "";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  if (value.is_null()) return "None";
  if (value.is_number_float()) return printed_number(value.get<double>());
  if (value.is_array()) return printed_list(value);
  if (value.is_object()) return printed_dictionary(value);
  return to_text(value);
}

bool truth(const Json& value) {
  if (is_undefined(value) || value.is_null()) return false;
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  if (const auto number = as_number(value)) return *number != 0;
  return !value.empty();
}

std::optional<double> as_number(const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (value.is_number()) return value.get<double>();
  return std::nullopt;
}

std::optional<double> number_in_text(std::string_view text) {
  text = text::trim(text);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool equal(const Json& left, const Json& right) {
  if (is_undefined(left) || is_undefined(right)) return is_undefined(left) && is_undefined(right);
  const auto one = as_number(left);
  const auto other = as_number(right);
  if (one && other) return *one == *other;
  return left == right;
}

std::optional<int> order(const Json& left, const Json& right) {
  const auto one = as_number(left);
  const auto other = as_number(right);
  if (one && other) return *one < *other ? -1 : *one > *other ? 1 : 0;
  if (!left.is_string() || !right.is_string()) return std::nullopt;
  const int compared = left.get_ref<const std::string&>().compare(right.get_ref<const std::string&>());
  return compared < 0 ? -1 : compared > 0 ? 1 : 0;
}

Result<Json> calculate(const std::string& symbol, const Json& left, const Json& right) {
  if (symbol == "+" && left.is_string() && right.is_string()) {
    return Json(left.get<std::string>() + right.get<std::string>());
  }
  if (symbol == "+" && left.is_array() && right.is_array()) {
    Json joined = left;
    joined.insert(joined.end(), right.begin(), right.end());
    return joined;
  }
  if (symbol == "%" && left.is_string()) return formatted(left.get<std::string>(), right);
  const auto one = as_number(left);
  const auto other = as_number(right);
  if (!one || !other) {
    return wrong(fmt::format("{} {} {} cannot be calculated", kind_of(left), symbol, kind_of(right)));
  }
  const bool both_whole = is_whole(left) && is_whole(right);
  if (both_whole) {
    if (auto exact = calculate_whole(symbol, whole(left), whole(right))) return *std::move(exact);
  }
  return calculate_real(symbol, *one, *other, both_whole);
}

Result<Json> formatted(const std::string& pattern, const Json& arguments) {
  const Json list = arguments.is_array() ? arguments : Json::array({arguments});
  std::string text;
  std::size_t next = 0;
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern[at] != '%') {
      text += pattern[at++];
      continue;
    }
    if (pattern.compare(at, 2, "%%") == 0) {
      text += '%';
      at += 2;
      continue;
    }
    const auto conversion = conversion_at(pattern, ++at);
    if (!conversion || next >= list.size()) return wrong("a % without its value");
    const auto words = converted(list[next++], *conversion);
    if (!words) return wrong(fmt::format("%{} does not fit its value", conversion->letter));
    append(text, *words);
  }
  return Json(text);
}

const Json* member(const Json& object, const Json& key) {
  if (object.is_object() && key.is_string()) return find(object, key.get_ref<const std::string&>());
  if (object.is_object()) return find(object, printed(key));  // JSON has no keys but texts
  if (!object.is_array() || !key.is_number_integer()) return nullptr;
  const auto index = key.get<std::int64_t>();
  const auto size = static_cast<std::int64_t>(object.size());
  if (index >= size || index < -size) return nullptr;
  return &object[static_cast<std::size_t>(index < 0 ? index + size : index)];
}

Json slice(const Json& object, std::optional<std::int64_t> first, std::optional<std::int64_t> last) {
  const auto cut = [&](std::size_t size) {
    const auto from = place(first.value_or(0), size);
    const auto to = last ? place(*last, size) : size;
    return std::pair(from, std::max(from, to) - from);
  };
  if (object.is_string()) {
    const auto& whole_text = object.get_ref<const std::string&>();
    const auto [from, length] = cut(whole_text.size());
    return text::to_valid_utf8(std::string_view(whole_text).substr(from, length));
  }
  if (!object.is_array()) return undefined();
  const auto [from, length] = cut(object.size());
  Json part = Json::array();
  for (std::size_t i = from; i < from + length; ++i) part.push_back(object[i]);
  return part;
}

}  // namespace entente::mqtt_discovery::templates
