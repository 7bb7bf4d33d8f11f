// SPDX-License-Identifier: GPL-3.0-or-later
// A sentence template as a tree. Grammar, from hassil (a template is read as if it stood in parentheses):
//
//   template    = items ; items = item*  |  items '|' items …  |  items ';' items …
//   item        = text | '(' template ')' | '[' template ']' | '{' list '}' | '<' rule '>'
//   list        = name | name ':' slot | name ':@' capture | '@' name | from '..' to [',' step] ':' slot
//   text        = anything else; '\' makes the next character plain
//
// "[x]" is "(x|)": an empty alternative is nothing said. Bounded in size and depth. Pure, any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace entente::language {

struct Expression {
  enum class Kind : std::uint8_t { text, sequence, alternatives, permutation, list, range, rule };
  Kind kind = Kind::sequence;
  bool capture = false;                     // list: only for the reply, not a slot
  std::string text;                         // text: the characters; list, rule: the name
  std::string slot;                         // list and range: the slot or capture
  std::int64_t from = 0, to = 0, step = 1;  // range
  std::vector<Expression> items;            // sequence, alternatives, permutation
};

constexpr std::size_t template_limit = 16 * 1024;  // bytes
constexpr int template_depth_limit = 40;           // brackets in brackets

// invalid or exhausted: "at character 12: '(' is never closed".
Result<Expression> parse_template(std::string_view text);

// Whether the text has any character that a template gives a meaning to.
bool is_template(std::string_view text);

}  // namespace entente::language
