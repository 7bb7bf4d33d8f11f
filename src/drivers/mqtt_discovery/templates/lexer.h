// SPDX-License-Identifier: GPL-3.0-or-later
// A template's text as pieces (plain text, {{ … }}, {% … %}), and the inside of a piece as tokens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace entente::mqtt_discovery::templates {

struct Token {
  enum class Kind { name, number, text, symbol, end };
  Kind kind = Kind::end;
  std::string text;  // of a name or symbol
  Json value;        // of a number or text

  bool is(std::string_view symbol_or_name) const {
    return (kind == Kind::symbol || kind == Kind::name) && text == symbol_or_name;
  }
};

struct Piece {
  enum class Kind { text, output, statement };
  Kind kind = Kind::text;
  std::string text;
  std::vector<Token> tokens;  // ends with Kind::end
};

// Comments are left out, and white space where the template says so ({%- … -%}).
Result<std::vector<Piece>> cut(std::string_view source);

}  // namespace entente::mqtt_discovery::templates
