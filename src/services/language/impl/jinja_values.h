// SPDX-License-Identifier: GPL-3.0-or-later
// What expressions of reply templates evaluate to, and what filters, tests and methods do with it, as Python and Jinja2
// have it. Pure functions, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace entente::language::jinja {

// A value, or nothing where a variable or member does not exist.
struct Value {
  Json json;
  bool defined = true;
};

struct Arguments {
  std::vector<Value> items;
  std::vector<std::pair<std::string, Value>> named;

  const Value* at(std::size_t index, std::string_view name) const;  // by position or name, or null
};

bool truth(const Value& value);
std::string shown(const Json& value);  // as Python's str()
std::optional<double> number(const Json& value);

// Members, indices (negative ones count from the end) and keys; not defined where there is none.
Value member(const Value& object, const Json& key);
Value slice(const Value& object, const Json& from, const Json& to);

Result<Value> apply_binary(std::string_view operation, const Value& left, const Value& right);
Result<Value> apply_filter(std::string_view filter, const Value& subject, const Arguments& arguments);
Result<bool> apply_test(std::string_view test, const Value& subject, const Arguments& arguments);
Result<Value> apply_method(std::string_view method, const Value& subject, const Arguments& arguments);

}  // namespace entente::language::jinja
