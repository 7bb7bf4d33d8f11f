// SPDX-License-Identifier: GPL-3.0-or-later
// The only letters this engine can read. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace entente::flite {

// `text`, valid UTF-8, in printable ASCII: accents taken off, typographic marks made plain, signs that English reads
// as words spelled out (° is "degrees"), the rest left out. Empty when no letter or digit is left.
std::string english_letters(std::string_view text);

}  // namespace entente::flite
