// SPDX-License-Identifier: GPL-3.0-or-later
// What script a text is in, as far as it matters for cutting it into words. Pure, any thread.
#pragma once

#include <string_view>

namespace entente::language {

// Whether the text begins with a character of a script that is written without spaces between words: Chinese, Japanese,
// Thai, Lao, Khmer, Burmese. Not Korean.
bool is_unspaced(std::string_view utf8);

}  // namespace entente::language
