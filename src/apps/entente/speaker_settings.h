// SPDX-License-Identifier: GPL-3.0-or-later
// What people can set of a speaker that always listens: [speaker] in the config file, docs/speaker.md. Plain value.
#pragma once

#include <string>
#include <vector>

#include "base/config.h"
#include "base/time.h"
#include "services/speech/speaker.h"

namespace entente::apps {

struct SpeakerSettings {
  bool enabled = false;  // inside `entente serve`
  std::vector<std::string> names;
  std::vector<std::string> stop_words;
  double sensitivity = 0.5;
  milliseconds follow_up{};
  bool cancel_echo = true;
  bool chime = true;
};

// What is wrong is left to config.check().
SpeakerSettings read_speaker_settings(Config& config);

// The same for the pipeline; names and stop words are of `language`.
speech::SpeakerSettings to_speech(const SpeakerSettings& settings, const std::string& language);

}  // namespace entente::apps
