// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/speaker_settings.h"

#include <cmath>
#include <numbers>

#include "infra/audio/pcm.h"

namespace entente::apps {
namespace {

// Two soft notes, a fifth apart, a tenth of a second together.
std::vector<std::int16_t> make_chime() {
  constexpr double loudness = 0.08;
  constexpr double note_seconds = 0.05;
  std::vector<std::int16_t> sound;
  for (const double frequency : {660.0, 990.0}) {
    const auto length = static_cast<int>(note_seconds * speech::recogniser_rate);
    for (int i = 0; i < length; ++i) {
      const double envelope = std::sin(std::numbers::pi * i / length);
      const double phase = 2 * std::numbers::pi * frequency * i / speech::recogniser_rate;
      sound.push_back(audio::to_sample(loudness * envelope * std::sin(phase)));
    }
  }
  return sound;
}

speech::WakePhrase phrase(const std::string& text, const std::string& language, double sensitivity) {
  speech::WakePhrase made;
  made.text = text;
  made.language = language;
  made.sensitivity = sensitivity;
  return made;
}

}  // namespace

SpeakerSettings read_speaker_settings(Config& config) {
  SpeakerSettings settings;
  settings.enabled = config.boolean("speaker.enabled", false);
  settings.names = config.texts("speaker.names", {"hey computer"});
  settings.stop_words = config.texts("speaker.stop_words", {"stop talking", "be quiet"});
  settings.sensitivity = config.number("speaker.sensitivity", 0.5, 0.0, 1.0);
  settings.follow_up = seconds(config.integer("speaker.follow_up_s", 8, 0, 60));
  settings.cancel_echo = config.boolean("speaker.cancel_echo", true);
  settings.chime = config.boolean("speaker.chime", true);
  return settings;
}

speech::SpeakerSettings to_speech(const SpeakerSettings& settings, const std::string& language) {
  speech::SpeakerSettings made;
  for (const auto& name : settings.names) made.names.push_back(phrase(name, language, settings.sensitivity));
  for (const auto& word : settings.stop_words) {
    made.stop_words.push_back(phrase(word, language, settings.sensitivity));
  }
  made.attention.follow_up = settings.follow_up;
  made.cancel_echo = settings.cancel_echo;
  if (settings.chime) made.chime = make_chime();
  return made;
}

}  // namespace entente::apps
