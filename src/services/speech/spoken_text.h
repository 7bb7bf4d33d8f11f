// SPDX-License-Identifier: GPL-3.0-or-later
// What every voice does to a text before it says it. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace entente::speech {

inline constexpr std::size_t max_spoken_characters = 5'000;

// The text with white space collapsed to single spaces, and without control, formatting and direction characters (some
// engines take these for commands). ErrorCode::invalid for what is not UTF-8 or holds nothing, ErrorCode::exhausted for
// more than max_spoken_characters.
Result<std::string> spoken_text(std::string_view text);

// The next character of valid UTF-8, taken off the front of `text`. `text` is not empty.
char32_t take_character(std::string_view& text);

}  // namespace entente::speech
