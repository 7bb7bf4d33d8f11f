// SPDX-License-Identifier: GPL-3.0-or-later
// JSON values (nlohmann::json) and the only way foreign JSON comes in: parse_json, which bounds depth and size and
// never throws. Headers that only mention Json include base/json_fwd.h.
#pragma once

#include <nlohmann/json.hpp>

#include <string_view>

#include "base/json_fwd.h"
#include "base/result.h"

namespace entente {

// `what` names the source in the error: "what: not JSON: parse error at line 1, column 9: …". Refuses more than
// `max_depth` nested containers, more than 16 MiB of text, and text that is not UTF-8.
Result<Json> parse_json(std::string_view text, std::string_view what, int max_depth = 64);

// The JSON text of a value. Strings that are not UTF-8 come out with U+FFFD, never as an exception.
std::string to_text(const Json& value, int indent = -1);

// The member `key` of an object if it is there, of that type and fits, else the fallback. Never throws.
std::string string_or(const Json& object, std::string_view key, std::string_view fallback);
std::int64_t integer_or(const Json& object, std::string_view key, std::int64_t fallback);
bool bool_or(const Json& object, std::string_view key, bool fallback);
// The member itself, or null when `object` is no object or has none.
const Json* find(const Json& object, std::string_view key);

}  // namespace entente
