// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/mqtt_discovery/templates/filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "drivers/mqtt_discovery/templates/syntax.h"
#include "drivers/mqtt_discovery/templates/values.h"

namespace entente::mqtt_discovery::templates {
namespace {

using Filter = Result<Json> (*)(const Json&, const Given&);
using Test = bool (*)(const Json&, const Given&);

Error wrong(std::string_view reason) { return Error{ErrorCode::invalid, fmt::format("template: {}", reason)}; }
Error missing(std::string_view what) { return Error{ErrorCode::not_found, fmt::format("template: no {}", what)}; }

// What cannot be converted: the default that the template gives, else the message is about something else.
Result<Json> otherwise(const Json& input, const Given& given, std::string_view wanted) {
  if (const Json* fallback = given.find("default", 0)) return *fallback;
  if (is_undefined(input) || input.is_null()) return missing(fmt::format("value for {}", wanted));
  return wrong(fmt::format("'{}' is no {}", text::shorten(printed(input), 40), wanted));
}

std::optional<double> number_of(const Json& input) {
  if (input.is_string()) return number_in_text(input.get_ref<const std::string&>());
  return as_number(input);
}

Json whole_or_real(double number) {
  if (std::abs(number) < 9e15) return static_cast<std::int64_t>(number);
  return number;
}

Result<Json> to_int(const Json& input, const Given& given) {
  const Json* base = given.find("base", 1);
  if (input.is_string() && base != nullptr && base->is_number_integer()) {
    const auto radix = base->get<int>();
    auto digits = std::string(text::trim(input.get_ref<const std::string&>()));
    if (radix == 16 && (digits.rfind("0x", 0) == 0 || digits.rfind("0X", 0) == 0)) digits.erase(0, 2);
    std::int64_t number = 0;
    if (radix < 2 || radix > 36) return wrong("no such base of numbers");
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number, radix);
    if (problem == std::errc() && end == digits.data() + digits.size()) return Json(number);
    return otherwise(input, given, "number");
  }
  if (input.is_number_integer()) return input;
  const auto number = number_of(input);
  if (!number || !std::isfinite(*number)) return otherwise(input, given, "number");
  return whole_or_real(std::trunc(*number));
}

Result<Json> to_float(const Json& input, const Given& given) {
  const auto number = number_of(input);
  if (!number) return otherwise(input, given, "number");
  return Json(*number);
}

// Half to even, as Python rounds.
double rounded(double number, const std::string& method, double scale) {
  const double scaled = number * scale;
  if (method == "ceil") return std::ceil(scaled) / scale;
  if (method == "floor") return std::floor(scaled) / scale;
  if (method == "half") return std::round(number * 2) / 2;
  return std::nearbyint(scaled) / scale;
}

Result<Json> round_number(const Json& input, const Given& given) {
  const auto number = number_of(input);
  if (!number || !std::isfinite(*number)) {
    if (is_undefined(input) || input.is_null()) return missing("value to round");
    return wrong(fmt::format("'{}' is no number", text::shorten(printed(input), 40)));
  }
  const Json* precision = given.find("precision", 0);
  const Json* method = given.find("method", 1);
  const auto places = precision == nullptr ? 0.0 : std::clamp(as_number(*precision).value_or(0), -12.0, 12.0);
  const auto result = rounded(*number, method == nullptr ? "common" : printed(*method), std::pow(10.0, places));
  if (places == 0 && std::abs(result) < 9e15) return Json(static_cast<std::int64_t>(result));
  return Json(result);
}

Result<Json> default_value(const Json& input, const Given& given) {
  const Json* fallback = given.find("default_value", 0);
  const Json* also_false = given.find("boolean", 1);
  const bool absent = is_undefined(input) || (also_false != nullptr && truth(*also_false) && !truth(input));
  if (!absent) return input;
  return fallback == nullptr ? Json("") : *fallback;
}

Result<Json> must_be_defined(const Json& input, const Given&) {
  if (is_undefined(input)) return missing("value that is asked for");
  return input;
}

Result<Json> parse_text(const Json& input, const Given& given) {
  auto parsed = parse_json(printed(input), "template", deepest_nesting);
  if (!parsed.ok()) return otherwise(input, given, "JSON");
  return parsed;
}

std::string capitalised(std::string text) {
  text = text::to_lower_ascii(text);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}
std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}
std::string titled(const std::string& text) {
  std::string made;
  bool begins = true;
  for (const char c : text) {
    made += begins ? upper(std::string(1, c)) : text::to_lower_ascii(std::string(1, c));
    begins = c == ' ' || c == '-' || c == '_';
  }
  return made;
}

