// SPDX-License-Identifier: GPL-3.0-or-later
// Value is what a property, a slot or an argument holds. Plain value, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/json_fwd.h"

namespace entente::model {

using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

// true, 21, 21.5, text as it is; nothing for no value.
std::string to_text(const Value& value);

Json to_json(const Value& value);
// No value for JSON null, arrays and objects.
Value value_from_json(const Json& json);

// The number in a bool (0 or 1), an integer, a double, or a text that is a number as a whole.
std::optional<double> to_number(const Value& value);
// true/false, 0/1, "on"/"off", "true"/"false".
std::optional<bool> to_bool(const Value& value);

}  // namespace entente::model
