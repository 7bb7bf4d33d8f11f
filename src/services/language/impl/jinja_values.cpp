// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/jinja_values.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "model/value.h"
#include "services/language/impl/letters.h"

namespace entente::language::jinja {
namespace {

constexpr std::size_t text_limit = 64 * 1024;  // bytes of one value

Error wrong(std::string reason) { return Error{ErrorCode::invalid, std::move(reason)}; }

Value of(Json json) { return Value{std::move(json), true}; }

std::string shown_real(double real) {
  if (real == std::floor(real) && std::abs(real) < 1e15) return fmt::format("{:.1f}", real);
  return fmt::format("{}", real);
}

std::string in_list(const Json& value) {
  return value.is_string() ? fmt::format("'{}'", value.get_ref<const std::string&>()) : shown(value);
}

// The items of a list, the keys of an object, the characters of a text.
std::vector<Json> items_of(const Json& value) {
  std::vector<Json> items;
  if (value.is_array()) items.assign(value.begin(), value.end());
  if (value.is_object()) {
    for (const auto& [key, held] : value.items()) items.emplace_back(key);
  }
  if (value.is_string()) {
    for (auto& letter : characters(value.get_ref<const std::string&>())) items.emplace_back(std::move(letter));
  }
  return items;
}

Json sequence(std::vector<Json> items) { return Json(Json::array_t(items.begin(), items.end())); }

std::size_t length_of(const Json& value) {
  return value.is_string() ? characters(value.get_ref<const std::string&>()).size() : value.size();
}

bool less(const Json& a, const Json& b) {
  if (a.is_string() && b.is_string()) {  // Jinja sorts without regard to case
    return lower(a.get_ref<const std::string&>()) < lower(b.get_ref<const std::string&>());
  }
  return a < b;
}

bool holds(const Json& box, const Json& wanted) {
  if (box.is_string())
    return wanted.is_string() &&
           box.get_ref<const std::string&>().find(wanted.get_ref<const std::string&>()) != std::string::npos;
  if (box.is_object()) return wanted.is_string() && box.contains(wanted.get_ref<const std::string&>());
  return box.is_array() && std::find(box.begin(), box.end(), wanted) != box.end();
}

Result<Value> arithmetic(std::string_view operation, const Value& left, const Value& right) {
  const auto a = number(left.json), b = number(right.json);
  if (!a || !b) {
    return wrong(fmt::format("'{}' between '{}' and '{}', which are not both numbers", operation,
                             text::shorten(shown(left.json), 40), text::shorten(shown(right.json), 40)));
  }
  const bool whole = !left.json.is_number_float() && !right.json.is_number_float();
  const auto result = [whole](double value) {
    if (whole && std::abs(value) < 9e15) return of(static_cast<std::int64_t>(value));
    return of(value);
  };
  if (operation == "+") return result(*a + *b);
  if (operation == "-") return result(*a - *b);
  if (operation == "*") return result(*a * *b);
  if (operation == "**") return result(std::pow(*a, *b));
  if (*b == 0) return wrong("a division by zero");
  if (operation == "/") return of(*a / *b);
  if (operation == "//") return result(std::floor(*a / *b));
  return result(*a - *b * std::floor(*a / *b));
}

}  // namespace

const Value* Arguments::at(std::size_t index, std::string_view name) const {
  if (index < items.size()) return &items[index];
  for (const auto& [held, value] : named) {
    if (held == name) return &value;
  }
  return nullptr;
}

bool truth(const Value& value) {
  if (!value.defined || value.json.is_null()) return false;
  if (value.json.is_boolean()) return value.json.get<bool>();
  if (value.json.is_number()) return value.json.get<double>() != 0;
  if (value.json.is_string()) return !value.json.get_ref<const std::string&>().empty();
  return !value.json.empty();
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the variables are.
std::string shown(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return "None";
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  if (value.is_number_float()) return shown_real(value.get<double>());
  if (!value.is_structured()) return to_text(value);
  std::string text(1, value.is_array() ? '[' : '{');
  bool first = true;
  for (const auto& [key, held] : value.items()) {
    if (!first) text += ", ";
    first = false;
    if (value.is_object()) text += fmt::format("'{}': ", key);
    text += in_list(held);
  }
  return text + (value.is_array() ? ']' : '}');
}

std::optional<double> number(const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (value.is_number()) return value.get<double>();
  return std::nullopt;
}

Value member(const Value& object, const Json& key) {
  if (object.json.is_object() && key.is_string()) {
    const auto found = object.json.find(key.get_ref<const std::string&>());
    if (found != object.json.end()) return of(*found);
  }
  if ((object.json.is_array() || object.json.is_string()) && key.is_number_integer()) {
    const auto items = items_of(object.json);
    const auto count = static_cast<std::int64_t>(items.size());
    const auto at = key.get<std::int64_t>() < 0 ? key.get<std::int64_t>() + count : key.get<std::int64_t>();
    if (at >= 0 && at < count) return of(items[static_cast<std::size_t>(at)]);
  }
  return Value{{}, false};
}

Value slice(const Value& object, const Json& from, const Json& to) {
  auto items = items_of(object.json);
  const auto count = static_cast<std::int64_t>(items.size());
  const auto place = [count](const Json& index, std::int64_t fallback) {
    if (!index.is_number_integer()) return fallback;
    const auto at = index.get<std::int64_t>();
    return std::clamp<std::int64_t>(at < 0 ? at + count : at, 0, count);
  };
  const auto first = place(from, 0), last = std::max(first, place(to, count));
  const std::vector<Json> part(items.begin() + first, items.begin() + last);
  if (!object.json.is_string()) return of(sequence(part));
  std::string text;
  for (const auto& letter : part) text += letter.get_ref<const std::string&>();
  return of(text);
}

Result<Value> apply_binary(std::string_view operation, const Value& left, const Value& right) {
  const Json& a = left.json;
  const Json& b = right.json;
  if (operation == "==") return of(left.defined == right.defined && a == b);
  if (operation == "!=") return of(left.defined != right.defined || a != b);
  if (operation == "in") return of(holds(b, a));
  if (operation == "not in") return of(!holds(b, a));
  if (operation == "~" || (operation == "+" && a.is_string() && b.is_string())) {
    auto joined = shown(a) + shown(b);
    if (joined.size() > text_limit) return Error{ErrorCode::exhausted, "a text in the reply is too long"};
    return of(std::move(joined));
  }
  if (operation == "<" || operation == ">" || operation == "<=" || operation == ">=") {
    const bool comparable = (number(a) && number(b)) || (a.is_string() && b.is_string());
    if (!comparable) {
      return wrong(
          fmt::format("'{}' cannot be compared with '{}'", text::shorten(shown(a), 40), text::shorten(shown(b), 40)));
    }
    if (operation == "<") return of(a < b);
    if (operation == ">") return of(a > b);
    return of(operation == "<=" ? a <= b : a >= b);
  }
  if (operation == "+" && a.is_array() && b.is_array()) {
    auto items = items_of(a);
    for (const auto& item : b) items.push_back(item);
    if (items.size() > text_limit) return Error{ErrorCode::exhausted, "a list in the reply is too long"};
    return of(sequence(std::move(items)));
  }
  if (operation == "*" && a.is_string()) return wrong("a text cannot be multiplied");
  return arithmetic(operation, left, right);
}

namespace {

using Filter = Result<Value> (*)(const Value& subject, const Arguments& arguments);

std::string text_of(const Value& value) { return shown(value.json); }

Result<Value> filter_round(const Value& subject, const Arguments& arguments) {
  auto held = number(subject.json);
  if (!held && subject.json.is_string()) {
    return wrong(fmt::format("'{}' is not a number to round", text::shorten(text_of(subject), 40)));
  }
  const auto* digits = arguments.at(0, "precision");
  const auto precision = digits == nullptr ? 0.0 : std::clamp(number(digits->json).value_or(0), -12.0, 12.0);
  const auto* method = arguments.at(1, "method");
  const auto how = method == nullptr ? std::string("common") : shown(method->json);
  const double scale = std::pow(10, precision);
  const double scaled = held.value_or(0) * scale;
  const double rounded = how == "floor"  ? std::floor(scaled)
                         : how == "ceil" ? std::ceil(scaled)
                                         : std::nearbyint(scaled);
  return of(rounded / scale);
}

Result<Value> filter_int(const Value& subject, const Arguments& arguments) {
  auto held = number(subject.json);
  if (!held && subject.json.is_string()) held = model::to_number(subject.json.get<std::string>());
  if (held && std::abs(*held) < 9e15) return of(static_cast<std::int64_t>(*held));
  const auto* fallback = arguments.at(0, "default");
  return fallback == nullptr ? of(0) : *fallback;
}

Result<Value> filter_float(const Value& subject, const Arguments& arguments) {
  auto held = number(subject.json);
  if (!held && subject.json.is_string()) held = model::to_number(subject.json.get<std::string>());
  if (held) return of(*held);
  const auto* fallback = arguments.at(0, "default");
  return fallback == nullptr ? of(0.0) : *fallback;
}

Result<Value> filter_join(const Value& subject, const Arguments& arguments) {
  const auto* separator = arguments.at(0, "d");
  const auto* attribute = arguments.at(1, "attribute");
  std::string joined;
  bool first = true;
  for (const auto& item : items_of(subject.json)) {
    if (!first && separator != nullptr) joined += shown(separator->json);
    first = false;
    joined += shown(attribute == nullptr ? item : member(of(item), attribute->json).json);
    if (joined.size() > text_limit) return Error{ErrorCode::exhausted, "a text in the reply is too long"};
  }
  return of(joined);
}

Result<Value> filter_sort(const Value& subject, const Arguments& arguments) {
  auto items = items_of(subject.json);
  const auto* attribute = arguments.at(2, "attribute");
  const auto* reverse = arguments.at(0, "reverse");
  const auto key = [&](const Json& item) {
    return attribute == nullptr ? item : member(of(item), attribute->json).json;
  };
  std::stable_sort(items.begin(), items.end(), [&](const Json& a, const Json& b) { return less(key(a), key(b)); });
  if (reverse != nullptr && truth(*reverse)) std::reverse(items.begin(), items.end());
  return of(sequence(std::move(items)));
}

Result<Value> filter_map(const Value& subject, const Arguments& arguments) {
  std::vector<Json> made;
  for (const auto& item : items_of(subject.json)) {
    if (const auto* attribute = arguments.at(~std::size_t{0}, "attribute"); attribute != nullptr) {
      auto value = member(of(item), attribute->json);
      const auto* fallback = arguments.at(~std::size_t{0}, "default");
      made.push_back(value.defined || fallback == nullptr ? std::move(value.json) : fallback->json);
      continue;
    }
    if (arguments.items.empty()) return wrong("'map' needs a filter or attribute=");
    const Arguments rest{{arguments.items.begin() + 1, arguments.items.end()}, arguments.named};
    const auto filter = shown(arguments.items[0].json);
    if (filter == "map") return wrong("'map' within 'map'");
    ENTENTE_TRY(auto value, apply_filter(filter, of(item), rest));
    made.push_back(std::move(value.json));
  }
  return of(sequence(std::move(made)));
}

// select, reject, selectattr and rejectattr.
Result<Value> choose(const Value& subject, const Arguments& arguments, bool wanted, bool by_attribute) {
  const std::size_t first = by_attribute ? 1 : 0;
  if (arguments.items.size() < first) return wrong("the name of an attribute is missing");
  Arguments rest;
  if (arguments.items.size() > first + 1) {
    rest.items.assign(arguments.items.begin() + static_cast<std::ptrdiff_t>(first) + 1, arguments.items.end());
  }
  std::vector<Json> made;
  for (const auto& item : items_of(subject.json)) {
    const Value value = by_attribute ? member(of(item), arguments.items[0].json) : of(item);
    bool yes = truth(value);
    if (arguments.items.size() > first) {
      ENTENTE_TRY(yes, apply_test(shown(arguments.items[first].json), value, rest));
    }
    if (yes == wanted) made.push_back(item);
  }
  return of(sequence(std::move(made)));
}

Result<Value> filter_replace(const Value& subject, const Arguments& arguments) {
  if (arguments.items.size() < 2) return wrong("'replace' needs what to replace and with what");
  const auto from = text_of(arguments.items[0]);
  if (from.empty()) return subject;
  auto made = text::replace_all(text_of(subject), from, text_of(arguments.items[1]));
  if (made.size() > text_limit) return Error{ErrorCode::exhausted, "a text in the reply is too long"};
  return of(std::move(made));
}

Result<Value> filter_default(const Value& subject, const Arguments& arguments) {
  const auto* also_false = arguments.at(1, "boolean");
  const bool use = !subject.defined || (also_false != nullptr && truth(*also_false) && !truth(subject));
  if (!use) return subject;
  const auto* fallback = arguments.at(0, "default_value");
  return fallback == nullptr ? of("") : *fallback;
}

Result<Value> first_or_last(const Value& subject, bool first) {
  const auto items = items_of(subject.json);
  if (items.empty()) return Value{{}, false};
  return of(first ? items.front() : items.back());
}

Result<Value> filter_abs(const Value& subject) {
  if (subject.json.is_number_integer()) return of(std::abs(subject.json.get<std::int64_t>()));
  const auto held = number(subject.json);
  if (!held) return wrong(fmt::format("'{}' is not a number", text::shorten(text_of(subject), 40)));
  return of(std::abs(*held));
}

struct NamedFilter {
  std::string_view name;
  Filter filter;
};
using V = const Value&;
using A = const Arguments&;
constexpr NamedFilter filters[] = {
    {"abs", [](V s, A) -> Result<Value> { return filter_abs(s); }},
    {"capitalize", [](V s, A) -> Result<Value> { return of(capitalised(text_of(s))); }},
    {"count", [](V s, A) -> Result<Value> { return of(length_of(s.json)); }},
    {"default", filter_default},
    {"d", filter_default},
    {"first", [](V s, A) -> Result<Value> { return first_or_last(s, true); }},
    {"float", filter_float},
    {"int", filter_int},
    {"join", filter_join},
    {"last", [](V s, A) -> Result<Value> { return first_or_last(s, false); }},
    {"length", [](V s, A) -> Result<Value> { return of(length_of(s.json)); }},
    {"list", [](V s, A) -> Result<Value> { return of(sequence(items_of(s.json))); }},
    {"lower", [](V s, A) -> Result<Value> { return of(lower(text_of(s))); }},
    {"map", filter_map},
    {"reject", [](V s, A a) { return choose(s, a, false, false); }},
    {"rejectattr", [](V s, A a) { return choose(s, a, false, true); }},
    {"replace", filter_replace},
    {"round", filter_round},
    {"select", [](V s, A a) { return choose(s, a, true, false); }},
    {"selectattr", [](V s, A a) { return choose(s, a, true, true); }},
    {"sort", filter_sort},
    {"string", [](V s, A) -> Result<Value> { return of(text_of(s)); }},
    {"title", [](V s, A) -> Result<Value> { return of(titled(text_of(s))); }},
    {"trim", [](V s, A) -> Result<Value> { return of(std::string(text::trim(text_of(s)))); }},
    {"upper", [](V s, A) -> Result<Value> { return of(upper(text_of(s))); }},
};

}  // namespace

// NOLINTNEXTLINE(misc-no-recursion): map applies one other filter, never itself.
Result<Value> apply_filter(std::string_view filter, const Value& subject, const Arguments& arguments) {
  const auto* found = std::find_if(std::begin(filters), std::end(filters),
                                   [&](const NamedFilter& known) { return known.name == filter; });
  if (found == std::end(filters)) return wrong(fmt::format("there is no filter '{}'", text::shorten(filter, 40)));
  if (!subject.defined && filter != "default" && filter != "d") {
    return wrong(fmt::format("the filter '{}' has nothing to work on", filter));
  }
  return found->filter(subject, arguments);
}

Result<bool> apply_test(std::string_view test, const Value& subject, const Arguments& arguments) {
  const Json& json = subject.json;
  if (test == "defined") return subject.defined;
  if (test == "undefined") return !subject.defined;
  if (test == "none") return subject.defined && json.is_null();
  if (test == "number") return json.is_number();
  if (test == "string") return json.is_string();
  if (test == "mapping") return json.is_object();
  if (test == "sequence" || test == "iterable") return json.is_array() || json.is_string() || json.is_object();
  if (test == "true") return json == Json(true);
  if (test == "false") return json == Json(false);
  if (test == "odd" || test == "even") {
    const auto held = number(json);
    return held && (std::fmod(std::abs(*held), 2) == 1) == (test == "odd");
  }
  if (arguments.items.size() == 1) {
    for (const auto& [name, operation] : {std::pair<std::string_view, std::string_view>{"eq", "=="},
                                          {"equalto", "=="},
                                          {"==", "=="},
                                          {"ne", "!="},
                                          {"!=", "!="},
                                          {"gt", ">"},
                                          {"ge", ">="},
                                          {"lt", "<"},
                                          {"le", "<="},
                                          {"in", "in"}}) {
      if (test != name) continue;
      ENTENTE_TRY(const auto yes, apply_binary(operation, subject, arguments.items[0]));
      return truth(yes);
    }
  }
  return wrong(fmt::format("there is no test '{}'", text::shorten(test, 40)));
}

Result<Value> apply_method(std::string_view method, const Value& subject, const Arguments& arguments) {
  const Json& json = subject.json;
  if (json.is_object()) {
    if (method == "get" && !arguments.items.empty()) {
      auto found = member(subject, arguments.items[0].json);
      if (found.defined) return found;
      return arguments.items.size() > 1 ? arguments.items[1] : Value{};
    }
    if (method == "keys") return of(sequence(items_of(json)));
    std::vector<Json> made;
    for (const auto& [key, held] : json.items()) made.push_back(method == "items" ? Json::array({key, held}) : held);
    if (method == "items" || method == "values") return of(sequence(std::move(made)));
  }
  if (json.is_string()) {
    for (const std::string_view filter : {"lower", "upper", "title", "capitalize", "replace"}) {
      if (method == filter) return apply_filter(filter, subject, arguments);
    }
    if (method == "strip") return apply_filter("trim", subject, arguments);
    const auto& text = json.get_ref<const std::string&>();
    const auto* other = arguments.items.empty() ? nullptr : &arguments.items[0].json;
    if (other != nullptr && other->is_string()) {
      const auto& part = other->get_ref<const std::string&>();
      if (method == "startswith") return of(text.starts_with(part));
      if (method == "endswith") return of(text.ends_with(part));
      if (method == "split" && part.size() == 1) {
        std::vector<Json> made;
        for (const auto piece : text::split(text, part[0])) made.emplace_back(std::string(piece));
        return of(sequence(std::move(made)));
      }
    }
  }
  return wrong(fmt::format("there is no method '{}' here", text::shorten(method, 40)));
}

}  // namespace entente::language::jinja