Result<Json> replace(const Json& input, const Given& given) {
  const Json* from = given.find("old", 0);
  const Json* to = given.find("new", 1);
  if (from == nullptr || to == nullptr) return wrong("replace takes two texts");
  auto words = printed(input);
  const auto old = printed(*from);
  const auto now = printed(*to);
  if (old.empty()) return Json(std::move(words));
  if (words.size() / old.size() * std::max(now.size(), std::size_t{1}) > longest_text) {
    return Error{ErrorCode::exhausted, "template: the text grows too long"};
  }
  return Json(text::replace_all(std::move(words), old, now));
}

Result<Json> split(const Json& input, const Given& given) {
  const auto words = printed(input);
  const Json* separator = given.find("sep", 0);
  const auto mark = separator == nullptr ? std::string() : printed(*separator);
  Json parts = Json::array();
  std::size_t at = 0;
  while (at <= words.size()) {
    const auto end = mark.empty() ? words.find_first_of(" \t\r\n", at) : words.find(mark, at);
    const auto part = words.substr(at, end == std::string::npos ? end : end - at);
    if (!mark.empty() || !part.empty()) parts.push_back(part);
    if (end == std::string::npos) break;
    at = end + (mark.empty() ? 1 : mark.size());
  }
  return parts;
}

Result<Json> join(const Json& input, const Given& given) {
  const Json* separator = given.find("d", 0);
  const auto mark = separator == nullptr ? std::string() : printed(*separator);
  if (!input.is_array()) return Json(printed(input));
  std::string text;
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (text.size() > longest_text) return Error{ErrorCode::exhausted, "template: the text grows too long"};
    text += (i == 0 ? "" : mark) + printed(input[i]);
  }
  return Json(std::move(text));
}

Result<Json> length(const Json& input, const Given&) {
  if (is_undefined(input)) return missing("value to count");
  if (!input.is_string()) return Json(input.is_array() || input.is_object() ? input.size() : 0);
  const auto& words = input.get_ref<const std::string&>();
  return Json(std::count_if(words.begin(), words.end(), [](char c) { return !text::is_continuation(c); }));
}

Result<Json> extreme(const Json& list, int wanted) {
  if (!list.is_array() || list.empty()) return missing("value in the list");
  const Json* best = &list[0];
  for (const Json& one : list) {
    const auto compared = order(one, *best);
    if (!compared) return wrong("a list that has no order");
    if (*compared == wanted) best = &one;
  }
  return *best;
}

Json as_list(const Json& input) {
  if (input.is_array()) return input;
  Json list = Json::array();
  if (input.is_object()) {
    for (const auto& [key, value] : input.items()) list.push_back(key);
  }
  return list;
}

Result<Json> sum(const Json& input, const Given&) {
  Json total = 0;
  for (const Json& one : as_list(input)) {
    ENTENTE_TRY(total, calculate("+", total, one));
  }
  return total;
}

Result<Json> bits(const Json& input, const Given& given, bool both) {
  const Json* other = given.find("second_value", 0);
  const auto left = number_of(input);
  const auto right = other == nullptr ? std::nullopt : number_of(*other);
  if (!left || !right || std::abs(*left) > 9e15 || std::abs(*right) > 9e15) return wrong("bits of what is no number");
  const auto one = static_cast<std::uint64_t>(static_cast<std::int64_t>(*left));
  const auto two = static_cast<std::uint64_t>(static_cast<std::int64_t>(*right));
  return Json(static_cast<std::int64_t>(both ? (one & two) : (one | two)));
}

