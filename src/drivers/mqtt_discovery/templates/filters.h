// SPDX-License-Identifier: GPL-3.0-or-later
// Filters, tests, functions and methods of templates. A call gets its input first. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace entente::mqtt_discovery::templates {

struct Given {
  std::vector<Json> values;  // by place
  std::vector<std::pair<std::string, Json>> named;

  // By name, else by place; null where neither is given.
  const Json* find(std::string_view name, std::size_t place) const;
};

// Names are known to is_filter() and so on. not_found where a value is needed that is not there.
Result<Json> apply_filter(std::string_view name, const Json& input, const Given& given);
bool apply_test(std::string_view name, const Json& input, const Given& given);
Result<Json> call_function(std::string_view name, const Given& given);
Result<Json> call_method(std::string_view name, const Json& object, const Given& given);

}  // namespace entente::mqtt_discovery::templates
