// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/yaml_document.h"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "base/json.h"
#include "base/text.h"

namespace entente::language {
namespace {

constexpr std::size_t byte_limit = 4U << 20U;
constexpr std::size_t node_limit = 1'000'000;
constexpr int depth_limit = 64;

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.starts_with("0b")) {
    base = 2;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text.front() == '0') {
    base = 8;
  }
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || text.front() == '-' || error != std::errc() || stopped != end) return std::nullopt;
  return negative ? -value : value;
}

// Needs a point, as in YAML 1.1: "1e3" is a text.
std::optional<double> real_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (one_of(text, {".inf", ".Inf", ".INF"})) {
    return negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  }
  if (text.find('.') == std::string_view::npos || text.find_first_of("0123456789") == std::string_view::npos) {
    return std::nullopt;
  }
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (text.front() == '-' || error != std::errc() || stopped != end) return std::nullopt;
  return negative ? -value : value;
}

Json scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str") return text;  // quoted, or a block
  if (one_of(text, {"", "~", "null", "Null", "NULL"})) return nullptr;
  if (one_of(text, {"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})) return true;
  if (one_of(text, {"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})) return false;
  const bool may_be_number = std::string_view("+-.0123456789").find(text.front()) != std::string_view::npos;
  if (!may_be_number) return text;
  const auto digits = text::replace_all(text, "_", "");
  if (const auto whole = whole_number(digits)) return *whole;
  if (const auto real = real_number(digits)) return *real;
  return text;
}

class Converter {
 public:
  explicit Converter(std::string_view what) : what_(what) {}

  Result<Json> value(const YAML::Node& node, int depth = 0) {
    if (++nodes_ > node_limit) return wrong(node, fmt::format("more than {} values", node_limit));
    if (depth > depth_limit) return wrong(node, fmt::format("nested deeper than {}", depth_limit));
    switch (node.Type()) {
      case YAML::NodeType::Scalar: return scalar(node);
      case YAML::NodeType::Sequence: return sequence(node, depth);
      case YAML::NodeType::Map: return map(node, depth);
      default: return Json();
    }
  }

 private:
  Error wrong(const YAML::Node& node, std::string_view reason) const {
    return {ErrorCode::invalid, fmt::format("{}:{}: {}", what_, node.Mark().line + 1, reason)};
  }

  Result<Json> sequence(const YAML::Node& node, int depth) {
    auto made = Json::array();
    for (const auto& item : node) {
      ENTENTE_TRY(auto held, value(item, depth + 1));
      made.push_back(std::move(held));
    }
    return made;
  }

  Result<Json> map(const YAML::Node& node, int depth) {
    auto made = Json::object();
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) return wrong(entry.first, "a key that is not text");
      ENTENTE_TRY(auto held, value(entry.second, depth + 1));
      made[entry.first.Scalar()] = std::move(held);
    }
    return made;
  }

  std::string_view what_;
  std::size_t nodes_ = 0;
};

}  // namespace

Result<Json> parse_yaml(std::string_view yaml, std::string_view what) {
  if (yaml.size() > byte_limit) {
    return Error{ErrorCode::invalid, fmt::format("{}: {} bytes; {} are the limit", what, yaml.size(), byte_limit)};
  }
  if (!text::is_valid_utf8(yaml)) return Error{ErrorCode::invalid, fmt::format("{}: not UTF-8 text", what)};
  try {
    return Converter(what).value(YAML::Load(std::string(yaml)));
  } catch (const YAML::Exception& error) {
    return Error{ErrorCode::invalid, fmt::format("{}:{}: not YAML: {}", what, error.mark.line + 1, error.msg)};
  } catch (const std::exception& error) {
    return Error{ErrorCode::invalid, fmt::format("{}: not YAML: {}", what, error.what())};
  }
}

}  // namespace entente::language
