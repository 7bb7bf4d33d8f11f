// SPDX-License-Identifier: GPL-3.0-or-later
// A second look at what might have been a wake word, with the acoustic model that was trained on people: the phrase as
// triphones against any phones at all, noise taken out over the whole piece of sound. Immutable after open(), any
// thread; some 30 ms of processor time for two seconds of sound.
#pragma once

#include <memory>

#include "base/result.h"
#include "drivers/sphinx/recogniser.h"
#include "services/speech/wake.h"

namespace entente::sphinx {

// Reads options.model_folder only: its own copy of the model, 8 MB.
Result<std::unique_ptr<speech::WakeVerifier>> open_wake_verifier(const Options& options);

}  // namespace entente::sphinx
