// SPDX-License-Identifier: GPL-3.0-or-later
// FLAC in, through libFLAC. 4 to 32 bits a sample come out as 16. Broken frames are left out and mark the sound as
// truncated. A value in, a value out; any thread.
#pragma once

#include <string_view>

#include "base/result.h"
#include "infra/audio/wav.h"

namespace entente::audio {

Result<DecodedAudio> read_flac(std::string_view bytes, std::string_view name,
                               std::size_t max_samples = default_max_samples);

}  // namespace entente::audio
