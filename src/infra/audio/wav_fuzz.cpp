// SPDX-License-Identifier: GPL-3.0-or-later
// WAV bytes of any kind: whole, and in pieces whose size the first byte decides. Both ways must agree.
#include "infra/audio/wav.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace entente;
  if (size == 0) return 0;
  const std::size_t piece = std::size_t{data[0]} + 1;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = audio::read_wav(bytes, "fuzz", 1U << 20U);

  audio::WavReader reader("fuzz");
  std::vector<std::int16_t> samples;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    if (!reader.feed(bytes.substr(at, piece), samples)) break;
  }
  const auto truncated = reader.finish();
  if (whole.ok()) {
    ENTENTE_ASSERT(truncated.ok() && *truncated == whole->truncated);
    ENTENTE_ASSERT(samples == whole->pcm.samples);
    ENTENTE_ASSERT(samples.size() % static_cast<std::size_t>(whole->pcm.channels) == 0);
  }
  return 0;
}