Result<Json> choose(const Json& input, const Given& given) {
  const Json* chosen = truth(input) ? given.find("if_true", 0) : given.find("if_false", 1);
  if (chosen != nullptr) return *chosen;
  return Json(truth(input));
}

Result<Json> to_bool(const Json& input, const Given& given) {
  const auto words = text::to_lower_ascii(printed(input));
  for (const auto* yes : {"true", "yes", "on", "enable", "1"}) {
    if (words == yes) return Json(true);
  }
  for (const auto* no : {"false", "no", "off", "disable", "0"}) {
    if (words == no) return Json(false);
  }
  return otherwise(input, given, "yes or no");
}

Result<Json> arithmetic(const std::string& symbol, const Json& input, const Given& given) {
  const Json* other = given.find("amount", 0);
  const auto left = number_of(input);
  if (other == nullptr || !left) return wrong("a number is missing");
  return calculate(symbol, Json(*left), *other);
}

Json pairs(const Json& object) {
  Json list = Json::array();
  if (!object.is_object()) return list;
  for (const auto& [key, value] : object.items()) list.push_back(Json::array({key, value}));
  return list;
}
Json values(const Json& object) {
  Json list = Json::array();
  for (const Json& value : object) list.push_back(value);
  return list;
}

struct NamedFilter {
  std::string_view name;
  Filter apply;
};
const NamedFilter filters[] = {
    {"abs",
     [](const Json& input, const Given&) -> Result<Json> {
       if (input.is_number_integer()) return Json(std::abs(std::max(input.get<std::int64_t>(), -INT64_MAX)));
       const auto number = as_number(input);
       if (!number) return wrong("abs of what is no number");
       return Json(std::abs(*number));
     }},
    {"add", [](const Json& input, const Given& given) { return arithmetic("+", input, given); }},
    {"bitwise_and", [](const Json& input, const Given& given) { return bits(input, given, true); }},
    {"bitwise_or", [](const Json& input, const Given& given) { return bits(input, given, false); }},
    {"bool", to_bool},
    {"capitalize", [](const Json& input, const Given&) -> Result<Json> { return Json(capitalised(printed(input))); }},
    {"count", length},
    {"d", default_value},
    {"default", default_value},
    {"first",
     [](const Json& input, const Given&) -> Result<Json> {
       if (input.is_string()) return slice(input, 0, 1);
       return input.is_array() && !input.empty() ? input.front() : undefined();
     }},
    {"float", to_float},
    {"format", [](const Json& input, const Given& given) { return formatted(printed(input), Json(given.values)); }},
    {"from_json", parse_text},
    {"iif", choose},
    {"int", to_int},
    {"is_defined", must_be_defined},
    {"is_number",
     [](const Json& input, const Given&) -> Result<Json> {
       const auto number = number_of(input);
       return Json(number && std::isfinite(*number));
     }},
    {"items", [](const Json& input, const Given&) -> Result<Json> { return pairs(input); }},
    {"join", join},
    {"last",
     [](const Json& input, const Given&) -> Result<Json> {
       if (input.is_string()) return slice(input, -1, std::nullopt);
       return input.is_array() && !input.empty() ? input.back() : undefined();
     }},
    {"length", length},
    {"list", [](const Json& input, const Given&) -> Result<Json> { return as_list(input); }},
    {"lower",
     [](const Json& input, const Given&) -> Result<Json> { return Json(text::to_lower_ascii(printed(input))); }},
    {"max", [](const Json& input, const Given&) { return extreme(input, 1); }},
    {"min", [](const Json& input, const Given&) { return extreme(input, -1); }},
    {"multiply", [](const Json& input, const Given& given) { return arithmetic("*", input, given); }},
    {"replace", replace},
    {"round", round_number},
    {"safe", [](const Json& input, const Given&) -> Result<Json> { return input; }},
    {"split", split},
    {"string", [](const Json& input, const Given&) -> Result<Json> { return Json(printed(input)); }},
    {"sum", sum},
    {"title", [](const Json& input, const Given&) -> Result<Json> { return Json(titled(printed(input))); }},
    {"to_json",
     [](const Json& input, const Given&) -> Result<Json> {
       if (is_undefined(input)) return missing("value to write as JSON");
       return Json(to_text(input));
     }},
    {"tojson",
     [](const Json& input, const Given&) -> Result<Json> {
       if (is_undefined(input)) return missing("value to write as JSON");
       return Json(to_text(input));
     }},
    {"trim",
     [](const Json& input, const Given&) -> Result<Json> { return Json(std::string(text::trim(printed(input)))); }},
    {"upper", [](const Json& input, const Given&) -> Result<Json> { return Json(upper(printed(input))); }},
};

