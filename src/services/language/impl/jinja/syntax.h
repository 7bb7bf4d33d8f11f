// SPDX-License-Identifier: GPL-3.0-or-later
// The trees that a reply template is parsed into, and their parser. Plain values; what is wrong throws Failure, with
// the line where it is known.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/language/impl/jinja/value.h"

namespace entente::language::jinja {

struct Expression {
  enum class Kind : std::uint8_t {
    literal,        // value
    name,           // text
    list,           // items
    tuple,          // items
    dictionary,     // items: key, value, key, value …
    attribute,      // items[0].text
    index,          // items[0][items[1]]
    slice,          // items[0][items[1]:items[2]:items[3]], each may be a literal None
    call,           // items[0](items[1…])
    filter,         // items[0] | text(items[1…])
    test,           // items[0] is text(items[1…])
    unary,          // text: "not", "-", "+"
    binary,         // text: "+", "*" …
    comparison,     // items[0] names[0] items[1] names[1] items[2] …: "==", "<", "in", "not in" …
    concatenation,  // items, joined
    conjunction,    // items
    disjunction,    // items
    conditional,    // items[0] if items[1] else items[2], which may be missing
  };
  Kind kind = Kind::literal;
  std::string text;
  Value value;
  std::vector<Expression> items;
  std::vector<std::string> names;        // of keyword arguments; operators of a comparison
  std::vector<Expression> named_items;   // the values of keyword arguments
  std::vector<Expression> spread;        // *items
  std::vector<Expression> spread_named;  // **items
};

struct Node {
  enum class Kind : std::uint8_t {
    text,       // text
    output,     // expression
    choice,     // branches, in order
    loop,       // for target in expression [if condition]; branches: the body, then perhaps an else
    set,        // target = expression
    set_block,  // target = branches[0], through the filters of expression, whose innermost subject is block_subject
    macro,      // text(parameters), branches[0]
    call,       // expression is a call, whose caller(parameters) is branches[0]
    filter,     // branches[0] through expression, as for set_block
    scope,      // {% with %}: target = expression, both tuples; branches[0]
    action,     // {% do %}: expression
    next,
    stop,  // {% continue %}, {% break %}
  };
  Kind kind = Kind::text;
  int line = 0;
  std::string text;
  Expression target;  // a name, an attribute of a name, or a tuple of targets
  Expression expression;
  Expression condition;
  struct Parameter {
    std::string name;
    bool optional = false;
    Expression fallback;
  };
  std::vector<Parameter> parameters;
  struct Branch;
  std::vector<Branch> branches;
};
struct Node::Branch {
  Expression condition;  // true for else
  std::vector<Node> body;
};

constexpr int depth_limit = 60;    // expressions in expressions, blocks in blocks
constexpr int chain_limit = 120;   // links of a.b.c or a + b + c, each of which is one more level of the tree
constexpr int link_limit = 2'000;  // of all chains of one block
constexpr std::string_view block_subject = " ";  // the name by which a block's text goes into its filters

// Thrown by parse_document and while rendering, with the line in front of its message.
[[noreturn]] void fail_at(int line, const Failure& failure);

std::vector<Node> parse_document(std::string_view text);

}  // namespace entente::language::jinja
