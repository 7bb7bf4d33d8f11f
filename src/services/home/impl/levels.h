// SPDX-License-Identifier: GPL-3.0-or-later
// The part of a value list that is a scale ("low, medium, high") without what only shares the list ("auto", "sleep").
// Pure function.
#pragma once

#include <cstdint>
#include <vector>

#include "model/device.h"

namespace entente::home {

// Weakest first.
std::vector<std::int64_t> levels_of(const model::Property& property);

}  // namespace entente::home
