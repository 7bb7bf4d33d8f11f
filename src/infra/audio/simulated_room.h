// SPDX-License-Identifier: GPL-3.0-or-later
// What a microphone hears of a loudspeaker in a room that never was: for measuring echo cancellers. Pure; any thread;
// the same sound for the same seed.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"

namespace entente::audio {

struct EchoPath {
  milliseconds delay{60};           // from the sample handed to the loudspeaker to its first arrival
  double level_db = -10;            // energy of the echo over that of what is played, before any clipping
  milliseconds reverberation{250};  // until the room is 60 dB quieter
  double drift_ppm = 0;             // how much faster the microphone's clock runs than the loudspeaker's
  double drive = 0;                 // how hard the loudspeaker clips: 0 not at all, 1 lightly, 4 badly
  std::uint64_t seed = 1;           // of the reflections
};

// As long as `played`; 16 kHz.
std::vector<std::int16_t> echo_of(std::span<const std::int16_t> played, const EchoPath& path);

}  // namespace entente::audio
