// SPDX-License-Identifier: GPL-3.0-or-later
// Arbitrary samples, cut arbitrarily, with arbitrary hypotheses between.
#include <cstring>

#include "services/speech/endpointer.h"

using entente::speech::Endpoint;
using entente::speech::Endpointer;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t cut = 1 + bytes[0] * 4U;
  const unsigned hypotheses = bytes[1];
  std::vector<std::int16_t> samples((size - 2) / sizeof(std::int16_t));
  std::memcpy(samples.data(), bytes + 2, samples.size() * sizeof(std::int16_t));

  Endpointer endpointer;
  unsigned steps = 0;
  for (entente::speech::Samples rest = samples; !rest.empty();) {
    const bool was_speaking = endpointer.speaking();
    const auto step = endpointer.feed(rest.first(std::min(rest.size(), cut)));
    ENTENTE_ASSERT(step.consumed > 0 || step.event != Endpoint::none);
    ENTENTE_ASSERT(endpointer.speaking() == (step.event == Endpoint::none ? was_speaking : !was_speaking));
    ENTENTE_ASSERT(endpointer.last_voiced() <= endpointer.position() && endpointer.start() <= endpointer.position());
    rest = rest.subspan(step.consumed);
    ++steps;
    if ((hypotheses >> (steps % 8)) & 1U) endpointer.hypothesis({"a", steps % 3 == 0}, endpointer.position());
  }
  endpointer.finish();
  return 0;
}
