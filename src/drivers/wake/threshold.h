// SPDX-License-Identifier: GPL-3.0-or-later
// Where a phrase is told from other speech: its search runs over the background speech that comes with the weights, and
// the tail of its false scores is carried on to the rate that is wanted. Pure; takes some 10 ms.
#pragma once

#include <vector>

#include "drivers/wake/network.h"
#include "drivers/wake/phrase.h"

namespace entente::wake {

// At sensitivity 0.5 about one false alarm in ten hours of speech; 0.1 more is three times as many.
float threshold_of(const std::vector<Chain>& chains, const Network& network, double sensitivity);

}  // namespace entente::wake
