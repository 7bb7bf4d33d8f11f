// SPDX-License-Identifier: GPL-3.0-or-later
// Waits for any words that people type: speech::WakeSpotter on a small network of our own. The spotter outlives what it
// makes; its network is immutable and shared by all streams.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "drivers/wake/phrase.h"
#include "services/speech/wake.h"

namespace entente::wake {

struct Options {
  std::filesystem::path weights;  // models/wake/phones.bin of the data folder
  Pronounce pronounce;
  // Looks again at what may have been a phrase; may be none. Kept as long as anything that was made with it.
  std::shared_ptr<const speech::WakeVerifier> verifier;
};

// ErrorCode::corrupt, naming the file, for weights that are not whole.
Result<std::unique_ptr<speech::WakeSpotter>> open(Options options);

// For measuring: a model of these phrases whose streams give every candidate, with the score that it would have had,
// negative below the threshold.
Result<std::shared_ptr<const speech::WakeModel>> prepare_to_measure(speech::WakeSpotter& spotter,
                                                                    std::span<const speech::WakePhrase> phrases);

}  // namespace entente::wake
