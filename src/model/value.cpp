// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/value.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/json.h"
#include "base/text.h"

namespace entente::model {

std::string to_text(const Value& value) {
  struct Visitor {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(bool held) const { return held ? "true" : "false"; }
    std::string operator()(std::int64_t held) const { return std::to_string(held); }
    std::string operator()(double held) const { return fmt::format("{:.10g}", held); }
    std::string operator()(const std::string& held) const { return held; }
  };
  return std::visit(Visitor{}, value);
}

Json to_json(const Value& value) {
  struct Visitor {
    Json operator()(std::monostate) const { return nullptr; }
    Json operator()(bool held) const { return held; }
    Json operator()(std::int64_t held) const { return held; }
    Json operator()(double held) const { return held; }
    Json operator()(const std::string& held) const { return held; }
  };
  return std::visit(Visitor{}, value);
}

Value value_from_json(const Json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > INT64_MAX) return json.get<double>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number_float()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  return {};
}

std::optional<double> to_number(const Value& value) {
  if (const auto* held = std::get_if<bool>(&value)) return *held ? 1.0 : 0.0;
  if (const auto* held = std::get_if<std::int64_t>(&value)) return static_cast<double>(*held);
  if (const auto* held = std::get_if<double>(&value)) return *held;
  if (const auto* held = std::get_if<std::string>(&value)) {
    double number = 0;
    const auto* end = held->data() + held->size();
    const auto parsed = std::from_chars(held->data(), end, number);
    if (parsed.ec == std::errc() && parsed.ptr == end && std::isfinite(number)) return number;
  }
  return std::nullopt;
}

std::optional<bool> to_bool(const Value& value) {
  if (const auto* held = std::get_if<bool>(&value)) return *held;
  if (const auto* held = std::get_if<std::string>(&value)) {
    const auto lower = text::to_lower_ascii(*held);
    if (lower == "on" || lower == "true") return true;
    if (lower == "off" || lower == "false") return false;
  }
  if (const auto number = to_number(value); number && (*number == 0 || *number == 1)) return *number == 1;
  return std::nullopt;
}

}  // namespace entente::model
