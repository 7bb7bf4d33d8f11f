// SPDX-License-Identifier: GPL-3.0-or-later
// Speaks with any Wyoming server that has a part "tts" (Piper …). Sound is given as it comes; a server that streams is
// asked to, so that the first sentence sounds while the others are being made. One utterance at a time, blocking; the
// server outlives it.
#pragma once

#include <string>

#include "drivers/wyoming/server.h"
#include "services/speech/speech.h"

namespace entente::wyoming {

class Synthesiser final : public speech::Synthesiser {
 public:
  // `voice`: the name of one of the server's voices, or empty for the one that it chooses for the language.
  Synthesiser(Server& server, std::string voice, std::string speaker)
      : server_(server), voice_(std::move(voice)), speaker_(std::move(speaker)) {}

  std::string_view name() const override { return server_.settings().name; }
  bool supports(std::string_view language) const override { return server_.speaks_of(language); }
  int rate() const override { return 22'050; }  // that of most voices; others are resampled
  Result<void> speak(const speech::VoiceRequest& request, const std::function<bool(speech::Samples)>& sink) override;

 private:
  Server& server_;
  const std::string voice_;
  const std::string speaker_;
};

}  // namespace entente::wyoming
