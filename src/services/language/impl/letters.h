// SPDX-License-Identifier: GPL-3.0-or-later
// Case and characters of Unicode text, through ICU. Pure functions, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace entente::language {

std::string lower(std::string_view utf8);
std::string upper(std::string_view utf8);
std::string title_case(std::string_view character);  // of one character: "ǆ" is "ǅ", "ß" is "Ss"
std::string capitalised(std::string_view utf8);      // the first letter upper, the rest lower

// The letters without their marks (é -> e), into `letters`; their number, or 0 where there are more than fit.
std::size_t letters_without_marks(std::string_view utf8, std::span<char32_t> letters);
std::vector<std::string> characters(std::string_view utf8);  // code points

// Of one character.
bool is_letter(std::string_view character);
bool is_digit(std::string_view character);
bool is_letter_or_digit(std::string_view character);
bool is_cased(std::string_view character);
bool is_white_space(std::string_view character);

}  // namespace entente::language
