// SPDX-License-Identifier: GPL-3.0-or-later
// The automaton as a recogniser needs it: spoken words only, finals without names, each list once for every selection
// of its values that sentences ask for (only vacuum cleaners after "dock"), skip words before and after. Pure, any
// thread.
#pragma once

#include "model/word_graph.h"
#include "services/language/impl/matcher.h"

namespace entente::language {

model::WordGraph project(const MatchTables& tables);

}  // namespace entente::language
