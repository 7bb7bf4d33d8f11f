// SPDX-License-Identifier: GPL-3.0-or-later
// eSpeak NG: a voice for more than a hundred languages, and the pronunciation of words that no dictionary knows.
//
// The library is one per process and not re-entrant, so both faces share one engine behind a mutex: the one exception
// to "no locks above infra". A synthesiser is used from its owner's pool of one thread, a pronouncer from any; each
// waits while the other is inside (a second of speech is made in about a millisecond, so sinks must not block). Once
// open, the library stays so until the process ends.
#pragma once

#include <filesystem>
#include <memory>

#include "services/speech/speech.h"

namespace entente::espeak {

struct Faces {
  std::unique_ptr<speech::Synthesiser> synthesiser;  // "espeak"
  std::unique_ptr<speech::Pronouncer> pronouncer;
};

// Loads the library's data, from the folder `data` (the one with "phontab" in it) or from where the package put it.
// Opening again shares the engine that is open; with another folder it is ErrorCode::exists.
Result<Faces> open(const std::filesystem::path& data = {});

}  // namespace entente::espeak
