// SPDX-License-Identifier: GPL-3.0-or-later
// Hears with any server that has OpenAI's …/audio/transcriptions. The API takes whole recordings only, so the sound is
// kept here and sent when the result is asked for. Thread-safe; the server outlives it, it outlives its utterances.
#pragma once

#include <string>

#include "drivers/openai_audio/server.h"
#include "services/speech/remote.h"

namespace entente::openai_audio {

class Recogniser final : public speech::RemoteRecogniser {
 public:
  Recogniser(const Server& server, std::string model) : server_(server), model_(std::move(model)) {}

  std::string_view name() const override { return server_.settings().name; }
  bool supports(std::string_view language) const override { return server_.speaks_of(language); }
  std::unique_ptr<speech::RemoteUtterance> start(std::string_view language) override;

 private:
  const Server& server_;
  const std::string model_;
};

}  // namespace entente::openai_audio
