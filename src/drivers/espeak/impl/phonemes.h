// SPDX-License-Identifier: GPL-3.0-or-later
// What a recogniser wants of the engine's phonemes. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace entente::espeak {

// IPA without stress, length, tone and tie marks, language switches "(en)", and white space.
std::string plain_phonemes(std::string_view ipa);

}  // namespace entente::espeak
