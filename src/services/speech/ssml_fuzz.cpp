// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>

#include "services/speech/ssml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace entente::speech;
  const auto read = read_ssml({reinterpret_cast<const char*>(bytes), size}, "en");
  if (!read) return read.error().message.starts_with("ssml: ") ? 0 : (std::abort(), 0);
  if (read->size() > max_passages + 1) std::abort();
  for (const auto& passage : *read) {
    if (!(passage.speed >= 0.5 && passage.speed <= 2 && passage.pitch >= 0.5 && passage.pitch <= 2)) std::abort();
    if (passage.pause > longest_pause || !(passage.decibels <= 10)) std::abort();
  }
  return 0;
}
