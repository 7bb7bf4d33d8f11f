// SPDX-License-Identifier: GPL-3.0-or-later
// Case and characters of Unicode text, through ICU. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace entente::language {

std::string lower(std::string_view utf8);
std::string upper(std::string_view utf8);
std::string capitalised(std::string_view utf8);              // the first letter upper, the rest lower
std::string titled(std::string_view utf8);                   // the first letter of every word upper, the rest lower
std::vector<std::string> characters(std::string_view utf8);  // code points

}  // namespace entente::language
