// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/assert.h"
#include "drivers/wyoming/protocol/answers.h"
#include "drivers/wyoming/protocol/messages.h"

using namespace entente;
using namespace entente::wyoming;

// What a server sends, in two pieces, cut where the first byte says; the events go everywhere that events go.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const auto cut = std::min<std::size_t>(text.size(), bytes[0]);
  EventReader reader;
  std::vector<Event> events;
  auto fed = reader.feed(text.substr(0, cut), events);
  if (fed) fed = reader.feed(text.substr(cut), events);

  Transcript transcript;
  SpokenSound spoken(22'050, bytes[0] % 2 == 0 ? SpokenSound::Ends::when_said : SpokenSound::Ends::with_the_sound);
  std::vector<std::int16_t> sound;
  for (const auto& event : events) {
    (void)transcript.receive(event);
    (void)spoken.receive(event, sound);
    const auto info = read_info(event.data);
    (void)language_for("zh-CN", info.asr);
    (void)wake_model_for("hey entente", info);
    // What was read can be written and read again.
    EventReader again;
    std::vector<Event> copies;
    ENTENTE_ASSERT(again.feed(to_bytes(event), copies).ok() && copies.size() == 1);
    ENTENTE_ASSERT(copies[0].payload == event.payload && copies[0].type == event.type);
  }
  return 0;
}
