// SPDX-License-Identifier: GPL-3.0-or-later
// Performance says the passages of one utterance with the engines that can: sentence by sentence, so that the first
// sound comes early, each phrase with the best engine and, where that one fails, with the next. One utterance long, on
// the voice's pool thread; ends when all is said, when the sink has enough, or with an error.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "services/speech/impl/finish.h"
#include "services/speech/speech.h"
#include "services/speech/ssml.h"
#include "services/speech/wording.h"

namespace entente::speech {

class Performance {
 public:
  // Sound and its rate, which stays the same for the utterance; false to stop.
  using Sink = std::function<bool(int rate, std::vector<std::int16_t> sound)>;

  struct Settings {
    double speed = 1.0;
    bool finish = true;  // false: as the engines make it, pauses included
  };

  // `engines` best first; what is passed in outlives the performance.
  Performance(const std::vector<Synthesiser*>& engines, const Wording& wording, Settings settings, const Sink& sink);

  // The error is that of the first engine that failed, where none could say it instead.
  Result<void> play(const std::vector<Passage>& passages);

  // The engine that said everything; null where several had to, or none did.
  const Synthesiser* sole_engine() const { return several_ ? nullptr : sayer_; }

 private:
  std::vector<Synthesiser*> engines_for(const Passage& passage) const;
  Result<void> say_passage(const Passage& passage);
  Result<void> say_phrase(const std::string& phrase, const Passage& passage);
  Result<void> speak(Synthesiser& engine, const VoiceRequest& request, double gain);
  bool give(std::vector<std::int16_t> sound);

  const std::vector<Synthesiser*>& engines_;
  const Wording& wording_;
  const Settings settings_;
  const Sink& sink_;
  int rate_ = 0;  // 0 until the first sound
  std::optional<Finish> finish_;
  milliseconds pause_{};  // due before the next phrase
  bool stopped_ = false;
  const Synthesiser* sayer_ = nullptr;
  bool several_ = false;
  std::optional<Error> unsaid_;  // a phrase that no engine can read
};

}  // namespace entente::speech
