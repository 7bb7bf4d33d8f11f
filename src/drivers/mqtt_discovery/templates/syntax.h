// SPDX-License-Identifier: GPL-3.0-or-later
// A parsed template. Plain values, never changed after parsing.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace entente::mqtt_discovery::templates {

enum class Kind {
  literal,      // value
  name,         // text
  attribute,    // parts[0].text
  index,        // parts[0][parts[1]]
  slice,        // parts[0][parts[1]:parts[2]], either may be null
  call,         // text(arguments)
  method,       // parts[0].text(arguments)
  filter,       // parts[0] | text(arguments)
  test,         // parts[0] is text(arguments)
  list,         // [parts]
  dictionary,   // {parts[0]: parts[1], …}
  negative,     // -parts[0]
  negation,     // not parts[0]
  binary,       // parts[0] text parts[1]
  conditional,  // parts[1] if parts[0] else parts[2], which may be null
};

struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;

struct Argument {
  std::string name;  // empty where it stands by its place
  ExpressionPtr value;
};

struct Expression {
  Kind kind = Kind::literal;
  std::string text;
  Json value;
  std::vector<ExpressionPtr> parts;
  std::vector<Argument> arguments;
};

struct Statement;
using Block = std::vector<Statement>;

struct Branch {
  ExpressionPtr condition;  // null: else
  Block body;
};

struct Statement {
  enum class Kind { text, output, choice, loop, assignment };
  Kind kind = Kind::text;
  std::string text;              // text; loop and assignment: the name
  std::string member;            // assignment to name.member
  std::string second_name;       // loop over pairs
  ExpressionPtr expression;      // output, loop, assignment
  std::vector<Branch> branches;  // choice; loop: the body, and the else
};

struct Syntax {
  Block block;
};

constexpr std::size_t longest_source = 16 * 1024;
constexpr int deepest_nesting = 40;

Result<Block> parse(std::string_view source);

// Whether there is such a thing; the parser asks, so that what is not known is said when a device is announced.
bool is_filter(std::string_view name);
bool is_test(std::string_view name);
bool is_function(std::string_view name);
bool is_method(std::string_view name);

}  // namespace entente::mqtt_discovery::templates
