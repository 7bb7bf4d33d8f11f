// SPDX-License-Identifier: GPL-3.0-or-later
// How a text becomes what engines are given. The knowledge of languages is another service's, so the app passes it in.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace entente::speech {

// The sentences of a text, numbers and all in words. `as` is how it is meant (SSML's say-as), or empty. Called on the
// voice's own thread, one call at a time.
using Wording = std::function<std::vector<std::string>(const std::string& text, const std::string& language,
                                                       const std::string& as)>;

}  // namespace entente::speech
