// SPDX-License-Identifier: GPL-3.0-or-later
// The engine that waits for a wake word, wired: its weights from the data folder, its pronunciations from the
// dictionary and, for other words, from espeak.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/result.h"
#include "services/speech/speech.h"
#include "services/speech/wake.h"
#include "services/speech/wake_fallback.h"

namespace entente::apps {

struct WakeEngineOptions {
  std::filesystem::path data_folder;
  std::filesystem::path dictionary;
  std::filesystem::path acoustic_model{};  // for a second look at what may have been a phrase; empty: none
};

// The engine of this program. ErrorCode::unavailable where this program came without an engine. Blocks for as long as
// the files take to read.
Result<std::unique_ptr<speech::WakeSpotter>> open_wake_engine(const WakeEngineOptions& options);

// The same behind the first of `remotes`, engines on other machines that outlive it; without any, the same alone.
Result<std::unique_ptr<speech::WakeSpotter>> open_wake_engine(const WakeEngineOptions& options,
                                                              const std::vector<speech::RestingWakeSpotter>& remotes);

}  // namespace entente::apps
