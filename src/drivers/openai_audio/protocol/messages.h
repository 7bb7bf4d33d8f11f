// SPDX-License-Identifier: GPL-3.0-or-later
// Requests and answers of OpenAI's audio API, as many servers speak it. Pure functions and values; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace entente::openai_audio {

// A request's body and its Content-Type.
struct Body {
  std::string type;
  std::string bytes;
};

// POST …/audio/transcriptions. `boundary` does not occur in the parts: random.
struct TranscriptionRequest {
  std::string model;
  std::string language;  // BCP 47; empty: the server finds out
  std::string wav;
};
Body transcription_body(const TranscriptionRequest& request, std::string_view boundary);

// POST …/audio/speech
struct SpeechRequest {
  std::string model;
  std::string voice;
  std::string text;
  double speed = 1.0;
};
Body speech_body(const SpeechRequest& request);

// The text in an answer with status 200, which is JSON or plain text.
Result<std::string> transcription_in(std::string_view content_type, std::string_view body);

// Why the server refused: "the key is refused (401): Incorrect API key provided". Never holds `secret`.
Error refusal(int status, std::string_view body, std::string_view secret);

}  // namespace entente::openai_audio
