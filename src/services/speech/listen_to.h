// SPDX-License-Identifier: GPL-3.0-or-later
// Listens to a sound in memory through the very path that a microphone takes: files, benchmarks, tests. Loop thread.
#pragma once

#include "services/speech/listener.h"

namespace entente::speech {

enum class Pace {
  as_fast_as_possible,  // each chunk once the one before is decoded, so that what is heard does not depend on the load
  real_time,            // as if it were spoken now
};

// The first utterance in `sound`, which outlives the task, as is the listener. The listener has heard nothing yet, and
// is finished afterwards if the sound ended first. `chunk` is 10 ms to a second.
Task<Result<Heard>> listen_to(Loop& loop, Listener& listener, const audio::Pcm& sound, Pace pace,
                              milliseconds chunk = milliseconds(20));

}  // namespace entente::speech
