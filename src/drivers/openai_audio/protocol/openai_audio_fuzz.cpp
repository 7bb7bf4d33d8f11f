// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/assert.h"
#include "drivers/openai_audio/protocol/messages.h"
#include "drivers/openai_audio/protocol/speech_reader.h"

using namespace entente;
using namespace entente::openai_audio;

// What a server answers: as a transcription, as a refusal, and as speech in two pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  (void)transcription_in("application/json", text);
  (void)transcription_in("text/plain", text);
  ENTENTE_ASSERT(refusal(bytes[0] * 4, text, "key").message.size() < 400);
  const auto cut = std::min<std::size_t>(text.size(), bytes[0]);
  SpeechReader reader(24'000);
  std::vector<std::int16_t> sound;
  if (reader.feed(text.substr(0, cut), sound) && reader.feed(text.substr(cut), sound)) (void)reader.finish(sound);
  return 0;
}
