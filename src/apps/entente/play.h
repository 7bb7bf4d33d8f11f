// SPDX-License-Identifier: GPL-3.0-or-later
// Plays a sound to its end on this machine's loudspeaker. Blocks; for short commands, with no loop running.
#pragma once

#include <string>

#include "base/result.h"
#include "infra/audio/pcm.h"

namespace entente::apps {

Result<void> play(const std::string& loudspeaker, const audio::Pcm& sound);

}  // namespace entente::apps
