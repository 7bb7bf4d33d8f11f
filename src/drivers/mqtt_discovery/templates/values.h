// SPDX-License-Identifier: GPL-3.0-or-later
// What templates compute with: JSON values and "undefined" (nlohmann's discarded value), by Python's rules for texts,
// truth, comparison and arithmetic. Pure functions.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace entente::mqtt_discovery::templates {

constexpr std::size_t longest_text = 256 * 1024;

Json undefined();
inline bool is_undefined(const Json& value) { return value.is_discarded(); }

// As Python prints it: True, None, 21.0, {'a': 1}. Nothing for undefined.
std::string printed(const Json& value);
bool truth(const Json& value);
std::optional<double> as_number(const Json& value);  // of a number or a bool; not of text
std::optional<double> number_in_text(std::string_view text);

// Numbers by value, whatever their kind.
bool equal(const Json& left, const Json& right);
// Below zero, zero, above; nothing where Python would refuse to order them.
std::optional<int> order(const Json& left, const Json& right);
Result<Json> calculate(const std::string& symbol, const Json& left, const Json& right);

// printf's language as Python's % has it: "%02x" % value, with a list for several.
Result<Json> formatted(const std::string& pattern, const Json& arguments);

// Negative places count from the end. Null where there is none.
const Json* member(const Json& object, const Json& key);
Json slice(const Json& object, std::optional<std::int64_t> first, std::optional<std::int64_t> last);

}  // namespace entente::mqtt_discovery::templates