bool holds(const Json& container, const Json& item) {
  if (container.is_string()) return container.get_ref<const std::string&>().find(printed(item)) != std::string::npos;
  if (container.is_object()) return member(container, item) != nullptr;
  return container.is_array() &&
         std::any_of(container.begin(), container.end(), [&](const Json& one) { return equal(one, item); });
}

const Json& operand(const Given& given) {
  static const Json none = undefined();
  return given.values.empty() ? none : given.values.front();
}
bool ordered(const Json& input, const Given& given, bool (*fits)(int)) {
  const auto compared = order(input, operand(given));
  return compared && fits(*compared);
}
bool remainder_is(const Json& input, std::int64_t divisor, std::int64_t wanted) {
  return input.is_number_integer() && divisor != 0 && divisor != -1 && input.get<std::int64_t>() % divisor == wanted;
}

struct NamedTest {
  std::string_view name;
  Test holds;
};
const NamedTest tests[] = {
    {"boolean", [](const Json& input, const Given&) { return input.is_boolean(); }},
    {"defined", [](const Json& input, const Given&) { return !is_undefined(input); }},
    {"divisibleby",
     [](const Json& input, const Given& given) {
       const auto& by = operand(given);
       return by.is_number_integer() && remainder_is(input, by.get<std::int64_t>(), 0);
     }},
    {"eq", [](const Json& input, const Given& given) { return equal(input, operand(given)); }},
    {"equalto", [](const Json& input, const Given& given) { return equal(input, operand(given)); }},
    {"even", [](const Json& input, const Given&) { return remainder_is(input, 2, 0); }},
    {"false", [](const Json& input, const Given&) { return input.is_boolean() && !input.get<bool>(); }},
    {"float", [](const Json& input, const Given&) { return input.is_number_float(); }},
    {"ge", [](const Json& input, const Given& given) { return ordered(input, given, [](int o) { return o >= 0; }); }},
    {"gt", [](const Json& input, const Given& given) { return ordered(input, given, [](int o) { return o > 0; }); }},
    {"in", [](const Json& input, const Given& given) { return holds(operand(given), input); }},
    {"integer", [](const Json& input, const Given&) { return input.is_number_integer(); }},
    {"iterable",
     [](const Json& input, const Given&) { return input.is_array() || input.is_object() || input.is_string(); }},
    {"le", [](const Json& input, const Given& given) { return ordered(input, given, [](int o) { return o <= 0; }); }},
    {"lt", [](const Json& input, const Given& given) { return ordered(input, given, [](int o) { return o < 0; }); }},
    {"mapping", [](const Json& input, const Given&) { return input.is_object(); }},
    {"ne", [](const Json& input, const Given& given) { return !equal(input, operand(given)); }},
    {"none", [](const Json& input, const Given&) { return input.is_null(); }},
    {"number", [](const Json& input, const Given&) { return input.is_number(); }},
    {"odd", [](const Json& input, const Given&) { return input.is_number_integer() && !remainder_is(input, 2, 0); }},
    {"sameas", [](const Json& input, const Given& given) { return input == operand(given); }},
    {"sequence", [](const Json& input, const Given&) { return input.is_array() || input.is_string(); }},
    {"string", [](const Json& input, const Given&) { return input.is_string(); }},
    {"true", [](const Json& input, const Given&) { return input.is_boolean() && input.get<bool>(); }},
    {"undefined", [](const Json& input, const Given&) { return is_undefined(input); }},
};

