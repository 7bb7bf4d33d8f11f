// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts a template into text and blocks, and the inside of blocks into tokens. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/language/impl/jinja/value.h"

namespace entente::language::jinja {

struct Token {
  enum class Kind : std::uint8_t { end, name, number, text, symbol };
  Kind kind = Kind::end;
  std::string text;
  Value value;
};

// Text, {{ … }}, {% … %}; comments are gone and '-' has eaten its white space.
struct Part {
  enum class Kind : std::uint8_t { text, output, block } kind = Kind::text;
  std::string text;
  std::vector<Token> tokens;
  int line = 1;
};

std::vector<Part> split_template(std::string_view text);

}  // namespace entente::language::jinja
