// SPDX-License-Identifier: GPL-3.0-or-later
// Hears with any Wyoming server that has a part "asr" (faster-whisper, vosk, speech-to-phrase …). Sound is sent while
// it arrives; each question for the result ends one conversation with the server, and what is said after it begins a
// new one with all the sound so far. Thread-safe; the server outlives it, it outlives its utterances.
#pragma once

#include <string>

#include "drivers/wyoming/server.h"
#include "services/speech/remote.h"

namespace entente::wyoming {

class Recogniser final : public speech::RemoteRecogniser {
 public:
  // `model`: the name of one of the server's models, or empty for the one that it chooses.
  Recogniser(Server& server, std::string model) : server_(server), model_(std::move(model)) {}

  std::string_view name() const override { return server_.settings().name; }
  bool supports(std::string_view language) const override { return server_.speaks_of(language); }
  std::unique_ptr<speech::RemoteUtterance> start(std::string_view language) override;

 private:
  Server& server_;
  const std::string model_;
};

}  // namespace entente::wyoming
