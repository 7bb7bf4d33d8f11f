// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/text.h"

namespace entente {
namespace {

constexpr std::size_t max_text = 16U << 20U;

// The deepest nesting of brackets outside strings, so that a hostile text is refused before any recursion.
int nesting(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return deepest;
}

// nlohmann's reason without its "[json.exception.parse_error.101] ", and without the whole of a token that may be
// megabytes long.
Error not_json(std::string_view what, std::string_view reason) {
  constexpr std::size_t longest = 240;
  if (const auto end = reason.find("] "); end != std::string_view::npos) reason.remove_prefix(end + 2);
  return Error{ErrorCode::invalid,
               fmt::format("{}: not JSON: {}", what,
                           text::shorten(text::to_valid_utf8(reason.substr(0, 2 * longest)), longest))};
}

}  // namespace

Result<Json> parse_json(std::string_view text, std::string_view what, int max_depth) {
  if (text.size() > max_text) {
    return Error{ErrorCode::exhausted, fmt::format("{}: {} bytes of JSON, more than 16 MiB", what, text.size())};
  }
  if (nesting(text) > max_depth) {
    return Error{ErrorCode::exhausted, fmt::format("{}: JSON nested deeper than {}", what, max_depth)};
  }
  try {
    return Json::parse(text);
  } catch (const Json::exception& problem) {
    return not_json(what, problem.what());
  }
}

std::string to_text(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

const Json* find(const Json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::string string_or(const Json& object, std::string_view key, std::string_view fallback) {
  const Json* member = find(object, key);
  return member != nullptr && member->is_string() ? member->get<std::string>() : std::string(fallback);
}

std::int64_t integer_or(const Json& object, std::string_view key, std::int64_t fallback) {
  const Json* member = find(object, key);
  if (member == nullptr || !member->is_number_integer()) return fallback;
  if (member->is_number_unsigned() && member->get<std::uint64_t>() > INT64_MAX) return fallback;
  return member->get<std::int64_t>();
}

bool bool_or(const Json& object, std::string_view key, bool fallback) {
  const Json* member = find(object, key);
  return member != nullptr && member->is_boolean() ? member->get<bool>() : fallback;
}

}  // namespace entente
