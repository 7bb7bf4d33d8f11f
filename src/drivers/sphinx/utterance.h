// SPDX-License-Identifier: GPL-3.0-or-later
// The second pass: a whole utterance at once. Pure functions, any thread.
#pragma once

#include <span>
#include <vector>

#include "drivers/sphinx/engine.h"
#include "drivers/sphinx/search_graph.h"
#include "services/speech/speech.h"

namespace entente::sphinx {

// The part with speech in it by energy, with a margin; everything when there is no telling.
std::span<const MelFrame> speech_part(std::span<const MelFrame> frames);

speech::Recognition recognise(const Engine& engine, const SearchGraph& graph, std::span<const MelFrame> frames,
                              std::size_t most);

}  // namespace entente::sphinx
