// SPDX-License-Identifier: GPL-3.0-or-later
// Speaks with any server that has OpenAI's …/audio/speech; sound is given on as it comes. One utterance at a time,
// blocking; the server outlives it.
#pragma once

#include <string>

#include "drivers/openai_audio/server.h"
#include "services/speech/speech.h"

namespace entente::openai_audio {

class Synthesiser final : public speech::Synthesiser {
 public:
  Synthesiser(const Server& server, std::string model, std::string voice)
      : server_(server), model_(std::move(model)), voice_(std::move(voice)) {}

  std::string_view name() const override { return server_.settings().name; }
  bool supports(std::string_view language) const override { return server_.speaks_of(language); }
  int rate() const override { return 24'000; }  // that of OpenAI's own voices; others are resampled
  Result<void> speak(const speech::VoiceRequest& request, const std::function<bool(speech::Samples)>& sink) override;

 private:
  const Server& server_;
  const std::string model_;
  const std::string voice_;
};

}  // namespace entente::openai_audio