constexpr std::string_view functions[] = {"bool",      "dict", "float", "iif",       "int",
                                          "is_number", "max",  "min",   "namespace", "range"};
constexpr std::string_view methods[] = {"endswith", "get",        "items", "keys",  "lower", "replace",
                                        "split",    "startswith", "strip", "title", "upper", "values"};

template <class List>
auto named(const List& list, std::string_view name) {
  return std::find_if(std::begin(list), std::end(list), [&](const auto& one) { return one.name == name; });
}

Result<Json> range(const Given& given) {
  constexpr std::int64_t longest = 1000;
  std::int64_t numbers[] = {0, 0};
  const auto count = std::min(given.values.size(), std::size_t{2});
  for (std::size_t i = 0; i < count; ++i) {
    if (!given.values[i].is_number_integer()) return wrong("range takes whole numbers");
    numbers[i + 2 - count] = given.values[i].get<std::int64_t>();
  }
  if (numbers[1] > longest || numbers[0] < -longest) return Error{ErrorCode::exhausted, "template: range is too long"};
  Json list = Json::array();
  for (auto number = numbers[0]; number < numbers[1]; ++number) list.push_back(number);
  return list;
}

Json dictionary(const Given& given) {
  Json made = Json::object();
  for (const auto& [name, value] : given.named) made[name] = value;
  return made;
}

Given without_first(const Given& given) {
  Given rest = given;
  if (!rest.values.empty()) rest.values.erase(rest.values.begin());
  return rest;
}

}  // namespace

const Json* Given::find(std::string_view name, std::size_t place) const {
  for (const auto& [key, value] : named) {
    if (key == name) return &value;
  }
  return place < values.size() ? &values[place] : nullptr;
}

bool is_filter(std::string_view name) { return named(filters, name) != std::end(filters); }
bool is_test(std::string_view name) { return named(tests, name) != std::end(tests); }
bool is_function(std::string_view name) {
  return std::find(std::begin(functions), std::end(functions), name) != std::end(functions);
}
bool is_method(std::string_view name) {
  return std::find(std::begin(methods), std::end(methods), name) != std::end(methods);
}

Result<Json> apply_filter(std::string_view name, const Json& input, const Given& given) {
  return named(filters, name)->apply(input, given);
}

bool apply_test(std::string_view name, const Json& input, const Given& given) {
  return named(tests, name)->holds(input, given);
}

Result<Json> call_function(std::string_view name, const Given& given) {
  if (name == "range") return range(given);
  if (name == "dict" || name == "namespace") return dictionary(given);
  if ((name == "max" || name == "min") && given.values.size() > 1) {
    return apply_filter(name, Json(given.values), {});
  }
  if (given.values.empty()) return wrong(fmt::format("{} takes a value", name));
  return apply_filter(name, given.values.front(), without_first(given));
}

Result<Json> call_method(std::string_view name, const Json& object, const Given& given) {
  if (is_undefined(object)) return missing(fmt::format("value for .{}()", name));
  if (name == "get") {
    const Json* found = given.values.empty() ? nullptr : member(object, given.values.front());
    if (found != nullptr) return *found;
    return given.values.size() > 1 ? given.values[1] : Json();
  }
  if (name == "items") return pairs(object);
  if (name == "keys") return as_list(object);
  if (name == "values") return values(object);
  if (name == "startswith" || name == "endswith") {
    const auto words = printed(object);
    const auto part = printed(operand(given));
    return Json(name == "startswith" ? words.rfind(part, 0) == 0 : words.ends_with(part));
  }
  return apply_filter(name == "strip" ? "trim" : name, object, given);
}

}  // namespace entente::mqtt_discovery::templates
