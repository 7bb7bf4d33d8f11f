// SPDX-License-Identifier: GPL-3.0-or-later
// Speech in noise, for measuring recognisers: mixed by the rule of Picovoice's published benchmarks, so that numbers
// can be compared. Pure; any thread.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "infra/audio/pcm.h"

namespace entente::audio {

// Scales the noise so that the energy of the speech's loudest 2048-sample frame over that of the noise's is `snr_db`,
// adds it to the speech, and brings the loudest sample of the sum to half of full scale. Both sounds are mono and of
// one rate. The piece of noise begins at a place drawn from `seed` and goes round where the noise is shorter.
Result<Pcm> mix_noise(const Pcm& speech, const Pcm& noise, double snr_db, std::uint64_t seed);

}  // namespace entente::audio
