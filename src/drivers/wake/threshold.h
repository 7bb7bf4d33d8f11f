// SPDX-License-Identifier: GPL-3.0-or-later
// Where a phrase is told from other speech: its search runs over the background speech that comes with the weights, and
// the tail of its false scores is carried on to the rates that are wanted. Pure; takes some 10 ms.
#pragma once

#include <vector>

#include "drivers/wake/judge.h"
#include "drivers/wake/network.h"
#include "drivers/wake/phrase.h"

namespace entente::wake {

Scale scale_of(const std::vector<Chain>& chains, const Background& background);

}  // namespace entente::wake
