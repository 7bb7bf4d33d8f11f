// SPDX-License-Identifier: GPL-3.0-or-later
// The second pass: a whole utterance at once. A pure function, any thread.
#pragma once

#include <span>

#include "drivers/sphinx/engine.h"
#include "drivers/sphinx/search_graph.h"
#include "services/speech/speech.h"

namespace entente::sphinx {

// At most `most` sentences.
speech::Recognition recognise(const Engine& engine, const SearchGraph& graph, std::span<const MelFrame> frames,
                              std::size_t most);

}  // namespace entente::sphinx
