// SPDX-License-Identifier: GPL-3.0-or-later
// The trees that a reply template is parsed into, and the parser of expressions. Plain values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace entente::language::jinja {

struct Expression {
  enum class Kind {
    literal,      // value
    name,         // text
    list,         // items
    dictionary,   // items: key, value, key, value …
    attribute,    // items[0].text
    index,        // items[0][items[1]]
    slice,        // items[0][items[1]:items[2]], either may be null literals
    method,       // items[0].text(items[1…])
    function,     // text(items…)
    filter,       // items[0] | text(items[1…])
    test,         // items[0] is text(items[1…])
    unary,        // text: "not", "-", "+"
    binary,       // text: "+", "and", "==", "in", "not in" …
    conditional,  // items[0] if items[1] else items[2]
  };
  Kind kind = Kind::literal;
  std::string text;
  Json value;
  std::vector<Expression> items;
  std::vector<std::string> names;       // of keyword arguments
  std::vector<Expression> named_items;  // and their values
};

struct Node {
  enum class Kind { text, output, choice, loop, set };
  Kind kind = Kind::text;
  int line = 0;
  std::string text;                // text; loop: the variable; set: the variable
  std::vector<std::string> names;  // loop over pairs: {% for key, value in … %}
  Expression expression;           // output, loop, set
  struct Branch;
  std::vector<Branch> branches;  // choice, in order; loop: the body, then perhaps an else
};
struct Node::Branch {
  Expression condition;  // true for else
  std::vector<Node> body;
};

constexpr int depth_limit = 60;  // expressions in expressions, blocks in blocks

// The whole of `text`; a block's stray ':' at the end is ignored, as some files have one.
Result<Expression> parse_expression(std::string_view text);

}  // namespace entente::language::jinja
