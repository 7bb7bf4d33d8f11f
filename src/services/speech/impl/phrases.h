// SPDX-License-Identifier: GPL-3.0-or-later
// Where a voice breathes. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace entente::speech {

// A long sentence cut after its first clause, so that its sound begins while the rest is still being made; a short one,
// or one without a mark to cut at, whole. No part is empty.
std::vector<std::string> phrases_of(std::string_view sentence);

}  // namespace entente::speech
