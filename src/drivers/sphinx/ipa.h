// SPDX-License-Identifier: GPL-3.0-or-later
// From IPA, as a Pronouncer says it, to the 39 ARPAbet phones of the pronunciation dictionary. Sounds that English
// lacks become their nearest neighbours. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace entente::sphinx {

// ARPAbet names ("HH", "AH"); empty where nothing of the text is a sound.
std::vector<std::string_view> arpabet_from_ipa(std::string_view ipa);

}  // namespace entente::sphinx
