// SPDX-License-Identifier: GPL-3.0-or-later
// FLAC bytes of any kind, with and without the magic word that gets them past the door.
#include "infra/audio/flac.h"
#include "infra/audio/read_audio.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace entente;
  constexpr std::size_t limit = std::size_t{1} << 20U;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto audio = audio::read_flac(bytes, "fuzz", limit);
  if (audio.ok()) {
    ENTENTE_ASSERT(audio->pcm.samples.size() <= limit);
    ENTENTE_ASSERT(audio->pcm.samples.size() % static_cast<std::size_t>(audio->pcm.channels) == 0);
  }
  (void)audio::read_audio(bytes, "fuzz", limit);
  return 0;
}
