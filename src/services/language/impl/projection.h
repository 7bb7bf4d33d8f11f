// SPDX-License-Identifier: GPL-3.0-or-later
// The automaton as a recogniser needs it: spoken words only, finals without names, each list once for every selection
// of its values that sentences ask for (only vacuum cleaners after "dock"), skip words before and after. A state is
// settled where all that may follow means the same: "brightness" after "to forty percent", "white" after "warm", and
// "in the bedroom" after the name of the only thing of that name, which is in a room as everybody knows. Pure, any
// thread.
#pragma once

#include "model/word_graph.h"
#include "services/language/impl/matcher.h"

namespace entente::language {

model::WordGraph project(const MatchTables& tables);

}  // namespace entente::language
